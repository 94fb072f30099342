"""Items of a firm's account, and issued statements of two firms."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from gadong.billing.domain.accounts.company_account import AccountItem
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
