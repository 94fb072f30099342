"""Scheduled jobs, health, privacy, recordings and the audit export."""

from __future__ import annotations
