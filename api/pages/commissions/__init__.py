"""Pages of commissioned work and their templates."""

from __future__ import annotations
