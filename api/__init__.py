"""The api program: JSON under /api/v1 and the pages."""

from __future__ import annotations
