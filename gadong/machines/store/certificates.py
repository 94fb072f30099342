"""Files of calibrations' certificates."""

from __future__ import annotations

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import MachineId, PersonId
from gadong.core.store.queries import statements
from gadong.machines.domain.calibrations.certificate import CertificateFile
from gadong.machines.domain.machine import Machine

SQL = statements(__file__)


def keep(tx: Tx, machine: Machine, file: CertificateFile, *, by: PersonId | None) -> None:
    """Store a certificate's file; the same bytes of a machine are kept once."""
    run(
        tx,
        SQL["keep"],
        machine_id=machine.id,
        centre_id=machine.centre_id,
        digest=file.digest,
        media_type=file.media_type,
        data=file.data,
        by=by,
    )


def find(tx: Tx, machine_id: MachineId, digest: str) -> CertificateFile | None:
    """Return one file of a machine."""
    row = one(tx, SQL["find"], machine_id=machine_id, digest=digest)
    if row is None:
        return None
    return CertificateFile(
        machine_id=machine_id,
        digest=row["digest"],
        media_type=row["media_type"],
        data=bytes(row["data"]),
    )


def digests(tx: Tx, machine_id: MachineId) -> frozenset[str]:
    """Return the digests of a machine's files."""
    return frozenset(row["digest"] for row in many(tx, SQL["digests"], machine_id=machine_id))
