"""Conditions on the bookings of a list, and their order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.booking.domain.booking import BookingState
from gadong.core.domain.ids import CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period


class BookingOrder(StrEnum):
    """Orders of a list of bookings."""

    LATEST_MADE = "latest_made"
    EARLIEST_START = "earliest_start"
    LATEST_START = "latest_start"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilter:
    """Conditions on the bookings of a list; no value, or no state, means any.

    `group` is shared by what was made together, `during` is a stretch that the booking touches.
    `text` has words of the machine's, the company's and the person's name, or of the purpose.
    `coming_at` is an instant after which the booking stands; `past_at` one at which it has ended,
    or stands no more.
    """

    centre: CentreId | None = None
    machine: MachineId | None = None
    company: CompanyId | None = None
    person: PersonId | None = None
    group: UUID | None = None
    states: Collection[BookingState] = ()
    during: Period | None = None
    text: str = ""
    coming_at: datetime | None = None
    past_at: datetime | None = None
