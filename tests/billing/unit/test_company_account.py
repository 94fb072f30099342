"""A firm's account: its laws for any items, and the ages at their edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.accounts.company_account import AccountItem, CompanyAccount, DebtAge
from gadong.core.domain.ids import CompanyId, StatementId, new_id

TODAY = date(2026, 11, 29)
WON = st.integers(0, 10_000_000)


def item(
    charged: int = 66_000,
    *,
    corrected: int = 0,
    paid: int = 0,
    written_off: int = 0,
    days_late: int = 0,
) -> AccountItem:
    """An item that was due so many days ago."""
    return AccountItem(
        statement_id=StatementId(new_id()),
        company_id=CompanyId(new_id()),
        company_name="회사",
        number="S-1",
        month="2026-10",
        due_on=TODAY - timedelta(days=days_late),
        charged=charged,
        corrected=corrected,
        paid=paid,
        written_off=written_off,
    )


ITEMS = st.lists(
    st.builds(
        item,
        WON,
        corrected=st.integers(-10_000_000, 10_000_000),
        paid=WON,
        written_off=WON,
        days_late=st.integers(-40, 200),
    ),
    max_size=6,
)


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
    # What is settled is late by no day.
    assert item(days_late=days, paid=66_000).age(TODAY) is DebtAge.NOT_DUE
