"""Pictures of machines."""

from __future__ import annotations

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.store.queries import statements
from gadong.machines.domain.machine import Machine

SQL = statements(__file__)


def keep(tx: Tx, machine: Machine, data: bytes, *, digest: str, by: PersonId | None) -> None:
    """Store a machine's picture in place of the one before."""
    told = {"machine_id": machine.id, "centre_id": machine.centre_id}
    run(tx, SQL["keep"], digest=digest, data=data, by=by, **told)


def remove(tx: Tx, machine_id: MachineId) -> bool:
    """Remove the picture; return False if there was none."""
    return bool(run(tx, SQL["remove"], machine_id=machine_id))


def data(tx: Tx, machine_id: MachineId) -> bytes | None:
    """Return the picture."""
    row = one(tx, SQL["data"], machine_id=machine_id)
    return bytes(row["data"]) if row else None


def digests(tx: Tx, centre_id: CentreId) -> dict[MachineId, str]:
    """Return the digests of the pictures of a centre's machines, where they have one."""
    rows = many(tx, SQL["digests"], centre_id=centre_id)
    return {MachineId(row["machine_id"]): row["digest"] for row in rows}
