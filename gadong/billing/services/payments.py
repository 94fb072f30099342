"""Payments of issued statements: entered, taken back, and reminded of.

Gadong moves no money; it keeps what was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from gadong.billing.domain.accounts.company_account import CompanyAccount
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.payment import Payment, PaymentState, StatementAccount
from gadong.billing.domain.statement import StatementState
from gadong.billing.services.accounts.reversals import need_reason, need_reversible
from gadong.billing.store import company_accounts, payments, statements, transfers
from gadong.booking.services.rules import rulebook
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, PaymentId, StatementId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm
from gadong.core.store import outbox
from gadong.people.domain.centre import Centre
from gadong.people.store import people

OVERDUE = "overdue"
OVERDUE_AGAIN = "overdue_again"
NOTICE_KINDS = {OVERDUE: "statement.overdue", OVERDUE_AGAIN: "statement.overdue_again"}


def record(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    amount: int,
    paid_on: date,
    note: str,
    is_written_off: bool = False,
    now: datetime,
    key: str | None = None,
) -> Payment:
    """Enter money that came, or that nobody expects any more and why.

    Invalid for more than is owed or a day to come. A form that is sent again under its `key` enters
    nothing more.
    """
    form = KeyedForm(who, key, ("paid", statement_id, amount, paid_on, note, is_written_off))
    if is_written_off and not note.strip():
        raise Invalid("Say why it is not expected any more", field="note")
    with transaction(pool, who.reach()) as tx:
        statement = _issued(tx, who, statement_id)
        if (made := form.first(tx)) and (before := payments.payment(tx, PaymentId(made))):
            return before
        payments.lock(tx, statement.id)
        owed = payments.account(tx, statement.id).outstanding
        if amount < 1 or amount > owed:
            raise Invalid(
                f"Of this statement {owed:,} won are still owed; enter what was paid of them",
                field="amount",
                limit=owed,
                actual=amount,
            )
        if paid_on > now.astimezone(_centre(tx, statement.centre_id).zone).date():
            raise Invalid("Nothing has been paid on a day to come", field="paid_on")
        entry = Payment(
            id=PaymentId(new_id()),
            centre_id=statement.centre_id,
            statement_id=statement.id,
            amount=amount,
            paid_on=paid_on,
            note=note,
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, statement.centre_id),
            is_written_off=is_written_off,
        )
        payments.insert(tx, entry)
        form.keep(tx, entry.id)
    return entry


def take_back(pool: Pool, who: Caller, payment_id: PaymentId, *, reason: str) -> Payment:
    """Undo a wrong entry by one of the opposite sign; both stay."""
    need_reason(reason)
    with transaction(pool, who.reach()) as tx:
        entry = need_reversible(who, payments.payment(tx, payment_id))
        payments.lock(tx, entry.statement_id)
        return reverse(tx, who, entry, reason=reason)


def reverse(tx: Tx, who: Caller, entry: Payment, *, reason: str) -> Payment:
    """Enter a payment's opposite; a part of a transfer is a credit again."""
    undone = replace(
        entry,
        id=PaymentId(new_id()),
        amount=-entry.amount,
        note=reason,
        reverses=entry.id,
        recorded_by=who.person_id,
        recorded_at=recorded_at(tx, entry.centre_id),
    )
    payments.insert(tx, undone)
    return undone


def of_statement(pool: Pool, who: Caller, statement_id: StatementId) -> list[Payment]:
    """Return a statement's payments, for its company and the centre's managers."""
    with transaction(pool, who.reach()) as tx:
        statement = statements.statement(tx, statement_id)
        if statement is None or statement.state is not StatementState.ISSUED:
            raise NotFound
        if statement.company_id not in who.companies and not who.may(
            statement.centre_id, Right.MONEY_SEE
        ):
            raise NotFound
        return payments.of_statement(tx, statement_id)


def accounts(
    pool: Pool, found: Sequence[Statement], *, now: datetime
) -> dict[StatementId, tuple[StatementAccount, PaymentState]]:
    """Return the accounts of issued statements, with their state of payment today.

    Statements that are not issued have none.
    """
    with transaction(pool, SYSTEM) as tx:
        known = payments.accounts(tx, [s.id for s in found])
        today = {
            c: now.astimezone(_centre(tx, c).zone).date() for c in {s.centre_id for s in found}
        }
    return {
        s.id: (known[s.id], known[s.id].state(today[s.centre_id])) for s in found if s.id in known
    }


def due_on(tx: Tx, centre_id: CentreId, *, issued_at: datetime) -> date:
    """Return the day by which a statement issued now is to be paid, by the centre's own rule."""
    centre = _centre(tx, centre_id)
    return issued_at.astimezone(centre.zone).date() + rulebook.length_at(
        tx, centre, "payment_days", issued_at
    )


def remind(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Tell companies what is overdue for as long as the centre waits; return how many were told.

    Each statement is told once, and once more where the centre sets `overdue_again_days`, on a
    later day than the first time. What a company's credit covers is not overdue.
    """
    today = now.astimezone(centre.zone).date()
    told = 0
    # The second first, so that nobody is told twice on one day.
    for kind, setting, after in (
        (OVERDUE_AGAIN, "overdue_again_days", OVERDUE),
        (OVERDUE, "overdue_warn_days", None),
    ):
        late = rulebook.length_at(tx, centre, setting, now)
        if late == timedelta.max:
            continue
        due = payments.unpaid(tx, centre.id, due_by=today - late, kind=kind, after=after)
        owed = {i for company in {s.company_id for s in due} for i in _owed(tx, centre, company)}
        for statement in due:
            if statement.id in owed and payments.remark(tx, centre.id, statement.id, kind):
                outbox.add(
                    tx,
                    centre.id,
                    NOTICE_KINDS[kind],
                    statement=str(statement.id),
                    company=str(statement.company_id),
                    number=statement.number,
                    due_on=statement.due_on.isoformat(),
                )
                told += 1
    return told


def _owed(tx: Tx, centre: Centre, company: CompanyId) -> list[StatementId]:
    """Return a company's open statements that its credit does not cover."""
    held = sum(one.rest for one in transfers.held(tx, centre.id, company))
    items = company_accounts.items(tx, centre.id, company)
    return [item.statement_id for item in CompanyAccount(items=items, held=held).uncovered]


def _issued(tx: Tx, who: Caller, statement_id: StatementId) -> Statement:
    statement = statements.statement(tx, statement_id)
    if statement is None or not who.may(statement.centre_id, Right.MONEY_WORK):
        raise NotFound
    if statement.state is not StatementState.ISSUED:
        raise Conflict("Only an issued statement is paid")
    return statement


def _centre(tx: Tx, centre_id: CentreId) -> Centre:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre
