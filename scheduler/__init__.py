"""PROGRAM: time passes. Metering, no-shows, statements, notices, retention."""

from __future__ import annotations
