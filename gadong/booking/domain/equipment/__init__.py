"""Counted equipment that bookings need: probe heads, chucks, chairs, bench places."""
