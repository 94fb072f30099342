"""Pages of booking and their templates."""

from __future__ import annotations
