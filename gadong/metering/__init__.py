"""Runs and jobs, derived from signals."""

from __future__ import annotations
