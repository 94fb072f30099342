"""Bookings of several machines that are made together."""
