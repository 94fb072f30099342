"""Cash receipts issued elsewhere, and their amounts: statements of payers without a number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from gadong.billing.domain.cash_receipt import CashReceipt, need_amount, receivable
from gadong.billing.domain.documents.tax_breakdown import Breakdown
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import corrections as correcting
from gadong.billing.services.corrections import visible_statement
from gadong.billing.services.documents.columns import sums_of
from gadong.billing.services.statement_document import document
from gadong.billing.services.statements import managed
from gadong.billing.store import cash_receipts, corrections
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.people.store import people


def register(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    approval: str,
    amount: int,
    issued_on: date,
    now: datetime,
) -> None:
    """Keep under which approval a cash receipt was issued; for managers.

    A cancelled receipt is another, of an amount below nothing.
    """
    statement = managed(pool, who, statement_id)
    if document(statement).registration_number:
        raise Conflict("A payer with a registration number gets a tax invoice, no cash receipt")
    with transaction(pool, who.reach()) as tx:
        corrections.lock_statement(tx, statement.id)
        centre = people.centre(tx, statement.centre_id)
        if centre is None:
            raise NotFound
        if issued_on > now.astimezone(centre.zone).date():
            raise Invalid("No receipt has been issued on a day to come", field="issued_on")
        need_amount(amount, cash_receipts.of_statement(tx, statement.id), sums_now(tx, statement))
        cash_receipts.insert(
            tx,
            statement.centre_id,
            statement.id,
            approval=approval,
            amount=amount,
            issued_on=issued_on,
            by=who.person_id,
            at=recorded_at(tx, statement.centre_id),
        )


def of_statement(pool: Pool, who: Caller, statement_id: StatementId) -> Sequence[CashReceipt]:
    """Return a statement's cash receipts; for its company and the centre's managers."""
    with transaction(pool, who.reach()) as tx:
        visible_statement(tx, who, statement_id)
        return cash_receipts.of_statement(tx, statement_id)


def rest(pool: Pool, statement: Statement) -> int:
    """Return the won of an issued statement for which a cash receipt is still to be issued."""
    with transaction(pool, SYSTEM) as tx:
        so_far = sum(r.amount for r in cash_receipts.of_statement(tx, statement.id))
        return receivable(sums_now(tx, statement)) - so_far


def sums_now(tx: Tx, statement: Statement) -> Breakdown:
    """Return the sums of a statement after its corrections."""
    earlier = corrections.of_statement(tx, statement.id)
    if earlier:
        last = correcting.read(earlier[-1])
        return sums_of(last.lines, last.now)
    found = document(statement)
    return sums_of(found.lines, found.totals)
