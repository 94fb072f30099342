"""Money that staff entered by hand and that may be a bank's line, so that none is entered twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from gadong.billing.domain.bank.bank_entry import BankLine
from gadong.core.domain.ids import CompanyId, PaymentId, TransferId

#: Days by which the day that staff wrote may differ from the bank's: a weekend and a holiday.
MOST_DAYS_APART = timedelta(days=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredMoney:
    """A transfer, or a payment of the statement of a number, that stands for no line yet. Won."""

    company_id: CompanyId
    company_name: str
    amount: int
    paid_on: date
    transfer_id: TransferId | None = None
    payment_id: PaymentId | None = None
    number: str | None = None


def entered_before(line: BankLine, entered: Iterable[EnteredMoney]) -> list[EnteredMoney]:
    """Return the entered money that may be a line's, the nearest day first."""
    found = [
        one
        for one in entered
        if one.amount == line.amount and abs(one.paid_on - line.came_on) <= MOST_DAYS_APART
    ]
    return sorted(found, key=lambda one: (abs(one.paid_on - line.came_on), one.company_name))
