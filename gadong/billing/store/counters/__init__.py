"""Rows about uses that page counters count."""
