"""Wire formats of the web calendar."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed
from api.v1.schemas import Out
from gadong.booking.domain.booking import BookingState


class SpanOut(Out):
    """A stretch of time."""

    start: datetime
    end: datetime


class ClosureOut(SpanOut):
    """A closure of a machine, or of the whole centre."""

    kind: str = Field(examples=["maintenance"])
    reason: str


class EntryOut(SpanOut):
    """Taken time. Whose it is and what for is null where it is not yours to know."""

    held_from: datetime = Field(description="With the turn-round on either side.")
    held_until: datetime
    state: BookingState
    seats: int = Field(description="The seats of a room that it takes.")
    shares: bool = Field(description="Whether others may take the room's other seats.")
    booking: UUID | None
    company: UUID | None
    purpose: str | None


class FreeSeatsOut(SpanOut):
    """Time in which so many seats of a room are free."""

    free: int


class RowOut(MachineNamed):
    """One machine of the calendar."""

    name_ko: str
    name_en: str
    kind: str
    seats: int = Field(description="Above one, several bookings may stand in it at an instant.")
    free_seats: list[FreeSeatsOut] = Field(
        description="Of a room of several seats: how many are free while any is held."
    )
    opened: list[SpanOut]
    closed: list[ClosureOut]
    taken: list[EntryOut]
    ran: list[SpanOut] = Field(description="Running time, beside the bookings.")
