"""Files of commissioned work."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from gadong.commissions.domain.commission import Commission
from gadong.commissions.domain.commission_file import CommissionFile, CommissionFileKind
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(
    tx: Tx, commission: Commission, file: CommissionFile, data: bytes, *, by: PersonId | None
) -> None:
    """Insert a file with its bytes."""
    of = {"centre_id": commission.centre_id, "company_id": commission.company_id}
    run(tx, SQL["insert"], **asdict(file), **of, data=data, kept_by=by)


def of_commission(tx: Tx, commission_id: UUID) -> list[CommissionFile]:
    """Return the files of a commission that the transaction may see, the earliest first."""
    rows = many(tx, SQL["of_commission"], commission_id=commission_id)
    return [CommissionFile(**{**row, "kind": CommissionFileKind(row["kind"])}) for row in rows]


def data(tx: Tx, commission_id: UUID, file_id: UUID) -> bytes | None:
    """Return the bytes of a file, where the transaction may see it."""
    row = one(tx, SQL["data"], id=file_id, commission_id=commission_id)
    return bytes(row["data"]) if row else None
