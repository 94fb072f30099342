"""Use cases of billing: one function, one transaction."""

from __future__ import annotations
