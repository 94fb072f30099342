"""Stays on the wire."""

from __future__ import annotations
