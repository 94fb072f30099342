"""Senders of messages: their clocks, their numbering, and the values that they repeat."""

from __future__ import annotations
