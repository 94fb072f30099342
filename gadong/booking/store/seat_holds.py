"""Held time of machines, with the seats of a room that each booking holds."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg.types.multirange import Multirange

from gadong.booking.domain.seating import SeatHold
from gadong.core.database import Tx, many
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_range

SQL = statements(__file__)


def held_of(
    tx: Tx,
    machine_ids: Iterable[MachineId],
    bounds: Period,
    *,
    without: BookingId | None = None,
    with_requests: bool = False,
) -> dict[MachineId, list[SeatHold]]:
    """Return the held time of each machine, turn-round included, with the seats that are held.

    `with_requests` adds competing requests, which keep nobody off.
    """
    found: dict[MachineId, list[SeatHold]] = {}
    for row in many(
        tx,
        SQL["held_of"],
        machine_ids=list(machine_ids),
        during=to_range(bounds),
        without=without,
        with_requests=with_requests,
    ):
        hold = SeatHold(period=Period(row["start"], row["end"]), seats=_numbers(row["numbers"]))
        found.setdefault(row["machine_id"], []).append(hold)
    return found


def _numbers(held: Multirange[int] | None) -> frozenset[int] | None:
    """Return the numbers of held seats; None for all of them."""
    if held is None:
        return None
    return frozenset(
        number
        for part in held
        if part.lower is not None and part.upper is not None
        for number in range(part.lower, part.upper)
    )
