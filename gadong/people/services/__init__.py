"""Use cases of people: one function, one transaction."""

from __future__ import annotations
