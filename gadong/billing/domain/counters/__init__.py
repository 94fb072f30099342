"""Uses that page counters count, and the order of their readings."""
