"""Tariffs, rating, statements, corrections, payments and documents."""

from __future__ import annotations
