"""A firm's account at a centre, and all firms' debts by age (미수금)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.billing.domain.accounts.company_account import (
    AccountItem,
    CompanyAccount,
    DebtAge,
)
from gadong.billing.domain.accounts.credit_order import CreditOrder
from gadong.billing.domain.accounts.transfer import Transfer
from gadong.billing.services.accounts.credits import account_of
from gadong.billing.store import company_accounts, credit_orders, transfers
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, TransferId
from gadong.core.domain.problem import NotFound
from gadong.people.store import people
from gadong.texts.sheets import RECEIVABLES, RECEIVABLES_TOTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedAccount:
    """A firm's account with its name, as of a day."""

    company_id: CompanyId
    company_name: str
    account: CompanyAccount
    today: date
    # Money that came and went back, in order; for one firm's account alone.
    transfers: Sequence[Transfer] = ()
    # The firm's wish about its credit; None without one, and in lists of firms.
    order: CreditOrder | None = None

    @property
    def taken_back(self) -> frozenset[TransferId]:
        """Return the entries that another one takes back."""
        return frozenset(one.reverses for one in self.transfers if one.reverses)

    @property
    def is_automatic(self) -> bool:
        """Return whether the firm's credit pays what is issued to it by itself."""
        return self.order is not None and self.order.is_automatic

    @property
    def ages(self) -> Mapping[DebtAge, int]:
        """Return what is open by the age of the debt."""
        return self.account.by_age(self.today)


def of_company(
    pool: Pool, who: Caller, centre: CentreId, company: CompanyId, *, now: datetime
) -> DatedAccount:
    """Return a firm's account, for its people and whoever sees the centre's money."""
    permit = who.need_company(centre, company, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        today, named = _today(tx, centre, now), people.company(tx, company)
        items = company_accounts.items(tx, centre, company)
        is_known = items or company in who.companies or is_served(tx, centre, company)
        if named is None or not is_known:
            raise NotFound("There is no such company that you may see")
        account = account_of(tx, centre, company, items)
        moved = transfers.of_company(tx, centre, company)
        order = credit_orders.latest(tx, centre, company)
    return DatedAccount(
        company_id=company,
        company_name=named.name,
        account=account,
        today=today,
        transfers=moved,
        order=order,
    )


def of_centre(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[DatedAccount]:
    """Return the accounts that are not settled, the largest debt first."""
    with transaction(pool, who.need(centre, Right.MONEY_SEE)) as tx:
        today, items = _today(tx, centre, now), company_accounts.items(tx, centre)
        held = transfers.held_of_centre(tx, centre)
        names = {one.id: one.name for one in people.companies(tx, centre)}
    by_company: dict[CompanyId, list[AccountItem]] = {company: [] for company in held}
    for item in items:
        by_company.setdefault(item.company_id, []).append(item)
    found = [
        DatedAccount(
            company_id=company,
            company_name=own[0].company_name if own else names.get(company, ""),
            account=CompanyAccount(items=own, held=held.get(company, 0)),
            today=today,
        )
        for company, own in by_company.items()
    ]
    unsettled = [one for one in found if one.account.owed or one.account.available]
    return sorted(unsettled, key=lambda one: (-one.account.owed, one.company_name))


def receivables_table(
    pool: Pool, who: Caller, centre: CentreId, *, now: datetime
) -> list[list[str | int | float | None]]:
    """Return the open items of a centre by firm, each in the column of its age, and the sums."""
    ages = list(DebtAge)
    rows: list[list[str | int | float | None]] = [[text.ko for text in RECEIVABLES.values()]]
    sums = dict.fromkeys(DebtAge, 0)
    for one in of_centre(pool, who, centre, now=now):
        for item in one.account.items:
            if not item.open:
                continue
            age = item.age(one.today)
            sums[age] += item.open
            rows.append(
                [
                    item.company_name,
                    item.number,
                    item.month,
                    str(item.due_on or ""),
                    item.days_late(one.today),
                    item.payable,
                    item.paid,
                    item.written_off,
                    item.open,
                    *(item.open if age is column else 0 for column in ages),
                ]
            )
    total = sum(sums.values())
    blank = [None] * (len(RECEIVABLES) - len(ages) - 2)
    return [*rows, [RECEIVABLES_TOTAL.ko, *blank, total, *(sums[age] for age in ages)]]


def is_served(tx: Tx, centre: CentreId, company: CompanyId) -> bool:
    """Return whether the centre serves a company."""
    return company in {one.id for one in people.companies(tx, centre)}


def _today(tx: Tx, centre_id: CentreId, now: datetime) -> date:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return now.astimezone(centre.zone).date()
