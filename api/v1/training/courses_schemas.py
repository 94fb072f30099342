"""Requests and answers about courses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Instant, Out, Whole, period_of
from gadong.core.domain.period import Period


class CourseIn(In):
    """A planned course."""

    code: str = Field(min_length=1, max_length=60, examples=["cnc-basic"])
    start: Instant = Field(examples=["2026-12-03T10:00:00+09:00"])
    end: Instant = Field(examples=["2026-12-03T12:00:00+09:00"])
    place: str = Field(default="", max_length=200, examples=["2층 교육실"])
    seats: Whole = Field(ge=1, le=200, examples=[8])
    valid_days: Whole | None = Field(
        default=None, ge=1, le=3660, description="Validity in days; null: as the rules say."
    )
    good: str = Field(
        default="", max_length=60, description="The tariff's good that whoever attends is charged."
    )

    def period(self) -> Period:
        """Return the period; raise Invalid if it ends before it starts."""
        return period_of(self.start, self.end)


class PlaceOut(Out):
    """A person's seat. `attended` is null until it is recorded."""

    person: UUID
    name: str
    company: UUID
    attended: bool | None


class CourseOut(Out):
    """A course, with the places that you may see."""

    id: UUID
    code: str
    start: datetime
    end: datetime
    place: str
    seats: int
    taken: int
    valid_days: int | None
    good: str
    cancelled_at: datetime | None
    reason: str
    places: list[PlaceOut]


class PlaceIn(In):
    """The person and the company of a place."""

    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    person: UUID | None = Field(default=None, description="The person who attends, if not you.")


class AttendanceIn(In):
    """The attendance of a person."""

    attended: bool
