"""Entries of a firm's money within a transaction that holds its account."""

from __future__ import annotations

from datetime import date, datetime

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.transfer import Transfer
from gadong.billing.domain.payment import Payment
from gadong.billing.store import company_accounts, payments
from gadong.core.database import Tx, recorded_at
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import (
    CentreId,
    CompanyId,
    PaymentId,
    StatementId,
    TransferId,
    new_id,
)
from gadong.core.domain.problem import NotFound
from gadong.people.store import people


def pay_by(
    tx: Tx,
    who: Caller,
    transfer: Transfer,
    statement_id: StatementId,
    amount: int,
    *,
    paid_on: date,
    note: str,
) -> None:
    """Enter a payment of a statement by a transfer."""
    payments.insert(
        tx,
        Payment(
            id=PaymentId(new_id()),
            centre_id=transfer.centre_id,
            statement_id=statement_id,
            amount=amount,
            paid_on=paid_on,
            note=note,
            reverses=None,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, transfer.centre_id),
            transfer_id=transfer.id,
        ),
    )


def entry_of(
    tx: Tx,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    amount: int,
    paid_on: date,
    note: str,
    root: TransferId | None = None,
    is_refund: bool = False,
) -> Transfer:
    """Return an entry of a firm's money, recorded now; without a root it is its own."""
    entry_id = TransferId(new_id())
    return Transfer(
        id=entry_id,
        centre_id=centre,
        company_id=company,
        root_id=root or entry_id,
        amount=amount,
        is_refund=is_refund,
        paid_on=paid_on,
        note=note.strip(),
        reverses=None,
        recorded_by=who.person_id,
        recorded_at=recorded_at(tx, centre),
    )


def locked_items(tx: Tx, centre: CentreId, company: CompanyId) -> list[AccountItem]:
    """Return a firm's items, whose statements are held in one order until the transaction ends."""
    for item in sorted(company_accounts.items(tx, centre, company), key=lambda i: i.statement_id):
        payments.lock(tx, item.statement_id)
    return company_accounts.items(tx, centre, company)


def account_day(tx: Tx, centre_id: CentreId, now: datetime) -> date:
    """Return the day on which money is entered, by the centre's clock."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return now.astimezone(centre.zone).date()
