"""Bookings that a closure displaces."""
