"""Use cases of money on a bank account: import, proposals, and settlement by a person."""
