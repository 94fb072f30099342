"""Use cases of firms' accounts: one function, one transaction."""

from __future__ import annotations
