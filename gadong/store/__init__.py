"""SQL in, domain values out. Nothing else in Gadong speaks SQL."""

from __future__ import annotations
