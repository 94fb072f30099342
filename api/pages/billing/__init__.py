"""Pages of billing and their templates."""

from __future__ import annotations
