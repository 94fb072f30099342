"""Use cases of training: one function, one transaction."""

from __future__ import annotations
