"""Formats in which devices speak, and the signals that are read from them."""

from __future__ import annotations
