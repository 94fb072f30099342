"""Payments of issued statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from psycopg import errors

from gadong.billing.domain.payment import Payment, StatementAccount
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, EntryId, PaymentId, StatementId
from gadong.core.domain.problem import Changed, Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """An issued statement that was not paid by its day."""

    id: StatementId
    company_id: CompanyId
    number: str
    due_on: date
    total: int


def insert(tx: Tx, payment: Payment) -> None:
    """Enter a payment; Conflict where it takes back what was taken back before."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert"],
                id=payment.id,
                centre_id=payment.centre_id,
                statement_id=payment.statement_id,
                amount=payment.amount,
                paid_on=payment.paid_on,
                note=payment.note,
                reverses=payment.reverses,
                recorded_by=payment.recorded_by,
                recorded_at=payment.recorded_at,
                is_written_off=payment.is_written_off,
                transfer_id=payment.transfer_id,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("This payment was taken back before") from trouble


def of_statement(tx: Tx, statement_id: StatementId) -> list[Payment]:
    """Return the statement's payments in order."""
    return [Payment(**row) for row in many(tx, SQL["of_statement"], statement_id=statement_id)]


def unpaid_entries(tx: Tx, entry_ids: Iterable[EntryId]) -> set[EntryId]:
    """Return those of some entries that stand on no issued statement, or on one not paid yet."""
    rows = many(tx, SQL["unpaid_entries"], entry_ids=list(entry_ids))
    return {EntryId(row["id"]) for row in rows}


def payment(tx: Tx, payment_id: PaymentId) -> Payment | None:
    """Return one entry."""
    row = one(tx, SQL["payment"], id=payment_id)
    return Payment(**row) if row else None


def lock(tx: Tx, statement_id: StatementId) -> None:
    """Lock the statement for payments, until the transaction ends."""
    one(tx, SQL["lock"], statement_id=statement_id)


def account(tx: Tx, statement_id: StatementId) -> StatementAccount:
    """Return the account of an issued statement; Changed where it was made void meanwhile."""
    found = accounts(tx, [statement_id]).get(statement_id)
    if found is None:
        raise Changed
    return found


def accounts(tx: Tx, statement_ids: Iterable[StatementId]) -> dict[StatementId, StatementAccount]:
    """Return the account of each issued statement; others have none."""
    rows = many(tx, SQL["accounts"], statement_ids=list(statement_ids))
    return {row.pop("id"): StatementAccount(**row) for row in rows}


def unpaid(
    tx: Tx, centre_id: CentreId, *, due_by: date, kind: str, after: str | None = None
) -> list[Unpaid]:
    """Return the unpaid statements due by the day without a remark of the kind.

    With `after`, they have a remark of that kind.
    """
    rows = many(tx, SQL["unpaid"], centre_id=centre_id, due_by=due_by, kind=kind, after=after)
    return [Unpaid(**row) for row in rows]


def remark(tx: Tx, centre_id: CentreId, statement_id: StatementId, kind: str) -> bool:
    """Record a remark on the statement; return whether it is the first of its kind."""
    return (
        one(tx, SQL["remark"], centre_id=centre_id, statement_id=statement_id, kind=kind)
        is not None
    )
