"""Equipment, what machines need of it, and the bookings that hold it."""
