"""Closures of a centre and its machines: facts, and the facts that change them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.closure import Closure, ClosureChange
from gadong.booking.store import bookings
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import by_key, to_period, to_range

SQL = statements(__file__)


def insert(tx: Tx, closure: Closure) -> None:
    """Keep a closure."""
    run(
        tx,
        SQL["insert"],
        id=closure.id,
        centre_id=closure.centre_id,
        machine_id=closure.machine_id,
        during=to_range(closure.period),
        kind=closure.kind,
        reason=closure.reason,
    )


def change(tx: Tx, closure: Closure, period: Period | None, *, reason: str, by: PersonId) -> None:
    """Give a closure another time; None lifts it."""
    run(
        tx,
        SQL["change"],
        id=new_id(),
        centre_id=closure.centre_id,
        closure_id=closure.id,
        during=to_range(period) if period else None,
        reason=reason,
        changed_by=by,
    )


def by_id(tx: Tx, closure_id: UUID) -> Closure | None:
    """Return a closure as it stands; None once it is lifted."""
    row = one(tx, SQL["by_id"], id=closure_id)
    return _closure(row) if row else None


def withdrawn_at(tx: Tx, closure_id: UUID) -> CentreId | None:
    """Return the centre of a closure that was lifted before it began; None for any other."""
    row = one(tx, SQL["withdrawn_at"], id=closure_id)
    return CentreId(row["centre_id"]) if row else None


def of_centre(tx: Tx, centre_id: CentreId, bounds: Period) -> list[Closure]:
    """Return the centre's closures and its machines' own."""
    rows = many(tx, SQL["of_centre"], centre_id=centre_id, during=to_range(bounds))
    return [_closure(row) for row in rows]


def of_machine(
    tx: Tx, centre_id: CentreId, machine_id: MachineId, bounds: Period, *, recorded_before: datetime
) -> Sequence[tuple[Period, str]]:
    """Return the closures that touch the bounds, each with its kind,
    as known before the instant.
    """
    rows = many(
        tx,
        SQL["of_machine"],
        centre_id=centre_id,
        machine_id=machine_id,
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return [(to_period(row["during"]), row["kind"]) for row in rows]


def of_machines(
    tx: Tx,
    centre_id: CentreId,
    machine_ids: Iterable[MachineId],
    bounds: Period,
    *,
    recorded_before: datetime,
) -> dict[MachineId, list[tuple[Period, str]]]:
    """Return the closures that touch the bounds for each machine of a centre, each with its kind,
    as known before the instant.
    """
    ids = list(machine_ids)
    rows = many(
        tx,
        SQL["of_machines"],
        centre_id=centre_id,
        machine_ids=ids,
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return by_key(
        (machine_id, (to_period(row["during"]), row["kind"]))
        for row in rows
        for machine_id in (ids if row["machine_id"] is None else [row["machine_id"]])
    )


def steps(tx: Tx, closure_id: UUID) -> list[ClosureChange]:
    """Return the changes of a closure, the first one first."""
    return [
        ClosureChange(period=to_period(during) if (during := row.pop("during")) else None, **row)
        for row in many(tx, SQL["steps"], closure_id=closure_id)
    ]


def hit(
    tx: Tx, centre_id: CentreId, machine_id: MachineId | None, period: Period, *, now: datetime
) -> list[Booking]:
    """Return the bookings, requests and offers to come that the period falls into, the soonest
    first.
    """
    rows = many(
        tx,
        SQL["hit"],
        centre_id=centre_id,
        machine_id=machine_id,
        during=to_range(period),
        now=now,
    )
    return [booking for row in rows if (booking := bookings.by_id(tx, row["id"]))]


def _closure(row: DictRow) -> Closure:
    return Closure(period=to_period(row.pop("during")), **row)
