"""Pages of bookings whose cost several companies share."""
