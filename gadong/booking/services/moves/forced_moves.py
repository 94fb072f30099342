"""Moves that a closure or the job before forces on the people of a booking."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking import Booking
from gadong.booking.services import attendance
from gadong.booking.services.centre_calendar import closures
from gadong.booking.store import bookings
from gadong.core.database import Tx
from gadong.machines.store import machines


def is_driven(tx: Tx, booking: Booking, *, now: datetime) -> bool:
    """Return whether the job before or a closure is in the way of a booking.

    Once it has begun, only what kept its people out counts: they would else have come.
    """
    if now >= booking.period.start:
        machine = machines.by_id(tx, booking.machine_id)
        return machine is not None and attendance.is_kept_out(tx, machine, booking, now=now)
    return bookings.is_at_risk(tx, booking.id) or closures.falls_into(tx, booking)
