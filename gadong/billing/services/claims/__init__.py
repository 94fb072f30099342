"""Use cases of claims on programmes' payers: one function, one transaction."""

from __future__ import annotations
