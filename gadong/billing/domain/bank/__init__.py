"""Money that came on a centre's bank account: tables of banks, and the firms that sent it."""
