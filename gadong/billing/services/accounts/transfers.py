"""Money of a firm: one transfer over several statements, set-off of a credit, and refunds.

Gadong moves no money; it keeps what was said. Every entry is a fact, taken back by another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from gadong.billing.domain.accounts.transfer import (
    Transfer,
    drawn,
    need_allotted,
    oldest_first,
)
from gadong.billing.domain.payment import Payment
from gadong.billing.services.accounts.company_accounts import is_served
from gadong.billing.services.accounts.credits import freed
from gadong.billing.services.accounts.entries import (
    account_day,
    entry_of,
    locked_items,
    pay_by,
)
from gadong.billing.services.accounts.reversals import need_reason, need_reversible
from gadong.billing.services.payments import reverse
from gadong.billing.store import payments, statements, transfers
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import (
    CentreId,
    CompanyId,
    PaymentId,
    StatementId,
    TransferId,
    new_id,
)
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.services.keyed_forms import KeyedForm


def record(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    amount: int,
    paid_on: date,
    note: str,
    to: Mapping[StatementId, int],
    now: datetime,
    key: str | None = None,
) -> Transfer:
    """Enter money that came, allotted as said, or else to the oldest open items first.

    The rest is the firm's credit. A form that is sent again under its `key` enters nothing more.
    """
    form = KeyedForm(who, key, ("came", centre, company, amount, paid_on, note, sorted(to.items())))
    with transaction(pool, who.need(centre, Right.MONEY_WORK)) as tx:
        transfers.lock(tx, centre, company)
        if made_before := form.first(tx):
            return _known(tx, TransferId(made_before))
        made = record_in(
            tx, who, centre, company, amount=amount, paid_on=paid_on, note=note, to=to, now=now
        )
        form.keep(tx, made.id)
    return made


def record_in(
    tx: Tx,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    amount: int,
    paid_on: date,
    note: str,
    to: Mapping[StatementId, int],
    now: datetime,
) -> Transfer:
    """Enter money that came within a transaction that holds the firm's account."""
    if amount < 1:
        raise Invalid("Enter the won that came", field="amount", limit=1)
    if paid_on > account_day(tx, centre, now):
        raise Invalid("Nothing has been paid on a day to come", field="paid_on")
    items = locked_items(tx, centre, company)
    if not items and not is_served(tx, centre, company):
        raise NotFound("There is no such company that you may see")
    parts = dict(to) or oldest_first(items, amount)
    need_allotted(items, amount, parts)
    made = entry_of(tx, who, centre, company, amount=amount, paid_on=paid_on, note=note)
    transfers.insert(tx, made)
    for statement_id, part in parts.items():
        pay_by(tx, who, made, statement_id, part, paid_on=paid_on, note=note)
    return made


def set_off(
    pool: Pool,
    who: Caller,
    statement_id: StatementId,
    *,
    amount: int,
    now: datetime,
    key: str | None = None,
) -> int:
    """Set a firm's credit off against an open item, the oldest credit first; return the won."""
    form = KeyedForm(who, key, ("set off", statement_id, amount))
    with transaction(pool, who.reach()) as tx:
        centre, company = _whose(tx, who, statement_id)
        transfers.lock(tx, centre, company)
        if form.first(tx):
            return amount
        items = locked_items(tx, centre, company)
        parts = drawn(freed(tx, who, centre, company, items=items, amount=amount), amount)
        need_allotted(items, amount, {statement_id: amount})
        today = account_day(tx, centre, now)
        for transfer_id, part in parts:
            transfer = _known(tx, transfer_id)
            pay_by(tx, who, transfer, statement_id, part, paid_on=today, note=transfer.note)
        form.keep(tx, statement_id)
    return amount


def refund(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    amount: int,
    paid_on: date,
    note: str,
    now: datetime,
    key: str | None = None,
) -> list[Transfer]:
    """Enter that a credit was paid back, from the oldest first; the note says to where."""
    form = KeyedForm(who, key, ("paid back", centre, company, amount, paid_on, note))
    if not note.strip():
        raise Invalid("Say to which account it was paid back", field="note")
    with transaction(pool, who.need(centre, Right.MONEY_WORK)) as tx:
        transfers.lock(tx, centre, company)
        if made_before := form.first(tx):
            return [_known(tx, TransferId(made_before))]
        if paid_on > account_day(tx, centre, now):
            raise Invalid("Nothing has been paid on a day to come", field="paid_on")
        items = locked_items(tx, centre, company)
        rests = freed(tx, who, centre, company, items=items, amount=amount)
        made = [
            entry_of(
                tx,
                who,
                centre,
                company,
                amount=-part,
                paid_on=paid_on,
                note=note,
                root=transfer_id,
                is_refund=True,
            )
            for transfer_id, part in drawn(rests, amount)
        ]
        for entry in made:
            transfers.insert(tx, entry)
        form.keep(tx, made[0].id)
    return made


def take_back(pool: Pool, who: Caller, transfer_id: TransferId, *, reason: str) -> Transfer:
    """Take back a transfer with all its payments, or a refund, by entries of the opposite sign."""
    need_reason(reason)
    with transaction(pool, who.reach()) as tx:
        entry = need_reversible(who, transfers.by_id(tx, transfer_id))
        transfers.lock(tx, entry.centre_id, entry.company_id)
        locked_items(tx, entry.centre_id, entry.company_id)
        if entry.is_root:
            _need_no_refund(tx, entry)
            for payment_id in transfers.standing_payments(tx, entry.id):
                reverse(tx, who, _payment(tx, payment_id), reason=reason)
        undone = replace(
            entry,
            id=TransferId(new_id()),
            amount=-entry.amount,
            note=reason,
            reverses=entry.id,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, entry.centre_id),
        )
        transfers.insert(tx, undone)
    return undone


def _need_no_refund(tx: Tx, entry: Transfer) -> None:
    """Raise Conflict while a part of a transfer stands as paid back."""
    about = [
        one
        for one in transfers.of_company(tx, entry.centre_id, entry.company_id)
        if one.root_id == entry.id and one.is_refund
    ]
    if sum(one.amount for one in about):
        raise Conflict("A part of it was paid back; take the refund back first")


def _known(tx: Tx, transfer_id: TransferId) -> Transfer:
    found = transfers.by_id(tx, transfer_id)
    if found is None:
        raise NotFound
    return found


def _payment(tx: Tx, payment_id: PaymentId) -> Payment:
    payment = payments.payment(tx, payment_id)
    if payment is None:
        raise NotFound
    return payment


def _whose(tx: Tx, who: Caller, statement_id: StatementId) -> tuple[CentreId, CompanyId]:
    statement = statements.statement(tx, statement_id)
    if statement is None or not who.may(statement.centre_id, Right.MONEY_WORK):
        raise NotFound
    return statement.centre_id, statement.company_id
