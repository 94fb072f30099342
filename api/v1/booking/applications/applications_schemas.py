"""Monthly applications on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.v1.booking.bookings_schemas import Answers, Choice, Seats
from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.schemas import BrokenRule, FreePeriod, Instant, Out, ShortName, period_of
from gadong.booking.domain.applications.draw import ApplicationState
from gadong.booking.domain.rules.limits import Criterion
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode


class ApplicationIn(NamesMachine):
    """An application for a period of next month."""

    centre: UUID | None = Field(
        default=None, description="Needed where several centres have the slug."
    )
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    start: Instant
    end: Instant
    person: UUID | None = Field(default=None, description="For whom, if not for yourself.")
    person_name: ShortName | None = Field(
        default=None, description="For somebody of the company who has no login."
    )
    person_phone: str = Field(
        default="", max_length=40, description="The phone number of who has no login."
    )
    purpose: str = Field(default="", max_length=500)
    answers: Answers = Field(default_factory=dict)
    usage_mode: UsageMode | None = Field(
        default=None, description="Null: as its rules offer first."
    )
    equipment: Choice = ()
    seats: Seats = 1
    pledge: str = Field(
        default="", max_length=200, description="The version of the terms that is accepted."
    )

    def period(self) -> Period:
        """Return the wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class ApplicationOut(MachineNamed):
    """An application and, from the draw on, its answer."""

    id: UUID
    round: UUID = Field(description="The machine's and month's round.")
    centre: UUID
    company: UUID
    person: UUID
    start: datetime
    end: datetime
    applied_at: datetime
    state: ApplicationState
    purpose: str
    answers: dict[str, str]
    usage_mode: UsageMode | None
    equipment: list[str] = Field(description="Slugs of the equipment that was chosen.")
    seats: int = Field(description="The seats of a room that it asks for.")
    rank: int | None = Field(description="The rank of the company's category, at the draw.")
    minutes: int | None = Field(
        description="What the company booked of the machine in the three months before."
    )
    place: int | None = Field(description="The place in the order of the draw, from 1 on.")
    booking: UUID | None = Field(description="The booking that was granted.")
    problems: list[BrokenRule] = Field(description="The rules that refused it.")
    alternatives: list[FreePeriod] = Field(description="What could be booked after the draw.")
    may_wait: bool = Field(description="Whether the machine's waiting list takes it.")


class RoundOut(MachineNamed):
    """The applications for one machine and month."""

    id: UUID
    centre: UUID
    month: str = Field(examples=["2026-12"], description="The month that is applied for.")
    opens: datetime
    closes: datetime
    ordering: list[Criterion] = Field(
        description="The criteria of the order, as they were when the window opened."
    )
    seed_digest: str = Field(description="SHA-256 of the seed, in hex; fixed from the opening on.")
    committed_at: datetime
    seed: str | None = Field(description="The seed in hex; null until the draw.")
    drawn_at: datetime | None


class DrawDifferenceOut(Out):
    """A difference between the kept draw and its repetition."""

    code: Literal["seed", "place", "unanswered", "answered_before_the_draw"]
    application: UUID | None
    kept: int | None
    repeated: int | None


class DrawVerificationOut(Out):
    """A draw that was repeated from its seed and its applications."""

    verdict: Literal["holds", "differs"]
    differences: list[DrawDifferenceOut]
    round: RoundOut
    applications: list[ApplicationOut] = Field(
        description="All that was computed from, in the order of the draw."
    )
