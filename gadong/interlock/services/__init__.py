"""Use cases of interlock: one function, one transaction."""

from __future__ import annotations
