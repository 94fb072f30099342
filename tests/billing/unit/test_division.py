"""The parts of a line that several companies pay: figures by hand, and the laws of all figures
(docs/adr/0050-the-cost-of-a-booking-is-divided-by-the-line.md).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain import recount
from gadong.billing.domain.charge import Charge, Trace
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.documents.line_figures import figures
from gadong.billing.domain.documents.relief import relief
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.rating.division import Division
from gadong.billing.domain.statement import Line, totals
from gadong.billing.domain.tariff_terms import TaxType
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period

BOOKER = CompanyId(UUID(int=1))
SEOUL = ZoneInfo("Asia/Seoul")
PARTS = st.lists(st.integers(1, 1000), min_size=2, max_size=9).map(tuple)


def all_parts(whole: int, parts: tuple[int, ...]) -> list[int]:
    """Return the part of each company."""
    return [Division(booker=BOOKER, parts=parts, place=n).part_of(whole) for n in range(len(parts))]


def base_fee(won: int, pct: int = 0) -> Charge:
    """Return a base fee with so many per cent off."""
    start = datetime(2026, 11, 12, 1, tzinfo=UTC)
    return Charge(
        key="booking:x/base_fee",
        component=Component.BASE_FEE,
        amount=won * (100 - pct) // 100,
        tax_type=TaxType.TAXABLE_10,
        trace=Trace(
            basis=Basis.BOOKED,
            measured_seconds=3600,
            billed_seconds=3600,
            counter_seconds=0,
            rate_per_hour=Decimal(0),
            discount_pct=Decimal(pct),
            gross=str(won),
            periods=(Period(start, start + timedelta(hours=1)),),
            messages=(),
            tariff="t",
        ),
    )


def line(charge: Charge) -> Line:
    """Return the charge as a line of a document."""
    korean, english = sentences(charge, SEOUL)
    return Line(
        charge=charge, machine="m", machine_name="m", sentence_ko=korean, sentence_en=english
    )


@pytest.mark.parametrize(
    ("whole", "parts", "amounts"),
    [
        (36_000, (1, 1, 1), [12_000, 12_000, 12_000]),
        (10_000, (1, 1, 1), [3_334, 3_333, 3_333]),
        (10_000, (2, 1), [6_667, 3_333]),
        (9_999, (500, 300, 200), [4_999, 3_000, 2_000]),
        (18_000, (5, 3, 2), [9_000, 5_400, 3_600]),
        (1_000, (1, 1, 1), [334, 333, 333]),
        (1_001, (1, 1, 1), [334, 334, 333]),
        (-100, (1, 1, 1), [-33, -33, -34]),
        (2, (1, 1, 1), [1, 1, 0]),
        (0, (1, 1, 1), [0, 0, 0]),
        # The greatest remainder goes first, whatever the order of the companies.
        (10, (1, 3, 3), [2, 4, 4]),
        (1, (1, 1000), [0, 1]),
    ],
)
def test_a_line_is_divided_by_the_largest_remainder(
    whole: int, parts: tuple[int, ...], amounts: list[int]
) -> None:
    assert all_parts(whole, parts) == amounts


@given(st.integers(-(10**9), 10**9), PARTS)
def test_the_parts_are_the_whole_and_each_is_within_a_won_of_its_share(
    whole: int, parts: tuple[int, ...]
) -> None:
    amounts = all_parts(whole, parts)
    assert sum(amounts) == whole
    for n, amount in enumerate(amounts):
        assert abs(amount - Fraction(whole * parts[n], sum(parts))) < 1


@given(st.integers(0, 10**9), PARTS)
def test_a_document_proves_its_part_by_its_own_trace(whole: int, parts: tuple[int, ...]) -> None:
    for n in range(len(parts)):
        part = base_fee(whole).divided_by(Division(booker=BOOKER, parts=parts, place=n))
        sums = totals([part], unit=1)
        assert recount.objections([line(part)], sums) == []
        off = replace(part, amount=part.amount + 1)
        assert recount.objections([line(off)], totals([off], unit=1)) != []


@given(st.integers(0, 10**9), PARTS, st.sampled_from([0, 30, 50, 100]))
def test_the_list_prices_of_the_parts_are_that_of_the_whole(
    won: int, parts: tuple[int, ...], pct: int
) -> None:
    whole = base_fee(won, pct)
    own = [
        whole.divided_by(Division(booker=BOOKER, parts=parts, place=n)) for n in range(len(parts))
    ]
    listed = [figures(part, SEOUL) for part in own]
    assert sum(f.listed for f in listed) == won
    assert sum(f.relief for f in listed) == won - whole.amount
    for part in own:
        found = relief([part], totals([part], unit=1))
        taken = found.free + found.category + found.extra + found.cap + found.waived
        assert found.listed == taken + found.rounded + found.charged


def test_a_part_says_of_what_it_is_one() -> None:
    part = base_fee(10_000).divided_by(Division(booker=BOOKER, parts=(1, 1, 1), place=1))
    assert part.amount == 3_333
    korean, english = sentences(part, SEOUL)
    assert korean.endswith("(공동 이용 10,000원 중 1/3의 몫)")
    assert english.endswith("(a part of 1/3 of KRW 10,000 together)")
    assert base_fee(10_000).divided_by(None) == base_fee(10_000)


@pytest.mark.parametrize(
    ("parts", "place"), [((1,), 0), ((1, 0), 0), ((1, 1), 2), ((1, 1), -1), ((), 0)]
)
def test_a_division_of_nothing_or_for_nobody_is_refused(parts: tuple[int, ...], place: int) -> None:
    with pytest.raises(ValueError, match="part"):
        Division(booker=BOOKER, parts=parts, place=place)
