"""Endpoints of page counters."""
