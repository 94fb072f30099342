"""Wire formats of closures, with affected bookings and alternatives."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.schemas import FreePeriod, In, Instant, Out, Reason
from gadong.booking.domain.booking import BookingState


class ClosureKind(StrEnum):
    """The kinds of closures that a list tells apart."""

    CLOSED = "closed"
    MAINTENANCE = "maintenance"


class ClosureOrder(StrEnum):
    """Orders of a list of closures."""

    EARLIEST_START = "earliest_start"
    LATEST_START = "latest_start"


class ClosureIn(NamesMachine):
    """A time in which a centre or one of its machines is closed or under maintenance."""

    centre: UUID
    start: Instant
    end: Instant
    kind: str = Field(examples=["maintenance"])
    reason: Reason


class ClosureTimeIn(In):
    """Another time of a closure, and why. Once it has begun only its end changes."""

    start: Instant
    end: Instant
    reason: Reason


class LiftIn(In):
    """The reason for ending a closure now, or for withdrawing it before it begins."""

    reason: Reason


class HitOut(MachineNamed):
    """A booking affected by a closure, with alternatives, a sister machine first."""

    booking: UUID
    start: datetime
    end: datetime
    state: BookingState
    company: UUID
    person: UUID
    instead: list[FreePeriod]


class ClosureMade(Out):
    """A closure, and the bookings that fall into it; they stay until their people choose."""

    id: UUID
    centre: UUID
    machine: UUID | None
    machine_slug: str | None
    start: datetime
    end: datetime
    kind: str
    reason: str
    affected: list[HitOut]


class ClosurePreview(Out):
    """The bookings that would fall into a closure."""

    affected: list[HitOut]


class ClosureStep(Out):
    """One change of a closure; without a time it was taken back."""

    start: datetime | None
    end: datetime | None
    reason: str
    changed_by: UUID | None
    recorded_at: datetime


class ClosureFound(ClosureMade):
    """A closure with its changes."""

    steps: list[ClosureStep]


class ClosureListed(Out):
    """A closure as everybody at the centre may see it."""

    id: UUID
    machine: UUID | None
    machine_slug: str | None
    start: datetime
    end: datetime
    kind: str
    reason: str
