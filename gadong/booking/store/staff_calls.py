"""Calls for the staff from a machine."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg import errors

from gadong.booking.domain.staff.staff_call import Call
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.machines.domain.machine import Machine

SQL = statements(__file__)


def insert(tx: Tx, machine: Machine, person_id: PersonId, words: str) -> UUID:
    """Call the staff; Conflict where one's last call from there is still open."""
    call_id = new_id()
    told = {"machine_id": machine.id, "person_id": person_id, "words": words}
    try:
        with tx.transaction():
            run(tx, SQL["insert"], id=call_id, centre_id=machine.centre_id, **told)
    except errors.UniqueViolation as trouble:
        raise Conflict("You have called already; somebody is told") from trouble
    return call_id


def waiting(tx: Tx, centre_id: CentreId) -> list[Call]:
    """List the open calls that the transaction may see, the longest wait first."""
    return [Call(**row) for row in many(tx, SQL["open"], centre_id=centre_id)]


def answered(tx: Tx, machine_id: MachineId, person_id: PersonId, *, since: datetime) -> Call | None:
    """Return a person's last call from a machine, if it was answered after an instant."""
    told = {"machine_id": machine_id, "person_id": person_id, "since": since}
    row = one(tx, SQL["answered"], **told)
    return Call(**row) if row else None


def forget(tx: Tx) -> int:
    """Retention: a year (docs/privacy.md)."""
    return run(tx, SQL["forget"])


def centre_of(tx: Tx, call_id: UUID) -> CentreId | None:
    """Return the centre that must answer the call."""
    row = one(tx, SQL["centre_of"], id=call_id)
    return CentreId(row["centre_id"]) if row else None


def answer(tx: Tx, call_id: UUID, *, by: PersonId) -> bool:
    """Record the answer to a call; return False if somebody had answered."""
    return bool(run(tx, SQL["answer"], id=call_id, by=by))
