"""Declarations of how machines are observed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import MachineId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import MachineObservation, Observed

SQL = statements(__file__)


def insert(
    tx: Tx,
    machine: Machine,
    observation: MachineObservation,
    *,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Store a declaration."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=machine.centre_id,
        machine_id=machine.id,
        since=observation.since,
        observed=observation.observed.value,
        set_by=by,
        recorded_at=recorded_at,
    )


def of_machines(
    tx: Tx, machine_ids: Collection[MachineId], *, recorded_before: datetime
) -> dict[MachineId, list[MachineObservation]]:
    """Return the declarations of each machine in the order of their instants."""
    found: dict[MachineId, list[MachineObservation]] = {
        machine_id: [] for machine_id in machine_ids
    }
    rows = many(
        tx, SQL["of_machines"], machine_ids=list(machine_ids), recorded_before=recorded_before
    )
    for row in rows:
        found[row["machine_id"]].append(
            MachineObservation(since=row["since"], observed=Observed(row["observed"]))
        )
    return found


def of_machine(
    tx: Tx, machine_id: MachineId, *, recorded_before: datetime
) -> list[MachineObservation]:
    """Return the declarations of one machine in the order of their instants."""
    return of_machines(tx, [machine_id], recorded_before=recorded_before)[machine_id]
