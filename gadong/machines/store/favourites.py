"""Machines that persons marked as favourites."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.store.queries import statements
from gadong.machines.domain.machine import Machine

SQL = statements(__file__)


def mark(tx: Tx, person_id: PersonId, machine: Machine, *, at: datetime) -> None:
    """Keep a machine as the person's favourite."""
    run(
        tx,
        SQL["mark"],
        person_id=person_id,
        machine_id=machine.id,
        centre_id=machine.centre_id,
        at=at,
    )


def unmark(tx: Tx, person_id: PersonId, machine: Machine) -> None:
    """Delete a machine from the person's favourites."""
    run(tx, SQL["unmark"], person_id=person_id, machine_id=machine.id)


def of_person(tx: Tx, person_id: PersonId, centre_id: CentreId) -> list[MachineId]:
    """Return the person's favourites at a centre, in the order in which they were marked."""
    rows = many(tx, SQL["of_person"], person_id=person_id, centre_id=centre_id)
    return [MachineId(row["machine_id"]) for row in rows]
