"""Booking requests, the rule book, attendance, waiting lists, sessions and decisions."""

from __future__ import annotations
