"""Samples (시료) of commissioned work: received, kept until a day, and returned or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

# A shelf of a laboratory; more are one sample of many pieces.
MOST_SAMPLES = 50


class SampleOutcome(StrEnum):
    """The ways in which a sample leaves a centre."""

    RETURNED = "returned"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionSample:
    """A sample of a commission. The database gives the position.

    `keep_until` is the last day on which the centre keeps it. Without an outcome it is there.
    """

    id: UUID
    commission_id: UUID
    position: int = 0
    name: str
    condition: str
    keep_until: date | None
    received_at: datetime
    has_photo: bool = False
    outcome: SampleOutcome | None = None
    ended_at: datetime | None = None
    words: str = ""

    def number(self, commission_number: str) -> str:
        """Return the number on the sample's label."""
        return f"{commission_number}-S{self.position}"

    def is_overdue(self, today: date) -> bool:
        """Return whether it is still there after its last day."""
        return self.outcome is None and self.keep_until is not None and self.keep_until < today
