"""Machines, their sources and devices, and the ingestion of what devices publish."""

from __future__ import annotations
