"""Figures of lines as a transaction statement has them, and the sums by tax type of old and new
documents.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge, Sold
from gadong.billing.domain.documents.line_figures import ONCE, figures, shown
from gadong.billing.domain.documents.tax_breakdown import Breakdown, breakdown
from gadong.billing.domain.rating.portion import Portion
from gadong.billing.domain.statement import Totals, totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import floored, percent
from tests.support.golden import KST, TRACE, at, between

FULL = Decimal(100)
RATE = Decimal(30000)


def charge(component: Component, amount: int, **trace: Any) -> Charge:
    """A charge of an amount; `trace` is what made it."""
    return Charge(
        key="k",
        component=component,
        amount=amount,
        tax_type=TaxType.TAXABLE_10,
        trace=replace(TRACE, rate_per_hour=RATE, **trace),
    )


def sold(charged: int, price: int, **more: Any) -> Sold:
    """A good's reckoning, in pieces."""
    plain: dict[str, Any] = {"measure": "ea", "quantity": charged, "pct": FULL, "note": ""}
    return Sold(
        name_ko="출력", name_en="Print", charged=charged, price=Decimal(price), **{**plain, **more}
    )


def part(minutes: int, pct: int = 100, rate: Decimal = RATE) -> Portion:
    """Minutes at a rate."""
    return Portion(minutes * 60, Decimal(pct), rate)


@pytest.mark.parametrize(
    ("line", "quantity", "unit", "price", "listed", "relief"),
    [
        # 100 minutes at 50 %: a third of an hour is exact.
        (
            charge(
                Component.TIME, 25_000, gross="50000", parts=(part(100),), discount_pct=Decimal(50)
            ),
            Fraction(5, 3),
            "h",
            30_000,
            50_000,
            25_000,
        ),
        # An hour of which half is free is listed whole.
        (
            charge(Component.TIME, 15_000, gross="15000", parts=(part(30),), quota_seconds=1800),
            Fraction(1),
            "h",
            30_000,
            30_000,
            15_000,
        ),
        # All of it is free.
        (
            charge(Component.TIME, 0, gross="0", quota_seconds=3600),
            Fraction(1),
            "h",
            30_000,
            30_000,
            30_000,
        ),
        # An hour by the seat, of which half is free, is one of three seats together.
        (
            charge(
                Component.TIME,
                45_000,
                gross="45000",
                parts=(part(30),),
                quota_seconds=1800,
                seats=3,
            ),
            Fraction(1),
            "h",
            90_000,
            90_000,
            45_000,
        ),
        # Two tiers have no one price.
        (
            charge(
                Component.TIME,
                57_000,
                gross="57000",
                parts=(part(60), part(60, rate=Decimal(27000))),
            ),
            Fraction(2),
            "h",
            None,
            57_000,
            0,
        ),
        (
            charge(Component.SURCHARGE, 9_000, gross="9000", parts=(part(60, 30),)),
            Fraction(1),
            "h",
            9_000,
            9_000,
            0,
        ),
        (
            charge(Component.OVERRUN, 20_000, gross="20000", parts=(part(20, 50),), flat=15_000),
            Fraction(1),
            ONCE,
            20_000,
            20_000,
            0,
        ),
        (charge(Component.BASE_FEE, 0, gross="5000", waived="고장"), 1, ONCE, 5_000, 5_000, 5_000),
        # A fee has its discounts off already.
        (
            charge(Component.NO_SHOW, 12_500, gross="12500", discount_pct=Decimal(50)),
            1,
            ONCE,
            12_500,
            12_500,
            0,
        ),
        (charge(Component.CAP, -15_000, gross="-15000"), 1, ONCE, None, 0, 15_000),
        (charge(Component.OTHER, -500, gross="-500", sold=sold(1, -500)), 1, ONCE, None, 0, 500),
        (charge(Component.OTHER, 700, gross="700", sold=sold(1, 700)), 1, ONCE, 700, 700, 0),
        (
            charge(Component.MATERIAL, 3_330, gross="3330", sold=sold(3, 1110)),
            3,
            "ea",
            1_110,
            3_330,
            0,
        ),
        # 248.35 g at 80 won.
        (
            charge(
                Component.MATERIAL,
                19_868,
                gross="19868",
                sold=sold(248_350, 80, measure="g"),
            ),
            Fraction(24835, 100),
            "g",
            80,
            19_868,
            0,
        ),
        # A least amount is no price of one.
        (
            charge(Component.MATERIAL, 1_000, gross="1000", sold=sold(1, 80)),
            1,
            "ea",
            None,
            1_000,
            0,
        ),
    ],
)
def test_a_line_has_its_quantity_its_price_its_list_price_and_its_relief(
    line: Charge, quantity: Fraction, unit: str, price: int | None, listed: int, relief: int
) -> None:
    found = figures(line, KST)
    assert (found.quantity, found.unit, found.unit_price) == (quantity, unit, price)
    assert (found.listed, found.relief) == (listed, relief)
    assert found.listed - found.relief == line.amount


