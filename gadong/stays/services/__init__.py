"""Use cases of stays: one function, one transaction."""

from __future__ import annotations
