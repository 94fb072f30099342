"""Use cases of notices: one function, one transaction."""

from __future__ import annotations
