"""Limits of the database's disk.

A full disk ends PostgreSQL, and it does not recover before there is room. So people are warned
while there is time, and ingest stops before: the broker then keeps what machines say.
"""

from __future__ import annotations

from dataclasses import dataclass

# A fifth is left for some months of a small centre's messages.
WARN_PERCENT = 80.0
# A twentieth is left for what PostgreSQL writes without ingest, and for making room by hand.
FULL_PERCENT = 95.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskUse:
    """The space of a disk in bytes, and how much of it can still be written."""

    total: int
    free: int

    @property
    def percent(self) -> float:
        """Return how much is used, in percent."""
        return 100.0 * (self.total - self.free) / self.total if self.total else 100.0

    @property
    def is_scarce(self) -> bool:
        """Return whether somebody should make room."""
        return self.percent >= WARN_PERCENT

    @property
    def is_full(self) -> bool:
        """Return whether nothing more may be accepted."""
        return self.percent >= FULL_PERCENT
