"""Technicians: their shifts and absences, and the bookings that they assist."""
