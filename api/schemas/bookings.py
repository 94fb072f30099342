"""Bookings on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import AwareDatetime, Field

from api.schemas.common import BrokenRule, FreePeriod, In, Out, Reason, Slug, period_of
from gadong.domain.period import Period


class BookingOut(Out):
    """A held period on a machine. Another company's has no names."""

    id: UUID
    machine: UUID
    company: UUID | None
    person: UUID | None
    start: datetime
    end: datetime
    state: str = Field(examples=["confirmed"])
    version: int
    purpose: str
    checked_in_at: datetime | None
    checked_out_at: datetime | None


class BookingIn(In):
    """A wish."""

    machine: Slug
    centre: UUID | None = Field(default=None, description="Needed where several centres have the slug.")
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    start: AwareDatetime = Field(examples=["2026-11-24T10:00:00+09:00"])
    end: AwareDatetime = Field(examples=["2026-11-24T12:00:00+09:00"])
    purpose: str = Field(default="", max_length=500)
    override: Reason = Field(default="", description="A manager's reason to pass rules a manager may pass.")

    def period(self) -> Period:
        """The wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class EstimateLineOut(Out):
    """One line, as a statement would say it; `amount` in whole won before VAT."""

    ko: str
    en: str
    amount: int


class EstimateOut(Out):
    """What would be charged, with the sums in whole won."""

    lines: list[EstimateLineOut]
    supply: int
    vat: int
    total: int


class QuoteOut(Out):
    """The answer to a wish without booking it."""

    is_possible: bool
    problems: list[BrokenRule]
    alternatives: list[FreePeriod]
    used: EstimateOut | None = Field(
        description="If the machine runs all of the time; null: no tariff prices it."
    )
    unused: EstimateOut | None = Field(description="If nobody comes.")


class MoveIn(In):
    """Another time for a booking."""

    start: AwareDatetime
    end: AwareDatetime
    override: Reason = ""

    def period(self) -> Period:
        """The wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class EventOut(Out):
    """A step in a booking's life."""

    version: int
    action: str
    actor: UUID | None
    reason: str
    recorded_at: datetime


class BookingDetail(BookingOut):
    """A booking with its history."""

    history: list[EventOut]
