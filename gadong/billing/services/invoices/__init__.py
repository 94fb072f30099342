"""Use cases of tax invoices: names corrected by a document, approval numbers, amended rows."""
