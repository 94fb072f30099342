"""Use cases of machines: one function, one transaction."""

from __future__ import annotations
