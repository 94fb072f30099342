"""Cash receipts (현금영수증) that were issued elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from psycopg import errors

from gadong.billing.domain.cash_receipt import CashReceipt
from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, PersonId, StatementId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(
    tx: Tx,
    centre_id: CentreId,
    statement_id: StatementId,
    *,
    approval: str,
    amount: int,
    issued_on: date,
    by: PersonId,
    at: datetime,
) -> None:
    """Insert a cash receipt; raise Conflict where its approval is on record for the day."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert"],
                id=new_id(),
                centre_id=centre_id,
                statement_id=statement_id,
                approval=approval,
                amount=amount,
                issued_on=issued_on,
                recorded_by=by,
                recorded_at=at,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("A cash receipt of this approval number is registered already") from trouble


def of_statement(tx: Tx, statement_id: StatementId) -> list[CashReceipt]:
    """Return a statement's cash receipts, in order."""
    return of_statements(tx, [statement_id])


def of_statements(tx: Tx, statement_ids: Iterable[StatementId]) -> list[CashReceipt]:
    """Return the cash receipts of the statements, in order."""
    rows = many(tx, SQL["of_statements"], statements=list(statement_ids))
    return [CashReceipt(**row) for row in rows]
