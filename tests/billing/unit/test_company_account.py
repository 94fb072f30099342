"""A firm's account: its laws for any items, and the ages at their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.accounts.company_account import AccountItem, CompanyAccount, DebtAge
from tests.support.billing.company_accounts import ITEMS, TODAY, item


@given(ITEMS)
def test_open_and_paid_are_what_is_payable_and_nothing_is_below_zero(
    items: list[AccountItem],
) -> None:
    for one in items:
        # A write-off counts up to what nobody paid of what is payable.
        off = min(one.written_off, max(0, one.payable - one.paid))
        assert one.open + one.paid + off - one.credit == max(0, one.payable)
        assert one.open >= 0
        assert one.credit >= 0
        assert 0 in {one.open, one.credit}
    account = CompanyAccount(items=items)
    assert account.balance == account.owed - account.credit
    assert sum(account.by_age(TODAY).values()) == account.owed


@given(ITEMS, st.integers(0, 5_000_000), st.integers(1, 50_000_000))
def test_a_credit_is_given_back_beyond_what_is_held_and_never_more_than_there_is(
    items: list[AccountItem], held: int, amount: int
) -> None:
    account = CompanyAccount(items=items, held=held)
    given_back = account.given_back(amount)
    assert sum(given_back.values()) == max(0, min(amount, account.available) - held)
    most = {one.statement_id: one.credit for one in items}
    assert all(0 < part <= most[statement] for statement, part in given_back.items())


def test_what_was_written_off_is_no_credit() -> None:
    assert item(corrected=-22_000, written_off=66_000).credit == 0
    assert item(corrected=-22_000, paid=50_000, written_off=16_000).credit == 6_000


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
