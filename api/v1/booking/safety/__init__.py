"""Checklists on the wire."""
