"""Requests and answers about courses."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Instant, Out, Slug, Whole, period_of
from gadong.booking.domain.waiting_entry import WaitingState
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

    machines: list[UUID] = Field(
        default_factory=list,
        max_length=20,
        description="Machines, and rooms that are booked like machines, that the course holds.",
    )
    machine_slugs: list[Slug] = Field(
        default_factory=list, max_length=20, description="More of them, by their slugs."
    )
    teacher: UUID | None = Field(default=None, description="A person of the centre's staff.")

    def period(self) -> Period:
        """Return the period; raise Invalid if it ends before it starts."""
        return period_of(self.start, self.end)


class PlaceOut(Out):
    """A person's seat. `attended` is null until it is recorded."""

    person: UUID
    name: str
    company: UUID
    attended: bool | None


class CourseWaitOut(Out):
    """A person's wait for a seat; an offer holds one until `offered_until`."""

    id: UUID
    centre: UUID
    course: UUID
    person: UUID
    company: UUID
    state: WaitingState
    offered_until: datetime | None
    missed: int = Field(description="Offers that lapsed unanswered; the third ends the entry.")


class TeacherIn(In):
    """The teacher of a course."""

    person: UUID | None = Field(description="A person of the centre's staff; null: nobody.")


class CourseOut(Out):
    """A course, with the places that you may see."""

    id: UUID
    code: str
    start: datetime
    end: datetime
    place: str
    seats: int
    taken: int = Field(description="Seats that are taken, or offered to somebody who waits.")
    valid_days: int | None
    good: str
    cancelled_at: datetime | None
    reason: str
    places: list[PlaceOut]
    machines: list[UUID] = Field(description="What the course holds.")
    machine_slugs: list[str]
    teacher: UUID | None
    waiting: list[CourseWaitOut] = Field(
        description="Who waits for a seat, in the order of turns, as far as you may see them."
    )


class PlaceIn(In):
    """The person and the company of a place."""

    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    person: UUID | None = Field(default=None, description="The person who attends, if not you.")


class AttendanceIn(In):
    """The attendance of a person."""

    attended: bool