def test_a_line_is_of_the_day_on_which_it_began_and_a_good_of_the_day_on_which_it_was_had() -> None:
    used = charge(Component.TIME, 0, periods=(between("12:00", "13:00"), between("09:00", "10:00")))
    assert figures(used, KST).day == date(2026, 11, 12)
    printed = charge(Component.MATERIAL, 0, sold=replace(sold(1, 0), at=at("00:00")))
    assert figures(printed, KST).day == date(2026, 11, 12)
    # A good of a document of before goods had their day.
    assert figures(charge(Component.MATERIAL, 0, sold=sold(1, 0)), KST).day is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5, 3), "1.667"),
        (Fraction(10), "10"),
        (Fraction(100), "100"),
        (Fraction(3, 2), "1.5"),
        (Fraction(0), "0"),
        (Fraction(-1, 2), "-0.5"),
        (Fraction(9999, 10000), "1"),
    ],
)
def test_a_number_is_written_without_zeros_at_its_end(value: Fraction, text: str) -> None:
    assert shown(value, 3) == text


AMOUNT = st.integers(min_value=-100_000, max_value=900_000)
LINES = st.lists(
    st.tuples(AMOUNT, st.sampled_from(list(TaxType))).map(
        lambda x: replace(charge(Component.TIME, x[0]), tax_type=x[1])
    ),
    max_size=7,
)


@given(LINES, st.sampled_from([1, 10, 100]), st.sampled_from(list(VatMode)), st.booleans())
def test_sums_by_tax_type_are_the_document_to_the_won(
    lines: list[Charge], unit: int, mode: VatMode, is_helped: bool
) -> None:
    programme = Subsidy(name="p", payer="도", pct=Decimal(50), monthly_cap=100_000)
    sums = totals(lines, unit=unit, vat_mode=mode, subsidy=programme if is_helped else None)
    found = breakdown(lines, sums)
    by_type = {t: floored(sum(x.amount for x in lines if x.tax_type is t), unit) for t in TaxType}
    taxed = by_type[TaxType.TAXABLE_10]
    vat = taxed * 10 // 110 if mode is VatMode.INCLUSIVE else floored(taxed * percent(10))
    assert found == Breakdown(
        taxable=taxed - vat if mode is VatMode.INCLUSIVE else taxed,
        exempt=by_type[TaxType.EXEMPT],
        vat=vat,
        out_of_scope=by_type[TaxType.OUT_OF_SCOPE],
        subsidy=sums.subsidy,
    )
    assert (found.total, found.payable) == (sums.total, sums.payable)


@pytest.mark.parametrize("unit", [1, 10, 100])
def test_a_document_of_before_totals_parted_the_supply_is_parted_by_its_lines(unit: int) -> None:
    lines = [
        replace(charge(Component.TIME, 33_333), tax_type=TaxType.TAXABLE_10),
        replace(charge(Component.TIME, 12_345), tax_type=TaxType.EXEMPT),
        replace(charge(Component.NO_SHOW, 6_789), tax_type=TaxType.OUT_OF_SCOPE),
    ]
    cut = [floored(x.amount, unit) for x in lines]
    vat = cut[0] // 10
    old = Totals(
        lines=52_467,
        truncation=sum(cut) - 52_467,
        supply=sum(cut),
        vat=vat,
        total=sum(cut) + vat,
        taxable=cut[0],
    )
    found = breakdown(lines, old)
    assert (found.taxable, found.exempt, found.out_of_scope) == tuple(cut)
    assert (found.supply, found.total) == (cut[0] + cut[1], old.total)
