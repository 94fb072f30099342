"""The ledger of use: entries by hand, by table, and from check-ins."""

from __future__ import annotations
