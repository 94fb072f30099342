"""Moves of bookings: those that are forced, and the late ones that a cancellation gives up."""
