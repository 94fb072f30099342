"""Lines of a bank that brought money: whose each may be, and what a person decided of it (ADR 77).

A proposal pays nothing. A person's word enters the firm's transfer as by hand, and taking that
transfer back opens the line again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.transfer import Transfer
from gadong.billing.domain.bank.bank_entry import BankEntry, Settlement, SettlementKind
from gadong.billing.domain.bank.bank_match import Debtor, Proposal, proposals
from gadong.billing.domain.bank.entered_money import (
    MOST_DAYS_APART,
    EnteredMoney,
    entered_before,
)
from gadong.billing.services.accounts.transfers import record_in
from gadong.billing.store import bank_entries, company_accounts, transfers
from gadong.billing.store.bank_entries import NewSettlement
from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, PaymentId, StatementId, TransferId
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.people.store import people

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenEntry:
    """A line that nobody has settled, with the firms that may have sent it.

    `entered` is money that staff entered by hand and that may be the line's.
    """

    entry: BankEntry
    proposals: Sequence[Proposal]
    entered: Sequence[EnteredMoney]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStanding:
    """The lines of a centre: those that are open, the oldest first, and settled ones.

    `firms` are those that may have sent an open line, by name.
    """

    open: Sequence[OpenEntry]
    settled: Sequence[tuple[BankEntry, Settlement]]
    numbers: Mapping[StatementId, str]
    firms: Sequence[tuple[CompanyId, str]]

    @property
    def open_won(self) -> int:
        """Return the won of the open lines."""
        return sum(one.entry.line.amount for one in self.open)


def of_centre(pool: Pool, who: Caller, centre: CentreId) -> BankStanding:
    """Return a centre's lines, and for each open one the firms that may have sent it."""
    with transaction(pool, who.need(centre, Right.MONEY_SEE)) as tx:
        found = bank_entries.unsettled(tx, centre)
        items = company_accounts.items(tx, centre)
        debtors = _debtors(tx, centre, items) if found else []
        firms = sorted((debtor.name, debtor.company_id) for debtor in debtors)
        days = [entry.line.came_on for entry in found]
        entered = (
            bank_entries.entered(
                tx, centre, min(days) - MOST_DAYS_APART, max(days) + MOST_DAYS_APART
            )
            if days
            else []
        )
        return BankStanding(
            open=[
                OpenEntry(
                    entry=entry,
                    proposals=proposals(entry.line, debtors),
                    entered=entered_before(entry.line, entered),
                )
                for entry in found
            ],
            settled=bank_entries.settled(tx, centre),
            numbers={item.statement_id: item.number for item in items},
            firms=[(company, name) for name, company in firms],
        )


def enter(
    pool: Pool,
    who: Caller,
    entry_id: UUID,
    company: CompanyId,
    *,
    to: Mapping[StatementId, int],
    now: datetime,
) -> Transfer:
    """Enter a line as a firm's transfer, allotted as said or else to the oldest open items first.

    Raise Conflict where the line is settled already.
    """
    with transaction(pool, who.reach()) as tx:
        entry = _open(tx, who, entry_id)
        transfers.lock(tx, entry.centre_id, company)
        line = entry.line
        made = record_in(
            tx,
            who,
            entry.centre_id,
            company,
            amount=line.amount,
            paid_on=line.came_on,
            note=line.payer,
            to=to,
            now=now,
        )
        _settle(tx, who, entry, SettlementKind.ENTERED, transfer_id=made.id)
    return made


def link(
    pool: Pool,
    who: Caller,
    entry_id: UUID,
    *,
    transfer: TransferId | None = None,
    payment: PaymentId | None = None,
) -> Settlement:
    """Settle a line with money of its amount that staff entered by hand before."""
    if (transfer is None) is (payment is None):
        raise Invalid("Name the transfer or the payment that it is", field="transfer")
    with transaction(pool, who.reach()) as tx:
        entry = _open(tx, who, entry_id)
        day = entry.line.came_on
        near = bank_entries.entered(
            tx, entry.centre_id, day - timedelta(days=366), day + timedelta(days=366)
        )
        if not any(
            one.amount == entry.line.amount
            and (one.transfer_id == transfer if transfer else one.payment_id == payment)
            for one in near
        ):
            raise Conflict("No such money of this amount was entered, or it is another line's")
        return _settle(
            tx, who, entry, SettlementKind.LINKED, transfer_id=transfer, payment_id=payment
        )


