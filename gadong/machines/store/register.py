"""The machine register: entries with their history, and the columns of a centre's own table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, MachineId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.register import EMPTY, RegisterEntry, RegisterStep
from gadong.machines.domain.register_fields import Column

SQL = statements(__file__)


def insert(tx: Tx, machine: Machine, step: RegisterStep) -> None:
    """Store a machine's entry as it is from now on."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=machine.centre_id,
        machine_id=machine.id,
        entry=to_document(step.entry),
        reason=step.reason,
        written_by=step.written_by,
        recorded_at=step.recorded_at,
    )


def of_machines(
    tx: Tx, machine_ids: Collection[MachineId], *, recorded_before: datetime
) -> dict[MachineId, RegisterEntry]:
    """Return the entry of each machine; an empty one where none was written."""
    rows = many(
        tx, SQL["of_machines"], machine_ids=list(machine_ids), recorded_before=recorded_before
    )
    written = {row["machine_id"]: from_document(RegisterEntry, row["entry"]) for row in rows}
    return {machine_id: written.get(machine_id, EMPTY) for machine_id in machine_ids}


def of_machine(tx: Tx, machine_id: MachineId, *, recorded_before: datetime) -> RegisterEntry:
    """Return the entry of one machine."""
    return of_machines(tx, [machine_id], recorded_before=recorded_before)[machine_id]


def history(tx: Tx, machine_id: MachineId) -> list[RegisterStep]:
    """Return every state of a machine's entry, the latest first."""
    return [
        RegisterStep(
            entry=from_document(RegisterEntry, row["entry"]),
            reason=row["reason"],
            written_by=row["written_by"],
            recorded_at=row["recorded_at"],
        )
        for row in many(tx, SQL["history"], machine_id=machine_id)
    ]


def set_columns(
    tx: Tx, centre_id: CentreId, columns: Sequence[Column], *, by: PersonId, recorded_at: datetime
) -> None:
    """Store the columns of a centre's own table."""
    run(
        tx,
        SQL["insert_columns"],
        id=new_id(),
        centre_id=centre_id,
        columns=to_document(list(columns)),
        set_by=by,
        recorded_at=recorded_at,
    )


def columns(tx: Tx, centre_id: CentreId) -> tuple[Column, ...] | None:
    """Return the columns that a centre set last, or None."""
    row = one(tx, SQL["columns"], centre_id=centre_id)
    return from_document(tuple[Column, ...], row["columns"]) if row else None
