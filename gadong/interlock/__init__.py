"""Switching of machines: who may start one, and when."""

from __future__ import annotations
