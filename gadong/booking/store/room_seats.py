"""Bookings that a room with fewer seats would not have room for."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.seating import BookingBeyond
from gadong.core.database import Tx, many
from gadong.core.domain.ids import MachineId
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period

SQL = statements(__file__)


def beyond(
    tx: Tx, machine_id: MachineId, seats: int, *, at: datetime, most: int
) -> list[BookingBeyond]:
    """Return the bookings not over that need more than so many seats, by their start."""
    rows = many(tx, SQL["beyond"], machine_id=machine_id, seats=seats, at=at, most=most)
    return [
        BookingBeyond(
            id=r["id"], period=to_period(r["during"]), seats=r["seats"], shares=r["shares"]
        )
        for r in rows
    ]
