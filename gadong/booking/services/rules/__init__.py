"""Services that keep a centre's rules of booking, and try them out."""