def set_aside(pool: Pool, who: Caller, entry_id: UUID, *, reason: str) -> Settlement:
    """Settle a line as money that no firm owes, and say what it is."""
    if not reason.strip():
        raise Invalid("Say what the money is", field="reason")
    with transaction(pool, who.reach()) as tx:
        entry = _open(tx, who, entry_id)
        return _settle(tx, who, entry, SettlementKind.ASIDE, reason=reason.strip())


def reopen(pool: Pool, who: Caller, entry_id: UUID, *, reason: str) -> None:
    """Take a settlement back, so that the line is open again.

    A line that was entered as a transfer is opened by taking the transfer back.
    """
    with transaction(pool, who.reach()) as tx:
        entry = _known(tx, who, entry_id)
        standing = bank_entries.settlement(tx, entry.id)
        if standing is None:
            raise Conflict("This line is open already")
        if standing.kind is SettlementKind.ENTERED:
            raise Conflict("Take the transfer back on the firm's account; the line is open then")
        bank_entries.settle(
            tx,
            NewSettlement(
                centre_id=entry.centre_id,
                entry_id=entry.id,
                # The check of the table holds for what is taken back, too.
                kind=SettlementKind.ASIDE,
                reason=reason.strip() or "-",
                recorded_by=who.person_id,
                recorded_at=recorded_at(tx, entry.centre_id),
                reverses=standing.id,
            ),
        )


def _debtors(tx: Tx, centre: CentreId, items: Sequence[AccountItem]) -> list[Debtor]:
    """Return the firms that the centre serves or that owe it, with their names and open items."""
    owed: dict[CompanyId, list[AccountItem]] = {}
    names = {company.id: company.name for company in people.companies(tx, centre)}
    for item in items:
        names.setdefault(item.company_id, item.company_name)
        owed.setdefault(item.company_id, []).append(item)
    payers, heads = bank_entries.payers(tx, centre), bank_entries.representatives(tx, centre)
    return [
        Debtor(
            company_id=company,
            name=name,
            representative=heads.get(company, ""),
            payers=payers.get(company, ()),
            items=owed.get(company, ()),
        )
        for company, name in names.items()
    ]


def _settle(
    tx: Tx,
    who: Caller,
    entry: BankEntry,
    kind: SettlementKind,
    *,
    reason: str = "",
    transfer_id: TransferId | None = None,
    payment_id: PaymentId | None = None,
) -> Settlement:
    bank_entries.settle(
        tx,
        NewSettlement(
            centre_id=entry.centre_id,
            entry_id=entry.id,
            kind=kind,
            reason=reason,
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, entry.centre_id),
            transfer_id=transfer_id,
            payment_id=payment_id,
        ),
    )
    standing = bank_entries.settlement(tx, entry.id)
    if standing is None:
        raise NotFound
    return standing


def _open(tx: Tx, who: Caller, entry_id: UUID) -> BankEntry:
    entry = _known(tx, who, entry_id)
    if bank_entries.settlement(tx, entry.id) is not None:
        raise Conflict("This line is settled already; read the list again")
    return entry


def _known(tx: Tx, who: Caller, entry_id: UUID) -> BankEntry:
    """Return a line of a centre whose money the caller works with, held against a second person."""
    entry = bank_entries.by_id(tx, entry_id)
    if entry is None or not who.may(entry.centre_id, Right.MONEY_WORK):
        raise NotFound
    bank_entries.lock(tx, entry.centre_id)
    return entry
