"""Amounts of cash receipts: what is due, and what takes an earlier one back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gadong.billing.domain.cash_receipt import CashReceipt, need_amount, receivable
from gadong.billing.domain.documents.tax_breakdown import Breakdown, breakdown
from gadong.billing.domain.statement import totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import TaxType
from gadong.core.domain.ids import StatementId, new_id
from gadong.core.domain.problem import Invalid
from tests.support.billing.whole_tariff import line


def receipt(amount: int) -> CashReceipt:
    return CashReceipt(
        id=new_id(),
        statement_id=StatementId(new_id()),
        approval="A00000001",
        amount=amount,
        issued_on=date(2026, 11, 28),
        recorded_at=datetime(2026, 11, 28, tzinfo=UTC),
    )


def test_each_of_several_receipts_is_cancelled_by_itself_when_less_is_due() -> None:
    """A correction took everything back: 60,000 and 50,000 won are cancelled one by one."""
    due = Breakdown(taxable=0, vat=0)
    issued = [receipt(60_000), receipt(50_000)]
    need_amount(-60_000, issued, due)
    need_amount(-50_000, [*issued, receipt(-60_000)], due)
    for wrong in (0, 1, -110_001):
        with pytest.raises(Invalid):
            need_amount(wrong, issued, due)


@pytest.mark.parametrize(("amount", "is_taken"), [(1, True), (11_000, True), (11_001, False)])
def test_no_more_is_receipted_than_is_left(amount: int, is_taken: bool) -> None:
    due = Breakdown(taxable=100_000, vat=10_000)
    issued = [receipt(99_000)]
    if is_taken:
        need_amount(amount, issued, due)
        return
    with pytest.raises(Invalid) as refused:
        need_amount(amount, issued, due)
    assert refused.value.figures["limit"] == 11_000


@pytest.mark.parametrize(
    ("covers_outside", "cap", "due"),
    [
        # 50,000 of the 100,000 that the programme pays are for what is no supply.
        (True, 1_000_000, 60_000),
        (True, 33_333, 110_000 - 16_667),  # of equal remainders the supply's is rounded up
        (False, 1_000_000, 60_000),
        (False, 33_333, 110_000 - 33_333),
    ],
)
def test_what_a_programme_pays_of_no_supply_takes_nothing_off_a_receipt(
    covers_outside: bool, cap: int, due: int
) -> None:
    programme = Subsidy(name="p", payer="도", pct=Decimal(50), monthly_cap=cap)
    lines = [
        replace(line(100_000), programme=programme),
        replace(
            line(100_000, TaxType.OUT_OF_SCOPE), programme=programme if covers_outside else None
        ),
    ]
    sums = breakdown(lines, totals(lines, unit=1))
    assert receivable(sums) == due
    assert sums.payable == due + 100_000 - sums.subsidy_outside
