"""Courses with their period, seats and validity, and the participants' places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.core.domain.ids import CentreId, CompanyId, EntryId, PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course on machines that require the training `code`, with so many `seats`.

    A participant may use the machines after it, for `valid_days` or (None) as long as the rules
    allow. The participant's company is charged one piece of the tariff's `good`, or nothing if that
    is empty.
    """

    id: UUID
    centre_id: CentreId
    code: str
    period: Period
    place: str
    seats: int
    taken: int = 0
    valid_days: int | None = None
    good: str = ""
    cancelled_at: datetime | None = None
    reason: str = ""

    def need_open(self, now: datetime) -> None:
        """Raise Conflict if places can no longer be taken or given up."""
        if self.cancelled_at is not None:
            raise Conflict("This training was cancelled")
        if now >= self.period.start:
            raise Conflict("This training has begun")

    def need_begun(self, now: datetime) -> None:
        """Raise Conflict if the course was cancelled or has not begun."""
        if self.cancelled_at is not None:
            raise Conflict("This training was cancelled")
        if now < self.period.start:
            raise Conflict("This training has not begun yet")

    @property
    def expires_at(self) -> datetime | None:
        """Return the end of the training's validity; None leaves it to the rules."""
        return self.period.end + timedelta(days=self.valid_days) if self.valid_days else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A person's seat at a course. `attended` is None until it is recorded."""

    course_id: UUID
    person_id: PersonId
    company_id: CompanyId
    name: str = ""
    company: str = ""
    attended: bool | None = None
    entry_id: EntryId | None = None
