"""Pages of the ledger of use: a day, a pasted table, and one entry."""

from __future__ import annotations
