"""Use cases of page counters: start, end, and taking back."""
