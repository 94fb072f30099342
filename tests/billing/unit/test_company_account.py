"""A firm's account: its laws for any items, and the ages at their edges."""

from __future__ import annotations

import pytest
from hypothesis import given

from gadong.billing.domain.accounts.company_account import AccountItem, CompanyAccount, DebtAge
from tests.support.billing.company_accounts import ITEMS, TODAY, item


@given(ITEMS)
def test_open_and_paid_are_what_is_payable_and_nothing_is_below_zero(
    items: list[AccountItem],
) -> None:
    for one in items:
        assert one.open + one.paid + one.written_off - one.credit == one.payable
        assert one.open >= 0
        assert one.credit >= 0
        assert 0 in {one.open, one.credit}
    account = CompanyAccount(items=items)
    assert account.balance == sum(i.payable - i.paid - i.written_off for i in items)
    assert sum(account.by_age(TODAY).values()) == account.owed


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-1, DebtAge.NOT_DUE),
        (0, DebtAge.NOT_DUE),
        (1, DebtAge.UP_TO_30),
        (30, DebtAge.UP_TO_30),
        (31, DebtAge.UP_TO_60),
        (60, DebtAge.UP_TO_60),
        (61, DebtAge.UP_TO_90),
        (90, DebtAge.UP_TO_90),
        (91, DebtAge.OVER_90),
    ],
)
def test_a_debt_has_the_age_of_its_days(days: int, age: DebtAge) -> None:
    assert item(days_late=days).age(TODAY) is age
    # A settled item is late by no day.
    assert item(days_late=days, paid=66_000).age(TODAY) is DebtAge.NOT_DUE


@pytest.mark.parametrize(
    ("held", "left"),
    [(0, [0, 2]), (65_999, [0, 2]), (66_000, [2]), (71_999, [2]), (72_000, [])],
)
def test_a_credit_covers_the_oldest_first_and_none_in_part(held: int, left: list[int]) -> None:
    # 66,000 are open of the first, nothing of the second, and 6,000 of the third.
    items = [item(76_000, paid=10_000, days_late=3), item(paid=66_000), item(6_000)]
    account = CompanyAccount(items=items, held=held)
    assert [items.index(one) for one in account.uncovered] == left
    if held:
        # Money paid too much for another statement counts as well.
        paid = item(1_000, paid=1_001)
        assert CompanyAccount(items=[*items, paid], held=held - 1).uncovered == account.uncovered
