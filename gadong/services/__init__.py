"""The stories: one use case, one function, one transaction."""

from __future__ import annotations
