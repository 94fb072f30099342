"""Calibrations of machines: their certificates as files."""
