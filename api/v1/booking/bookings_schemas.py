"""Bookings on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.booking.climate_schemas import ClimateOut
from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.schemas import (
    BrokenRule,
    FreePeriod,
    In,
    Instant,
    Out,
    Reason,
    ShortName,
    Slug,
    Whole,
    period_of,
)
from gadong.booking.domain.booking import Action, BookingState, FirstStep
from gadong.booking.domain.seating import MAX_SEATS
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode


class GroupedBookingOut(MachineNamed):
    """One of the bookings that were made together."""

    id: UUID
    start: datetime
    end: datetime
    state: BookingState


class BookingOut(MachineNamed):
    """A held period on a machine. Another company's has no names."""

    id: UUID
    centre: UUID
    company: UUID | None
    person: UUID | None
    start: datetime
    end: datetime
    state: BookingState = Field(examples=["confirmed"])
    version: int
    purpose: str
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    freed_from: datetime | None = Field(
        description="From when on its time is free for others, if before its end."
    )
    expires_at: datetime | None = Field(description="When a request or an offer lapses.")
    group: UUID | None = Field(description="Shared by what was booked together.")
    override: str = Field(description="Why rules were passed, if they were.")
    answers: dict[str, str]
    usage_mode: UsageMode = Field(
        description="Use by the company, with the centre's operator, or by the centre alone."
    )
    equipment: list[str] = Field(
        description="Slugs of the equipment that was chosen where the machine needs any of several."
    )
    competes: bool = Field(description="While it is pending, others may ask for the same time.")
    seats: int = Field(description="The seats of a room that it takes.")
    shares: bool = Field(description="Whether others may take the room's other seats.")
    parts: list[GroupedBookingOut] = Field(
        default_factory=list,
        description="Everything that was made together with it, itself included; empty in lists.",
    )


Answers = Annotated[
    dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=500)]],
    Field(max_length=50, description="Answers to the questions of the machine's rules, by key."),
]


Choice = Annotated[
    tuple[Slug, ...],
    Field(
        max_length=20,
        description="Slugs of the equipment to hold where the machine needs any of several; "
        "without one of them, any.",
    ),
]


Seats = Annotated[
    Whole,
    Field(
        ge=1,
        le=MAX_SEATS,
        description="How many seats of a room of several; all of them are the whole room.",
    ),
]


class BookingIn(NamesMachine):
    """A wish."""

    centre: UUID | None = Field(
        default=None, description="Needed where several centres have the slug."
    )
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    start: Instant = Field(examples=["2026-11-24T10:00:00+09:00"])
    end: Instant = Field(examples=["2026-11-24T12:00:00+09:00"])
    also: list[UUID] = Field(
        default_factory=list,
        max_length=9,
        description="Machines wanted at the same time: all or none.",
    )
    also_slugs: list[Slug] = Field(
        default_factory=list, max_length=9, description="More of them, by their slugs."
    )
    person: UUID | None = Field(default=None, description="For whom, if not for yourself.")
    person_name: ShortName | None = Field(
        default=None,
        description="For somebody of the company who has no login; added where there is none.",
    )
    person_phone: str = Field(
        default="", max_length=40, description="The phone number of who has no login."
    )
    purpose: str = Field(default="", max_length=500)
    answers: Answers = Field(default_factory=dict)
    usage_mode: UsageMode | None = Field(
        default=None, description="Usage mode; null: the first that the machine's rules offer."
    )
    equipment: Choice = ()
    seats: Seats = 1
    override: Reason = Field(
        default="", description="A manager's reason to pass rules a manager may pass."
    )
    pledge: str = Field(
        default="",
        max_length=200,
        description="The version of the machine's terms that the person accepts with the booking; "
        "`GET /centres/{centre}/pledges` has the text.",
    )

    def period(self) -> Period:
        """Return the wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class EstimateLineOut(MachineNamed):
    """One line, as a statement would say it; `amount` in whole won before VAT."""

    ko: str
    en: str
    amount: int


class EstimateOut(Out):
    """An estimate of the charges, with the sums in whole won."""

    lines: list[EstimateLineOut]
    supply: int
    vat: int
    total: int
    subsidy: int = Field(
        description="The programmes' part of the total, from the rest of their budgets today."
    )
    payable: int = Field(description="The company's part of the total.")


class QuoteOut(Out):
    """The answer to a wish without booking it."""

    is_possible: bool
    problems: list[BrokenRule]
    alternatives: list[FreePeriod]
    needs_approval: bool = Field(description="A manager is to say yes first.")
    free_cancellation_until: datetime
    used: EstimateOut | None = Field(
        description="If the machine runs all of the time; null: no tariff prices it."
    )
    unused: EstimateOut | None = Field(description="If nobody comes.")


class MoveIn(In):
    """Another time for a booking."""

    start: Instant
    end: Instant
    override: Reason = ""

    def period(self) -> Period:
        """Return the wanted time; Invalid where it ends before it starts."""
        return period_of(self.start, self.end)


class SeriesIn(BookingIn):
    """The same wish again and again, at the same hour of the centre's clock."""

    every_days: Whole = Field(ge=1, le=366, examples=[7])
    count: Whole = Field(ge=1, le=53, examples=[10])


class OccurrenceOut(Out):
    """One date of a series: its booking, or the problems and alternatives."""

    start: datetime
    end: datetime
    booking: BookingOut | None
    problems: list[BrokenRule]
    alternatives: list[FreePeriod]


class BookingSeriesOut(Out):
    """A series, date by date.

    `group` is shared by its bookings, and null where none could be made.
    """

    group: UUID | None
    items: list[OccurrenceOut]
    next: None = Field(default=None, description="Always null: a series is answered whole.")


class ExtendIn(In):
    """A later end."""

    end: Instant
    override: Reason = ""


class TransferIn(In):
    """The colleague who takes it over."""

    person: UUID


class EditIn(In):
    """Changed parts of a booking; omitted ones stay. Answers are replaced together."""

    purpose: str | None = Field(default=None, max_length=500)
    answers: Answers | None = None
    usage_mode: UsageMode | None = None
    override: Reason = ""


class ReasonIn(In):
    """An optional reason."""

    reason: Reason = ""


class BookingApprovalIn(In):
    """A manager's approval of a request."""

    reason: Reason = ""
    override: Reason = Field(
        default="", description="The reason to pass what stands in the way by now."
    )


class OfferAcceptanceIn(In):
    """An offer's acceptance."""

    answers: Answers = Field(default_factory=dict)


class EventOut(Out):
    """A step in a booking's life."""

    version: int
    action: Action | FirstStep
    actor: UUID | None
    reason: str
    recorded_at: datetime


class BookingDetail(BookingOut):
    """A booking with its history."""

    technician: UUID | None = Field(
        description="Who assists, where it is assisted and somebody is held."
    )
    climate: list[ClimateOut] = Field(
        description="The room's climate during the use, by the sensor that the register names."
    )
    history: list[EventOut]
