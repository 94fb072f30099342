"""Pages of machines and their templates."""

from __future__ import annotations
