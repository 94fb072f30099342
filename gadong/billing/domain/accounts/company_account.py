"""A firm's account at a centre: items of issued statements, what is open, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gadong.core.domain.ids import CompanyId, StatementId

# 30, 60 and 90 days are the ages by which centres list 미수금 to their operators.
AGE_DAYS = (30, 60, 90)


class DebtAge(StrEnum):
    """The time that an open item is past its due day."""

    NOT_DUE = "not_due"
    UP_TO_30 = "up_to_30"
    UP_TO_60 = "up_to_60"
    UP_TO_90 = "up_to_90"
    OVER_90 = "over_90"


_AGES = (DebtAge.UP_TO_30, DebtAge.UP_TO_60, DebtAge.UP_TO_90)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountItem:
    """An issued statement with its corrections and payments, in won.

    `charged` is the statement less what a programme pays, `corrected` the sum of its corrections.
    """

    statement_id: StatementId
    company_id: CompanyId
    company_name: str
    number: str
    month: str
    due_on: date | None
    charged: int
    corrected: int
    paid: int
    written_off: int

    @property
    def payable(self) -> int:
        """Return what the firm has to pay of the statement and its corrections."""
        return self.charged + self.corrected

    @property
    def open(self) -> int:
        """Return what is still owed; never below zero."""
        return max(0, self.payable - self.paid - self.written_off)

    @property
    def credit(self) -> int:
        """Return what was paid beyond what is payable; nobody paid what was written off."""
        return max(0, self.paid - max(0, self.payable))

    def days_late(self, today: date) -> int:
        """Return the days since the due day; 0 on the day itself, and without a debt."""
        if self.due_on is None or not self.open:
            return 0
        return max(0, (today - self.due_on).days)

    def age(self, today: date) -> DebtAge:
        """Return the age of the item's debt."""
        days = self.days_late(today)
        if days == 0:
            return DebtAge.NOT_DUE
        ages = zip(AGE_DAYS, _AGES, strict=True)
        return next((age for most, age in ages if days <= most), DebtAge.OVER_90)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyAccount:
    """A firm's items at a centre, the oldest due first.

    `held` is what of its transfers is allotted to no statement and not refunded (ADR 68).
    """

    items: Sequence[AccountItem]
    held: int = 0

    @property
    def owed(self) -> int:
        """Return the sum of what is open."""
        return sum(item.open for item in self.items)

    @property
    def credit(self) -> int:
        """Return the sum of what was paid beyond what is payable."""
        return sum(item.credit for item in self.items)

    @property
    def available(self) -> int:
        """Return the firm's credit: what may be set off or paid back, and covers what is open."""
        return self.held + self.credit

    @property
    def balance(self) -> int:
        """Return what the firm owes once its credit is counted; below zero it has a credit."""
        return self.owed - self.available

    def given_back(self, amount: int) -> Mapping[StatementId, int]:
        """Return what statements that were paid too much give for an amount.

        What is held is drawn first, and of the items the oldest due first.
        """
        left, found = max(0, amount - self.held), {}
        for item in self.items:
            if part := min(item.credit, left):
                found[item.statement_id] = part
                left -= part
        return found

    @property
    def uncovered(self) -> Sequence[AccountItem]:
        """Return the open items that the credit does not cover, counted against the oldest first.

        An item that it covers in part is among them.
        """
        left, found = self.available, []
        for item in (one for one in self.items if one.open):
            if item.open > left:
                found.append(item)
            left = max(0, left - item.open)
        return found

    def by_age(self, today: date) -> Mapping[DebtAge, int]:
        """Return what is open by the age of the debt; the ages add up to `owed`."""
        found = dict.fromkeys(DebtAge, 0)
        for item in self.items:
            found[item.age(today)] += item.open
        return found
