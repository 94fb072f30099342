"""The earliest time and the waiting list on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.booking.bookings_schemas import Answers, Choice, Seats
from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.machines.machines_schemas import AbilitiesIO
from api.v1.schemas import In, Instant, ShortName, Slug, Whole, period_of
from gadong.booking.domain.waiting_entry import WaitingState
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode


class SlotsIn(NamesMachine):
    """A length of time on a machine, a kind, or for a job's needs, as early as possible."""

    kind: str | None = Field(default=None, max_length=60)
    needs: AbilitiesIO = Field(default_factory=AbilitiesIO)
    centre: UUID | None = None
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    minutes: Whole = Field(ge=1, le=44_640)
    not_before: Instant | None = Field(default=None, description="Default: now.")
    usage_mode: UsageMode | None = None
    seats: Seats = 1


class WaitIn(NamesMachine):
    """A stretch of time that is waited for, anywhere between two instants."""

    centre: UUID | None = None
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    start: Instant
    end: Instant
    minutes: Whole = Field(ge=1, le=44_640)
    person: UUID | None = Field(default=None, description="For whom, if not for yourself.")
    person_name: ShortName | None = Field(
        default=None, description="For somebody of the company who has no login."
    )
    person_phone: str = Field(
        default="", max_length=40, description="The phone number of who has no login."
    )
    answers: Answers = Field(default_factory=dict)
    usage_mode: UsageMode | None = Field(
        default=None, description="Null: as its rules offer first."
    )
    equipment: Choice = ()
    seats: Seats = 1
    also: list[UUID] = Field(
        default_factory=list,
        max_length=9,
        description="Further machines at the same time, all or none.",
    )
    also_slugs: list[Slug] = Field(
        default_factory=list,
        max_length=9,
        description="The same by their slugs, instead or beside.",
    )

    def period(self) -> Period:
        """Return the period within which the time may lie; Invalid if it ends before it starts."""
        return period_of(self.start, self.end)


class ListenIn(In):
    """A subscription to freed time: its minimum minutes, and the days ahead."""

    minutes: Whole | None = Field(default=60, ge=1, le=44_640, description="Null: no more.")
    days: Whole = Field(default=7, ge=1, le=60)


class WaitingOut(MachineNamed):
    """An entry of a waiting list; `booking` is the offer made for it."""

    id: UUID
    company: UUID
    person: UUID
    start: datetime
    end: datetime
    minutes: int
    state: WaitingState
    booking: UUID | None
    also: list[UUID] = Field(description="Further machines that are waited for at the same time.")
    also_slugs: list[str] = Field(
        description="The slugs of the further machines, in the same order."
    )
    missed: int = Field(description="Offers that lapsed unanswered; the third ends the entry.")
    answers: dict[str, str]
    usage_mode: UsageMode | None
    equipment: list[str] = Field(description="Slugs of the equipment that was chosen.")
    seats: int = Field(description="The seats of a room that are waited for.")
