"""Check-ins at a machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from psycopg.rows import DictRow

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.usage import CheckIn
from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import MachineId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import by_key

SQL = statements(__file__)


def insert(tx: Tx, booking: Booking, *, kind: str, at: datetime, recorded_at: datetime) -> None:
    """Insert a check-in (`in`) or check-out (`out`) of the booking."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=booking.centre_id,
        machine_id=booking.machine_id,
        company_id=booking.company_id,
        person_id=booking.person_id,
        booking_id=booking.id,
        kind=kind,
        at=at,
        recorded_at=recorded_at,
    )


def during(
    tx: Tx, machine_id: MachineId, bounds: Period, *, recorded_before: datetime
) -> list[CheckIn]:
    """Return the check-ins at the machine, each joined with its check-out."""
    rows = many(
        tx,
        SQL["during"],
        machine_id=machine_id,
        since=bounds.start,
        until=bounds.end,
        recorded_before=recorded_before,
    )
    return _joined(rows)


def of_machines(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period, *, recorded_before: datetime
) -> dict[MachineId, list[CheckIn]]:
    """Return the check-ins at each machine, each joined with its check-out."""
    rows = many(
        tx,
        SQL["of_machines"],
        machine_ids=list(machine_ids),
        since=bounds.start,
        until=bounds.end,
        recorded_before=recorded_before,
    )
    of_each = by_key((row["machine_id"], row) for row in rows)
    return {machine_id: _joined(own) for machine_id, own in of_each.items()}


def _joined(rows: Sequence[DictRow]) -> list[CheckIn]:
    """Return a machine's check-ins with their check-outs."""
    left = {row["booking_id"]: row["at"] for row in rows if row["kind"] == "out"}
    return [
        CheckIn(
            at=row["at"],
            company_id=row["company_id"],
            person_id=row["person_id"],
            booking_id=row["booking_id"],
            until=left.get(row["booking_id"]),
        )
        for row in rows
        if row["kind"] == "in"
    ]


def across(
    tx: Tx, machine_id: MachineId, instants: Sequence[datetime], *, recorded_before: datetime
) -> list[Period]:
    """Return how long the people of each booking were at the machine around any instant."""
    rows = many(
        tx,
        SQL["across"],
        machine_id=machine_id,
        instants=list(instants),
        recorded_before=recorded_before,
    )
    return [Period(row["since"], row["until"]) for row in rows]
