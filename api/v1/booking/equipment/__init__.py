"""Counted equipment on the wire."""
