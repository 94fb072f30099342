"""Technicians, who assist at machines."""
