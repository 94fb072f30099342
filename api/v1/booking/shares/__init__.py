"""Bookings whose cost several companies share, on the wire."""
