"""Each line by its own day and its own tax: programmes, caps, tax within prices or beside them,
pools, cheaper hours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge, Price, covering
from gadong.billing.domain.correction import Difference, Direction, StatementSum, difference
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rate_terms import Basis, Overrun, PriceWindow
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.statement import Line, totals
from gadong.billing.domain.subsidy import ProgrammeDraws
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import Hours, Quota, TaxType, VatMode
from gadong.billing.domain.tax_invoice import items
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import Rulings
from gadong.booking.domain.session import sessions
from gadong.booking.domain.usage import AttributionLimits, Witnesses
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import shared
from tests.support.billing.own_days import EXCLUSIVE, EXEMPT, HALF, INCLUSIVE, OUTSIDE, TAXED, sold
from tests.support.billing.whole_tariff import item, of
from tests.support.golden import KST, MACHINE, MONTH, TRACE, booked, charges, ran, total

WEEK = tuple(range(7))


def price(of: RateItem, **terms: Any) -> Price:
    """A price of the example centre, of nothing but what is named."""
    return Price(
        **{"item": of, "discount_pct": Decimal(0), "zone": KST, "vat_mode": EXCLUSIVE, **terms}
    )


def month(*uses: tuple[Booking, Price]) -> list[Charge]:
    """The charges of bookings that were used whole, each by its own price."""
    held = [booking for booking, _ in uses]
    runs = ran(*((_clock(b, "start"), _clock(b, "end")) for b in held))
    witnesses = Witnesses(bookings=held)
    usages = attribute(runs, witnesses, AttributionLimits(), bounds=MONTH)
    found = {s.key: s for s in sessions(MACHINE, usages, runs, witnesses, AttributionLimits())}
    return rate_month([(found[f"booking:{b.id}"], p) for b, p in uses], MONTH)


def _clock(booking: Booking, edge: str) -> str:
    return f"{getattr(booking.period, edge).astimezone(KST):%H:%M:%S}"


# W7: lines below nothing, and what a programme pays


@pytest.mark.parametrize(
    ("covered", "uncovered", "subsidy"),
    [
        ([60_000], [-30_000], 15_000),
        # It first reduces what no programme covers.
        ([60_000], [30_000, -30_000], 30_000),
        ([60_000], [30_000, -30_001], 29_999),  # half of 59,999, floored
        ([60_000], [30_000, -29_999], 30_000),
        ([60_000], [-60_000], 0),
        ([60_000], [-90_000], 0),
        ([60_000, -20_000], [30_000], 20_000),
        ([60_000, -70_000], [30_000], 0),
    ],
)
def test_w7_a_line_below_nothing_reduces_uncovered_lines_first(
    covered: list[int], uncovered: list[int], subsidy: int
) -> None:
    lines = [sold(n, programme=HALF) for n in covered] + [sold(n) for n in uncovered]
    assert totals(lines, unit=1).subsidy == subsidy


@given(
    st.lists(st.integers(-50_000, 100_000), min_size=1, max_size=5),
    st.lists(st.integers(-50_000, 100_000), max_size=5),
    st.lists(st.integers(0, 100_000), max_size=3),
    st.sampled_from([1, 10, 100]),
    st.sampled_from([EXCLUSIVE, INCLUSIVE]),
    st.integers(0, 100),
)
def test_no_payer_pays_more_than_its_share_of_the_supply(
    covered: list[int], uncovered: list[int], other: list[int], unit: int, mode: VatMode, pct: int
) -> None:
    first = replace(HALF, pct=Decimal(pct))
    second = replace(HALF, name="시험", payer="창원", pct=Decimal(100))
    lines = [sold(n, programme=first, vat_mode=mode) for n in covered]
    lines += [sold(n, vat_mode=mode) for n in uncovered]
    lines += [sold(n, EXEMPT, programme=second) for n in other]
    sums = totals(lines, unit=unit)
    assert sum(share.eligible for share in sums.shares) <= max(0, sums.supply)
    for share in sums.shares:
        assert 0 <= share.amount <= share.pct * share.eligible / 100
    assert sums.subsidy == sum(share.amount for share in sums.shares)
    assert sums.total < 0 or 0 <= sums.subsidy <= sums.total


# W6, W8: several programmes, changes within a month, caps and budgets


def test_w6_each_line_is_paid_by_the_programme_of_its_own_day() -> None:
    second = replace(HALF, name="시험", payer="창원", pct=Decimal(80))
    lines = [sold(60_000, programme=HALF), sold(40_000), sold(20_000, programme=second)]
    sums = totals(lines, unit=10)
    assert [(s.programme, s.eligible, s.amount) for s in sums.shares] == [
        ("바우처", 60_000, 30_000),
        ("시험", 20_000, 16_000),
    ]
    assert (sums.subsidy, sums.payer, sums.programme) == (46_000, "경남, 창원", "바우처, 시험")


@pytest.mark.parametrize(("cap", "amount"), [(49_999, 49_999), (50_000, 50_000), (50_001, 50_000)])
def test_a_programme_whose_terms_change_within_a_month_keeps_one_cap(cap: int, amount: int) -> None:
    before = replace(HALF, monthly_cap=cap)
    after = replace(before, pct=Decimal(20))
    lines = [sold(80_000, programme=before), sold(50_000, programme=after)]
    assert totals(lines, unit=1).subsidy == amount
    # Of two caps the greater holds for both together, and each for its own part.
    low = [
        sold(80_000, programme=before),
        sold(50_000, programme=replace(after, monthly_cap=5_000)),
    ]
    assert totals(low, unit=1).subsidy == min(cap, 40_000 + 5_000)


@pytest.mark.parametrize(
    ("others", "own", "amount"),
    [
        (69_999, 0, 30_001),
        (70_000, 0, 30_000),
        (100_000, 0, 0),
        (120_000, 0, 0),
        # An amount drawn once is kept in spite of later draws.
        (80_000, 30_000, 30_000),
        (60_000, 30_000, 40_000),
    ],
)
def test_w8_a_document_draws_what_is_left_and_keeps_what_it_drew(
    others: int, own: int, amount: int
) -> None:
    programme = replace(HALF, budget=100_000)
    sums = totals(
        [sold(200_000, programme=programme)],
        unit=10,
        drawn={"바우처": ProgrammeDraws(others=others, own=own)},
    )
    assert sums.subsidy == amount


def test_the_first_programme_that_covers_a_line_pays_for_it() -> None:
    material = replace(HALF, name="재료", covers=("material",))
    found = [
        covering((material, HALF), c) for c in (Component.MATERIAL, Component.TIME, Component.CAP)
    ]
    assert found == [material, HALF, HALF]
    assert covering((material,), Component.TIME) is None
    assert covering((HALF,), Component.NO_SHOW) is None


# W13: a cap keeps the tax split


def _capped(cap: int, **exempt: Any) -> list[Charge]:
    taxed = item(30_000, cap_group="all")
    free = item(30_000, cap_group="all", tax_type=EXEMPT)
    return month(
        (booked("08:00", "11:00"), price(taxed, cap=cap)),
        (booked("12:00", "15:00"), price(free, cap=cap, **exempt)),
    )


@pytest.mark.parametrize(
    ("cap", "taxable", "exempt"),
    [
        (180_000, 90_000, 90_000),
        (179_999, 89_999, 90_000),
        (179_998, 89_999, 89_999),
        (100_000, 50_000, 50_000),
        (0, 0, 0),
    ],
)
def test_w13_a_cap_falls_on_all_lines_pro_rata(cap: int, taxable: int, exempt: int) -> None:
    lines = _capped(cap)
    sums = totals(lines, unit=1)
    assert (sums.taxable, sums.exempt, sums.vat) == (taxable, exempt, taxable // 10)
    assert len({x.key for x in lines}) == len(lines)
    assert total(lines) == cap
    if cap == 100_000:
        korean, english = sentences(lines[-1], KST)
        assert (
            korean == "상한 적용 all 합계 180,000원, 월 상한 100,000원 (이 줄은 그중 90,000원의 몫)"
        )
        assert english.endswith("at most KRW 100,000 a month (this line: the share of KRW 90,000)")


def test_a_cap_keeps_the_parts_of_payers_and_of_prices_that_hold_the_tax() -> None:
    lines = _capped(90_000, programmes=(HALF,), vat_mode=INCLUSIVE)
    sums = totals(lines, unit=1)
    assert (sums.taxable, sums.exempt) == (45_000, 45_000)
    assert [(s.eligible, s.amount) for s in sums.shares] == [(45_000, 22_500)]


@pytest.mark.parametrize(
    ("caps", "amount"),
    [
        # Use under a cap is paid under it; a later cap reckons with the paid amount.
        ((50_000, 100_000), 100_000),
        ((50_000, 110_000), 110_000),
        ((50_000, 140_000), 140_000),
        ((50_000, 150_000), 140_000),
        ((100_000, 50_000), 90_000),
        ((80_000, 50_000), 80_000),
    ],
)
def test_a_cap_that_changes_within_a_month_is_each_days_own(
    caps: tuple[int, int], amount: int
) -> None:
    one = item(30_000, cap_group="all")
    lines = month(
        (booked("08:00", "11:00"), price(one, cap=caps[0])),
        (booked("12:00", "15:00"), price(one, cap=caps[1])),
    )
    assert total(lines) == amount


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=5))
def test_whole_won_are_shared_exactly_and_no_part_is_above_its_own(
    amount: int, weights: list[int]
) -> None:
    amount = min(amount, sum(weights))
    parts = shared(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert 0 <= part <= weight
        assert abs(part * sum(weights) - amount * weight) < max(1, sum(weights))


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (36_000, [1, 1, 1], [12_000, 12_000, 12_000]),
        (10_000, [1, 1, 1], [3_334, 3_333, 3_333]),
        (10_000, [2, 1], [6_667, 3_333]),
        # The largest remainders are the last two: .5, .7, .8.
        (9_999, [500, 300, 200], [4_999, 3_000, 2_000]),
        (18_000, [5, 3, 2], [9_000, 5_400, 3_600]),
        (1_000, [1, 1, 1], [334, 333, 333]),
        (1_001, [1, 1, 1], [334, 334, 333]),
        (2, [1, 1, 1], [1, 1, 0]),
        (0, [1, 1, 1], [0, 0, 0]),
    ],
)
def test_won_that_do_not_divide_go_to_the_largest_remainders(
    amount: int, weights: list[int], parts: list[int]
) -> None:
    assert shared(amount, weights) == parts


def test_a_credit_that_does_not_divide_is_larger_for_the_last() -> None:
    assert shared(-100, [1, 1, 1]) == [-33, -33, -34]


@given(st.integers(-(10**6), 10**6), st.lists(st.integers(1, 1000), min_size=1, max_size=9))
def test_charges_and_credits_are_divided_by_parts_exactly(amount: int, weights: list[int]) -> None:
    parts = shared(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


# W14, W15: prices with and without their tax


def test_w14_each_line_goes_by_its_own_tariff() -> None:
    lines = [sold(66_000, vat_mode=INCLUSIVE), sold(60_000, vat_mode=EXCLUSIVE)]
    sums = totals(lines, unit=10)
    assert (sums.supply, sums.vat, sums.total) == (120_000, 12_000, 132_000)


def test_w15_a_managers_line_alone_is_parted_and_truncated() -> None:
    sums = totals([sold(33_333, vat_mode=INCLUSIVE)], unit=100)
    assert (sums.supply, sums.vat, sums.total, sums.truncation) == (30_273, 3_027, 33_300, -33)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10**6),
            st.sampled_from(list(TaxType)),
            st.sampled_from([INCLUSIVE, EXCLUSIVE]),
        ),
        max_size=6,
    ),
    st.sampled_from([1, 10, 100]),
)
def test_sums_of_any_mix_are_those_of_its_parts(
    parts: list[tuple[int, TaxType, VatMode]], unit: int
) -> None:
    lines = [sold(n, tax, vat_mode=mode) for n, tax, mode in parts]
    sums = totals(lines, unit=unit)
    assert sums.taxable + sums.exempt + sums.out_of_scope == sums.supply
    # Prices that hold the tax stay what they are, others have it added, and what needs no tax has
    # none.
    inside = sum(n for n, tax, mode in parts if tax is TAXED and mode is INCLUSIVE)
    beside = sum(n for n, tax, mode in parts if tax is TAXED and mode is EXCLUSIVE)
    rest = [sum(n for n, tax, _ in parts if tax is of) for of in (EXEMPT, OUTSIDE)]
    cut = [n // unit * unit for n in (inside, beside, *rest)]
    assert sums.total == sum(cut) + cut[1] // 10
    assert sums.vat == cut[0] // 11 + cut[1] // 10
    assert sums.lines + sums.truncation == sum(cut)


def test_a_tax_invoice_parts_each_item_as_its_lines_hold_their_tax() -> None:
    use = sold(66_000, component=Component.TIME, trace=TRACE)
    help_ = sold(22_000, component=Component.OPERATOR, trace=TRACE, vat_mode=INCLUSIVE)
    lines = [use, help_, replace(help_, amount=5_000, vat_mode=EXCLUSIVE)]
    found = items(lines, totals(lines, unit=10))
    assert [(i.name, i.supply, i.vat) for i in found] == [
        ("장비사용료", 66_000, 6_600),
        ("기술지원비", 20_000 + 5_000, 2_000 + 500),
    ]
    # Lines of engines before 5 name no mode: the document's sums say it for all of them.
    old = [replace(c, vat_mode=None) for c in (use, help_)]
    inside = items(old, totals(old, unit=10, vat_mode=INCLUSIVE))
    assert [(i.supply, i.vat) for i in inside] == [(60_000, 6_000), (20_000, 2_000)]


# W18: what makes a second cheaper is its price


@pytest.mark.parametrize(
    ("window", "scope", "amount"),
    [
        (30, (Component.BASE_FEE, Component.TIME), 9_000),
        (30, (Component.TIME, Component.SURCHARGE), 9_000),
        (30, (Component.SURCHARGE,), 18_000),
        (30, (), 18_000),
        (0, (Component.TIME,), 0),
        (100, (Component.TIME,), 30_000),
        (101, (Component.TIME,), 30_600),
        (99, (Component.TIME,), 29_700),
        (130, (Component.TIME,), 48_000),
        (130, (Component.TIME, Component.SURCHARGE), 39_000),
    ],
)
def test_w18_a_discount_multiplies_with_a_window(
    window: int, scope: tuple[Component, ...], amount: int
) -> None:
    night = PriceWindow(weekdays=WEEK, since=time(0), until=time(0), pct=Decimal(window))
    priced = item(30_000, windows=(night,), discount_scope=scope)
    lines = charges(priced, ran(("00:00", "02:00")), [booked("00:00", "02:00")], discount=50)
    assert total(lines) == amount
    assert all(x.amount >= 0 for x in lines)
    if window == 30 and amount == 9_000:
        assert "120분 × 30,000원/시간 × 30 % × 50 %" in sentences(lines[0], KST)[0]


@given(
    st.tuples(st.integers(0, 250), st.integers(0, 250), st.integers(0, 250)),
    st.integers(0, 100),
    st.tuples(st.integers(0, 100), st.integers(0, 100)),
    st.sets(
        st.sampled_from(
            [Component.BASE_FEE, Component.TIME, Component.SURCHARGE, Component.OVERRUN]
        )
    ),
    st.integers(1, 99_999),
    st.sampled_from([None, Component.TIME, Component.SURCHARGE, Component.OVERRUN]),
)
def test_no_price_is_below_nothing_whatever_is_multiplied(
    pcts: tuple[int, int, int],
    idle: int,
    off: tuple[int, int],
    scope: set[Component],
    rate: int,
    waived: Component | None,
) -> None:
    night = PriceWindow(weekdays=WEEK, since=time(11), until=time(0), pct=Decimal(pcts[0]))
    late = Overrun(grace_seconds=0, pct_free_slot=Decimal(pcts[1]), pct_encroach=Decimal(pcts[2]))
    priced = item(
        rate, windows=(night,), overrun=late, idle_pct=Decimal(idle), discount_scope=tuple(scope)
    )
    lines = charges(
        priced,
        ran(("10:00", "12:31")),
        [booked("10:00", "12:00")],
        discount=off[0],
        extra_pct=Decimal(off[1]),
        rulings=Rulings(waived=((waived, "사유"),)) if waived else Rulings(),
    )
    assert all(x.amount >= 0 for x in lines)
    assert all(x.amount <= rate * 16 for x in lines)


def test_hours_and_an_overrun_that_both_cost_less_multiply() -> None:
    night = PriceWindow(weekdays=WEEK, since=time(0), until=time(0), pct=Decimal(50))
    cheap = Overrun(grace_seconds=0, pct_free_slot=Decimal(20))
    priced = replace(item(30_000, windows=(night,), overrun=cheap), basis=Basis.ACTUAL_RUN)
    lines = charges(priced, ran(("10:00", "13:00")), [booked("10:00", "12:00")])
    assert of(lines) == {Component.TIME: 30_000 + 3_000}
    # Dearer time comes beside cheaper time, each at the item's own rate.
    dear = replace(priced, overrun=Overrun(grace_seconds=0, pct_free_slot=Decimal(150)))
    lines = charges(dear, ran(("10:00", "13:00")), [booked("10:00", "12:00")])
    assert of(lines) == {Component.TIME: 45_000, Component.OVERRUN: 15_000}


# W19: pools are what they are


def test_w19_a_pool_is_the_same_in_every_categorys_list() -> None:
    hours = Hours(weekdays=(0, 1, 2, 3, 4), since=time(9), until=time(18))
    tariff = Tariff(
        effective_from=date(2026, 1, 1),
        items=(item(30_000, quota_group="q"),),
        quotas=(
            Quota(group="q", seconds=7200),
            Quota(group="q", seconds=7200, category="a", hours=(hours,)),
        ),
    )
    one = tariff.items[0]
    as_a, as_b = (price(one, quotas=tariff.quotas_of("q", c)) for c in ("a", "b"))
    first, second = booked("10:00", "12:00"), booked("13:00", "15:00")
    assert [x.amount for x in month((first, as_a), (second, as_b))] == [0, 0]
    # A quarter of an hour beyond either is charged.
    third = booked("16:00", "16:15")
    assert [x.amount for x in month((first, as_a), (second, as_b), (third, as_b))] == [0, 0, 7_500]
    assert [x.amount for x in month((first, as_a), (second, as_a), (third, as_a))] == [0, 0, 7_500]


def test_a_pool_of_another_size_is_the_same_pool() -> None:
    one = item(30_000, quota_group="q")
    small, large = (price(one, quotas=(Quota(group="q", seconds=n * 3600),)) for n in (2, 3))
    uses = [booked("08:00", "10:00"), booked("11:00", "13:00")]
    assert [x.amount for x in month((uses[0], small), (uses[1], large))] == [0, 30_000]


# W9, W10: a difference compares every sum


def _difference(was: list[Charge], now: list[Charge]) -> Difference:
    before, after = (
        [
            Line(
                charge=replace(c, key=str(n)),
                machine="",
                machine_name="",
                sentence_ko="",
                sentence_en="",
            )
            for n, c in enumerate(of)
        ]
        for of in (was, now)
    )
    return difference(before, totals(was, unit=1), after, totals(now, unit=1))


def _steps(found: Difference) -> dict[StatementSum, int]:
    return {step.figure: step.amount for step in found.steps if step.amount}


def test_w9_another_tax_type_of_the_same_amount_is_a_change() -> None:
    found = _difference([sold(60_000)], [sold(60_000, EXEMPT)])
    assert [(c.was, c.now, c.was_tax_type) for c in found.changes] == [(60_000, 60_000, TAXED)]
    assert _steps(found) == {
        StatementSum.TAXABLE: -60_000,
        StatementSum.EXEMPT: 60_000,
        StatementSum.VAT: -6_000,
        StatementSum.PAYABLE: -6_000,
    }
    assert (found.is_material, found.direction, found.amount) == (True, Direction.CREDIT, -6_000)


def test_a_tax_that_moves_within_a_price_is_a_change_though_all_pay_the_same() -> None:
    found = _difference([sold(66_000, vat_mode=INCLUSIVE)], [sold(66_000, EXEMPT)])
    assert (found.amount, found.is_material, found.direction) == (0, True, Direction.CREDIT)
    assert _difference([sold(66_000, EXEMPT)], [sold(66_000, OUTSIDE)]).is_material
    same = _difference([sold(66_000, vat_mode=INCLUSIVE)], [sold(60_000)])
    assert _steps(same) == {}
    assert (len(same.changes), same.is_material) == (1, False)


@pytest.mark.parametrize(
    ("was", "now", "direction"),
    [(120_000, 60_000, Direction.CREDIT), (60_000, 120_000, Direction.DEBIT)],
)
def test_w10_what_only_the_payer_owes_is_corrected_too(
    was: int, now: int, direction: Direction
) -> None:
    whole = replace(HALF, pct=Decimal(100))
    found = _difference([sold(was, EXEMPT, programme=whole)], [sold(now, EXEMPT, programme=whole)])
    assert (found.amount, found.is_material, found.direction) == (0, True, direction)
    assert _steps(found) == {StatementSum.EXEMPT: now - was, StatementSum.SUBSIDY: now - was}


def test_another_payer_of_the_same_line_is_a_change() -> None:
    found = _difference([sold(60_000)], [sold(60_000, programme=HALF)])
    assert len(found.changes) == 1
    assert _steps(found) == {StatementSum.SUBSIDY: 30_000, StatementSum.PAYABLE: -30_000}
    assert (found.direction, found.is_material) == (Direction.CREDIT, True)


@pytest.mark.parametrize(
    ("more", "is_material"), [(99, False), (100, True), (-99, False), (-100, True)]
)
def test_a_hundred_won_of_any_sum_are_worth_a_document(more: int, is_material: bool) -> None:
    found = _difference([sold(60_000, EXEMPT)], [sold(60_000 + more, EXEMPT)])
    assert found.is_material is is_material
    shifted = [sold(30_000 - more, EXEMPT), sold(30_000 + more, OUTSIDE)]
    assert (
        _difference([sold(30_000, EXEMPT), sold(30_000, OUTSIDE)], shifted).is_material
        is is_material
    )


def test_lines_of_older_engines_differ_by_what_they_say() -> None:
    """They name neither how prices hold their tax nor who pays; that alone is no change."""
    old = sold(60_000, vat_mode=None)
    assert _difference([old], [sold(60_000)]).changes == ()
    assert len(_difference([old], [sold(60_001)]).changes) == 1
    assert len(_difference([old], [sold(60_000, EXEMPT)]).changes) == 1
    sums = replace(totals([sold(50_000), sold(12_500, OUTSIDE)], unit=1), exempt=0, out_of_scope=0)
    lines = [
        Line(charge=c, machine="", machine_name="", sentence_ko="", sentence_en="")
        for c in (sold(50_000), sold(12_500, OUTSIDE))
    ]
    now = totals([x.charge for x in lines], unit=1)
    assert _steps(difference(lines, sums, lines, now)) == {}
