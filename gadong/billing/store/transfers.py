"""Money of firms: transfers, their rests, refunds, and wrong entries taken back."""

from __future__ import annotations

from dataclasses import asdict

from psycopg import errors

from gadong.billing.domain.accounts.transfer import Held, Transfer
from gadong.core.database import Tx, alone, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PaymentId, TransferId
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


def lock(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> None:
    """Hold a firm's account at a centre until the transaction ends."""
    alone(tx, f"account {centre_id} {company_id}")


def insert(tx: Tx, transfer: Transfer) -> None:
    """Enter a transfer; raise Conflict where it takes back what was taken back before."""
    try:
        with tx.transaction():
            run(tx, SQL["insert"], **asdict(transfer))
    except errors.UniqueViolation as trouble:
        raise Conflict("This was taken back before") from trouble


def by_id(tx: Tx, transfer_id: TransferId) -> Transfer | None:
    """Return one entry."""
    row = one(tx, SQL["by_id"], id=transfer_id)
    return Transfer(**row) if row else None


def of_company(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> list[Transfer]:
    """Return a firm's entries at a centre, in order."""
    rows = many(tx, SQL["of_company"], centre_id=centre_id, company_id=company_id)
    return [Transfer(**row) for row in rows]


def held(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> list[Held]:
    """Return the rests of a firm's transfers, the oldest first."""
    rows = many(tx, SQL["held"], centre_id=centre_id, company_id=company_id)
    return [Held(**row) for row in rows]


def held_of_centre(tx: Tx, centre_id: CentreId) -> dict[CompanyId, int]:
    """Return the sum of rests of each firm that has any."""
    rows = many(tx, SQL["held_of_centre"], centre_id=centre_id)
    return {row["company_id"]: row["rest"] for row in rows}


def standing_payments(tx: Tx, root_id: TransferId) -> list[PaymentId]:
    """Return the payments by a transfer that were not taken back."""
    return [row["id"] for row in many(tx, SQL["standing_payments"], root_id=root_id)]
