"""Locks of months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLock:
    """A statement that a month is locked or open, with its person, reason and instant."""

    month: str
    is_locked: bool
    reason: str
    said_by: PersonId
    recorded_at: datetime
