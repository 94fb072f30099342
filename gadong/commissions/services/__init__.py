"""Use cases of commissioned work: one function, one transaction."""

from __future__ import annotations
