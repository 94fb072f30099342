"""Pages of people and their templates."""

from __future__ import annotations
