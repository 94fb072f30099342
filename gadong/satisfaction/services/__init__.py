"""Use cases of satisfaction: one function, one transaction."""

from __future__ import annotations
