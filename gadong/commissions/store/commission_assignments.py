"""Assignments of people and machine times to commissioned work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import psycopg

from gadong.commissions.domain.commission import Commission
from gadong.commissions.domain.commission_assignment import CommissionAssignment
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import BookingId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(
    tx: Tx,
    commission: Commission,
    *,
    person: PersonId | None,
    booking: BookingId | None,
    machine: MachineId | None,
    period: Period | None,
    by: PersonId | None,
    recorded_at: datetime,
) -> UUID:
    """Insert an assignment and return its id; Conflict where the case has the same one."""
    made = new_id()
    values = {
        "id": made,
        "commission_id": commission.id,
        "centre_id": commission.centre_id,
        "person_id": person,
        "booking_id": booking,
        "recorded_by": by,
        "recorded_at": recorded_at,
    }
    try:
        if period is None:
            run(tx, SQL["insert_without_time"], **values)
        else:
            edges = {"start": period.start, "end": period.end}
            run(tx, SQL["insert"], **values, machine_id=machine, **edges)
    except psycopg.errors.UniqueViolation as trouble:
        if trouble.diag.constraint_name != "commission_assignments_once":
            raise
        raise Conflict("This stands on the case already") from trouble
    return made


def finish(tx: Tx, assignment_id: UUID, *, by: PersonId | None, at: datetime) -> bool:
    """End an assignment; return whether it had not ended."""
    return bool(run(tx, SQL["finish"], id=assignment_id, ended_by=by, ended_at=at))


def commission_of(tx: Tx, assignment_id: UUID) -> UUID | None:
    """Return the commission of an assignment that the transaction may see."""
    row = one(tx, SQL["commission_of"], id=assignment_id)
    return row["commission_id"] if row else None


def of_commissions(tx: Tx, ids: Sequence[UUID]) -> list[CommissionAssignment]:
    """Return the assignments of some commissions that have not ended, in order of their time."""
    found = []
    for row in many(tx, SQL["of_commissions"], commission_ids=list(ids)):
        start, end = row.pop("starts"), row.pop("ends")
        found.append(CommissionAssignment(**row, period=Period(start, end) if start else None))
    return found
