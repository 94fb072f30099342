"""Payments of final claims by programmes' payers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from psycopg import errors

from gadong.billing.domain.claims.claim_payment import ClaimPayment
from gadong.billing.domain.payment import StatementAccount
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(tx: Tx, payment: ClaimPayment) -> None:
    """Enter a payment; Conflict where it was taken back, or where more is owed no longer."""
    try:
        with tx.transaction():
            run(tx, SQL["insert"], **asdict(payment))
    except errors.UniqueViolation as trouble:
        raise Conflict("This payment was taken back before") from trouble
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name != "programme_claim_payments_fit":
            raise
        raise Conflict("Of this claim less is still owed") from trouble


def payment(tx: Tx, payment_id: UUID) -> ClaimPayment | None:
    """Return one entry."""
    row = one(tx, SQL["payment"], id=payment_id)
    return ClaimPayment(**row) if row else None


def of_claim(tx: Tx, claim_id: UUID) -> list[ClaimPayment]:
    """Return the entries of a claim, in order."""
    return [ClaimPayment(**row) for row in many(tx, SQL["of_claim"], claim_id=claim_id)]


def accounts(tx: Tx, claim_ids: Collection[UUID]) -> dict[UUID, StatementAccount]:
    """Return the account of each claim."""
    rows = many(tx, SQL["accounts"], claim_ids=list(claim_ids))
    return {row.pop("id"): StatementAccount(**row) for row in rows}
