"""Stories about payers: their kinds and receipts, and the profiles of companies."""
