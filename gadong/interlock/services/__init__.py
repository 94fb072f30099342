"""Use cases of interlocks: one function, one transaction."""

from __future__ import annotations
