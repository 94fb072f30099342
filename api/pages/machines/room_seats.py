"""The seats of a room in its entry of the register, and the bookings that need more of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.identity import Connections
from api.pages.frame.layout import Look
from gadong.booking.domain.seating import MAX_SEATS, BookingBeyond
from gadong.booking.services import machine_setup
from gadong.core.domain.access import Right
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.services import observations


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room's seats as its form has them, and the bookings to come that need more."""

    seats: int
    most: int
    beyond: Sequence[BookingBeyond]


def room_of(
    looking: Look, pool: Connections, machine: Machine, seats: int | None, *, now: datetime
) -> Room | None:
    """Return the seats of a machine that may have several, or those that were asked for.

    None where nothing may be set: of a retired or observed machine, or for this viewer.
    """
    if not looking.may(Right.FLOOR_WORK) or machine.retired_at is not None:
        return None
    _, known = observations.of_machine(pool, looking.who, machine.id)
    if machine.seats == 1 and observed_at(known, now) is not Observed.NEITHER:
        return None
    number = machine.seats if seats is None else seats
    beyond = machine_setup.beyond_seats(pool, looking.who, machine, number, now=now)
    return Room(seats=number, most=MAX_SEATS, beyond=beyond)
