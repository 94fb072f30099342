"""A firm's credit as it is drawn: rests of its transfers, and what statements were paid too much.

A statement that a correction made smaller gives back what was paid too much, once it is drawn. Its
payment is taken back and entered anew with what is payable, so that the rest is its transfer's.
"""

from __future__ import annotations

from collections.abc import Sequence

from gadong.billing.domain.accounts.company_account import AccountItem, CompanyAccount
from gadong.billing.domain.accounts.transfer import Held, Transfer
from gadong.billing.domain.bank.bank_entry import SettlementKind
from gadong.billing.domain.payment import Payment
from gadong.billing.services.accounts.entries import entry_of, pay_by
from gadong.billing.services.payments import reverse
from gadong.billing.store import bank_entries, payments, transfers
from gadong.billing.store.bank_entries import NewSettlement
from gadong.core.database import Tx
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId, CompanyId, StatementId
from gadong.core.domain.problem import NotFound


def account_of(
    tx: Tx, centre: CentreId, company: CompanyId, items: Sequence[AccountItem]
) -> CompanyAccount:
    """Return a firm's account of its items, with the rests of its transfers."""
    held = sum(one.rest for one in transfers.held(tx, centre, company))
    return CompanyAccount(items=items, held=held)


def freed(
    tx: Tx,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    *,
    items: Sequence[AccountItem],
    amount: int,
) -> list[Held]:
    """Return the rests from which an amount is drawn.

    What they lack of it comes from statements that were paid too much. The items are held.
    """
    for statement_id, part in account_of(tx, centre, company, items).given_back(amount).items():
        _give_back(tx, who, company, statement_id, part)
    return transfers.held(tx, centre, company)


def _give_back(
    tx: Tx, who: Caller, company: CompanyId, statement_id: StatementId, amount: int
) -> None:
    """Make a part of a statement's payments the rest of their transfers, the latest first."""
    entries = payments.of_statement(tx, statement_id)
    undone = {one.reverses for one in entries}
    standing = [
        one
        for one in reversed(entries)
        if not one.is_written_off and not one.reverses and one.id not in undone
    ]
    left = amount
    for payment in standing:
        part = min(left, payment.amount)
        if not part:
            break
        transfer = _transfer(tx, who, company, payment)
        if payment.amount > part:
            pay_by(
                tx,
                who,
                transfer,
                statement_id,
                payment.amount - part,
                paid_on=payment.paid_on,
                note=payment.note,
            )
        left -= part


def _transfer(tx: Tx, who: Caller, company: CompanyId, payment: Payment) -> Transfer:
    """Take a payment back, and return the transfer that its money is.

    One that was entered at a statement becomes a transfer. A line of the bank that it was goes with
    it.
    """
    if payment.transfer_id:
        reverse(tx, who, payment, reason=payment.note)
        transfer = transfers.by_id(tx, payment.transfer_id)
        if transfer is None:
            raise NotFound
        return transfer
    line = bank_entries.entry_of_payment(tx, payment.id)
    undone = reverse(tx, who, payment, reason=payment.note)
    transfer = entry_of(
        tx,
        who,
        payment.centre_id,
        company,
        amount=payment.amount,
        paid_on=payment.paid_on,
        note=payment.note,
    )
    transfers.insert(tx, transfer)
    if line:
        bank_entries.settle(
            tx,
            NewSettlement(
                centre_id=payment.centre_id,
                entry_id=line,
                kind=SettlementKind.LINKED,
                reason="",
                recorded_by=who.person_id,
                recorded_at=undone.recorded_at,
                transfer_id=transfer.id,
                payment_id=None,
            ),
        )
    return transfer
