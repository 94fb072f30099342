"""Pages of stays."""

from __future__ import annotations
