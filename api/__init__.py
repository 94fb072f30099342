"""PROGRAM: people and programs ask. JSON under /api/v1."""

from __future__ import annotations
