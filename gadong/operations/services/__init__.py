"""Use cases of operations: one function, one transaction."""

from __future__ import annotations
