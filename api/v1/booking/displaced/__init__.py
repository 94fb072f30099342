"""Bookings that a closure displaces, on the wire."""
