"""Stays: rooms that firms rent, and goods that they store, by the day."""

from __future__ import annotations
