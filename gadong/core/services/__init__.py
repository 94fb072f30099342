"""Use cases of core: one function, one transaction."""

from __future__ import annotations
