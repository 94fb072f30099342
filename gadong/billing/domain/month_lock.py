"""Locks of months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLock:
    """Whether a month is locked, who said so, why and when."""

    month: str
    is_locked: bool
    reason: str
    said_by: PersonId
    recorded_at: datetime
