"""The scheduler program: metering, no-shows, statements, notices and retention."""

from __future__ import annotations
