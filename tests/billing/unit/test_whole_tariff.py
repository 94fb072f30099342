"""Worked examples that need more of a tariff than a rate, and sums that always hold.

The amounts: docs/reference/billing.md#worked-examples.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rate_terms import (
    Basis,
    CancelTier,
    NoShowFee,
    Overrun,
    PriceWindow,
    Tier,
)
from gadong.billing.domain.sale import Spoiled, sell
from gadong.billing.domain.statement import totals
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import (
    Cap,
    DayClass,
    ExtraDiscount,
    Good,
    GoodKind,
    Hours,
    Measure,
    Quota,
    TaxType,
    VatMode,
)
from gadong.booking.domain.booking import Booking, BookingState
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import floored
from gadong.core.domain.period import Period
from tests.support.billing.whole_tariff import entry, item, line, of
from tests.support.golden import KST, MC, A, at, between, booked, charges, ran, total

HOUR = 3600


def free(seconds: int, *hours: Hours) -> tuple[Quota, ...]:
    """So much of a month that costs nothing."""
    return (Quota(group="printers", seconds=seconds, hours=hours),) if seconds else ()


TIERS = (
    Tier(after_seconds=10 * HOUR, rate_per_hour=Decimal(27000)),
    Tier(after_seconds=20 * HOUR, rate_per_hour=Decimal(24000)),
)


def test_5_graduated_tiers_have_no_cliff() -> None:
    graduated = item(30000, tiers=TIERS)
    first, second = booked("00:00", "08:30"), booked("09:00", "13:00")
    runs = ran(("00:00", "08:30"), ("09:00", "13:00"))
    lines = charges(graduated, runs, [first, second])
    assert [line.amount for line in lines] == [255_000, 112_500]
    assert total(lines) == 367_500
    parts = [(p.seconds, p.rate_per_hour) for p in lines[1].trace.parts]
    assert parts == [(5400, Decimal(30000)), (9000, Decimal(27000))]
    ten, more = (
        total(charges(graduated, ran(("00:00", end)), [booked("00:00", end)]))
        for end in ("10:00", "10:30")
    )
    assert (ten, more) == (300_000, 313_500)


def test_6_of_the_extra_discounts_only_the_best_counts_and_it_multiplies() -> None:
    tariff = Tariff(
        effective_from=date(2026, 1, 1),
        items=(item(100_000),),
        extra_discounts=(
            ExtraDiscount(name="관내", pct=Decimal(20)),
            ExtraDiscount(name="창업", pct=Decimal(30)),
        ),
    )
    best = tariff.best_extra({"관내", "창업"})
    assert best is not None
    lines = charges(
        item(100_000),
        ran(("10:00", "11:00")),
        [booked("10:00", "11:00")],
        discount=50,
        extra_pct=best.pct,
    )
    assert total(lines) == 35_000
    assert "× 50 % × 70 %" in sentences(lines[0], KST)[0]


def test_7_free_time_is_used_before_anything_is_charged() -> None:
    printer = item(3000, quota_group="printers")
    before, session = booked("00:00", "09:10"), booked("10:00", "12:00")
    runs = ran(("00:00", "09:10"), ("10:00", "12:00"))
    lines = charges(printer, runs, [before, session], quotas=free(600 * 60))
    # Wholly free time has its line too: it is the proof of use.
    assert [(line.amount, line.trace.quota_seconds) for line in lines] == [
        (0, 550 * 60),
        (3_500, 50 * 60),
    ]
    korean, english = sentences(lines[0], KST)
    assert korean.endswith("예약 550분 → 0원 (무료 550분 제외)")
    assert english.endswith("booked 550 min → KRW 0 (without 550 min free)")
    half = charges(printer, runs, [before, session], quotas=free(600 * 60), discount=50)
    assert total(half) == 1_750


def test_8_a_cap_takes_off_what_is_above_it() -> None:
    capped = item(30000, cap_group="all")
    lines = charges(
        capped,
        ran(("00:00", "06:10"), ("10:00", "11:00")),
        [booked("00:00", "06:10"), booked("10:00", "11:00")],
        cap=200_000,
    )
    assert [line.amount for line in lines] == [185_000, 30_000, -15_000]
    assert lines[-1].component is Component.CAP
    korean, _ = sentences(lines[-1], KST)
    assert korean == "상한 적용 all 합계 215,000원, 월 상한 200,000원"


CANCEL = (
    CancelTier(lead_seconds=48 * HOUR, pct=Decimal(0)),
    CancelTier(lead_seconds=24 * HOUR, pct=Decimal(30)),
    CancelTier(lead_seconds=0, pct=Decimal(50)),
)


@pytest.mark.parametrize(
    ("cancelled", "lead", "amount"),
    [
        ("2026-11-24T15:10:00", 82_200, 22_500),
        ("2026-11-24T14:00:00", 86_400, 13_500),
        ("2026-11-23T14:00:00", 172_800, 0),
    ],
)
def test_10_a_late_cancellation_costs_by_how_late_it_was(
    cancelled: str, lead: int, amount: int
) -> None:
    start = datetime(2026, 11, 25, 14, tzinfo=KST)
    kept = booked("14:00", "17:00")
    moved = replace(
        kept,
        period=replace(kept.period, start=start, end=start + timedelta(hours=3)),
        state=BookingState.CANCELLED,
        cancelled_at=datetime.fromisoformat(cancelled).replace(tzinfo=KST),
    )
    mc = item(30000, late_cancel=CANCEL)
    lines = charges(mc, ran(), [moved], discount=50)
    assert total(lines) == amount
    if amount:
        (line,) = lines
        assert line.trace.share is not None
        assert (line.component, line.trace.share.lead_seconds, line.tax_type) == (
            Component.LATE_CANCEL,
            lead,
            TaxType.OUT_OF_SCOPE,
        )


def test_what_others_made_of_cancelled_time_is_not_paid_twice() -> None:
    given_up = replace(
        booked("10:00", "12:00"), state=BookingState.CANCELLED, cancelled_at=at("09:00")
    )
    other = booked("11:00", "12:00", A)
    mc = item(30000, late_cancel=CANCEL, no_show=NoShowFee(pct=Decimal(50)))
    lines = charges(mc, ran(("11:00", "12:00")), [given_up, other])
    assert of(lines)[Component.LATE_CANCEL] == 15_000


PLA = Good(code="pla", name_ko="PLA", name_en="PLA", measure=Measure.GRAM, price=Decimal(80))
RESIN = Good(
    code="resin", name_ko="레진", name_en="resin", measure=Measure.MILLILITRE, price=Decimal(300)
)
HELP = Good(
    code="help",
    kind=GoodKind.OPERATOR,
    name_ko="기술지원",
    name_en="operator",
    measure=Measure.HOUR,
    price=Decimal(20000),
)


@pytest.mark.parametrize(
    ("good", "quantity", "spoiled", "amount"),
    [
        (PLA, 248_350, Spoiled.NO, 19_868),
        (RESIN, 63_400, Spoiled.NO, 19_020),
        (PLA, 248_350, Spoiled.MACHINE, 0),
        (PLA, 248_350, Spoiled.USER, 19_868),
        (HELP, 45 * 60, Spoiled.NO, 15_000),
        (replace(HELP, free=900, increment=1800), 45 * 60, Spoiled.NO, 10_000),
        (replace(PLA, minimum_amount=1000), 5_000, Spoiled.NO, 1_000),
        (replace(PLA, free=5_000, minimum_amount=1000), 5_000, Spoiled.NO, 0),
    ],
)
def test_13_material_is_charged_by_what_was_weighed(
    good: Good, quantity: int, spoiled: Spoiled, amount: int
) -> None:
    lines = sell(entry(good.code, quantity, spoiled=spoiled, note="재출력"), good, tariff="t")
    assert [line.amount for line in lines] == [amount]
    assert "재출력" in sentences(lines[0], KST)[0]


def test_a_quantity_is_told_in_its_own_unit() -> None:
    (line,) = sell(entry("pla", 248_350), PLA, tariff="t")
    assert sentences(line, KST) == (
        "재료비 PLA 248.35 g → 248.35 g × 80원/g",
        "material PLA 248.35 g → 248.35 g × KRW 80/g",
    )


WHOLE = [25_000, 60_000, 1_500, 11_000, 19_868, 15_000]


@pytest.mark.parametrize(
    ("unit", "supply", "vat", "together"),
    [(10, 132_360, 13_236, 158_096), (100, 132_300, 13_230, 158_030)],
)
def test_14_a_whole_statement(unit: int, supply: int, vat: int, together: int) -> None:
    printer = replace(item(3000, increment_seconds=600), basis=Basis.BOOKED)
    printed = charges(printer, ran(("08:00", "15:13")), [booked("08:00", "15:13")], discount=50)
    assert [x.amount for x in printed] == [11_000]
    lines = [line(n) for n in WHOLE] + [line(12_500, TaxType.OUT_OF_SCOPE)]
    assert sum(WHOLE) == 132_368
    sums = totals(lines, unit=unit)
    assert sums.vat == vat
    assert sums.total == together
    assert sums.supply - 12_500 == supply


@pytest.mark.parametrize(
    ("price", "supply", "vat"), [(55_000, 50_000, 5_000), (33_333, 30_303, 3_030)]
)
def test_14_prices_that_hold_the_tax_are_parted(price: int, supply: int, vat: int) -> None:
    sums = totals([line(price)], unit=1, vat_mode=VatMode.INCLUSIVE)
    assert (sums.supply, sums.vat, sums.total) == (supply, vat, price)


def test_15_a_shorter_use_makes_exactly_the_difference() -> None:
    cmm = RateItem(
        machine="cmm", rate_per_hour=Decimal(40000), basis=Basis.HULL, increment_seconds=1800
    )
    held = [booked("13:00", "15:00")]
    before = total(charges(cmm, ran(("13:20", "15:40")), held, discount=50))
    after = total(charges(cmm, ran(("13:20", "15:10")), held, discount=50))
    assert (before, after) == (60_000, 50_000)


def test_a_programme_pays_its_part_and_no_fee() -> None:
    half = Subsidy(name="바우처", payer="경남", pct=Decimal(60), monthly_cap=1_500_000)
    lines = [line(100_000)]
    sums = totals(lines, unit=10, subsidy=half)
    assert (sums.total, sums.subsidy, sums.payable, sums.payer) == (110_000, 60_000, 50_000, "경남")
    tight = totals(lines, unit=10, subsidy=replace(half, monthly_cap=40_000))
    assert (tight.subsidy, tight.payable) == (40_000, 70_000)


def test_a_base_fee_and_a_least_amount() -> None:
    one = [booked("10:00", "10:30")]
    runs = ran(("10:00", "10:30"))
    both = item(6000, base_fee=2_000, minimum_amount=8_000)
    assert of(charges(both, runs, one)) == {
        Component.BASE_FEE: 2_000,
        Component.TIME: 3_000,
        Component.MINIMUM: 3_000,
    }
    halved = charges(both, runs, one, discount=50)
    assert total(halved) == 4_000
    assert all(len(set(sentences(x, KST))) == 2 for x in halved)
    assert "최저 8,000원까지 3,000원 × 50 %" in sentences(halved[-1], KST)[0]


HOLIDAY = (
    PriceWindow(
        weekdays=tuple(range(7)),
        since=time(0),
        until=time(0),
        pct=Decimal(150),
        days=DayClass.HOLIDAY,
    ),
    PriceWindow(weekdays=tuple(range(7)), since=time(18), until=time(0), pct=Decimal(130)),
)


def test_a_holiday_has_its_own_price_whatever_its_weekday() -> None:
    rated = item(10_000, windows=HOLIDAY)
    one, runs = [booked("17:00", "19:00")], ran(("17:00", "19:00"))
    assert of(charges(rated, runs, one)) == {Component.TIME: 20_000, Component.SURCHARGE: 3_000}
    holiday = charges(rated, runs, one, holidays=frozenset({date(2026, 11, 12)}))
    assert of(holiday) == {Component.TIME: 20_000, Component.SURCHARGE: 10_000}


def test_an_occupied_machine_that_rests_may_cost_less() -> None:
    rests = item(10_000, basis=Basis.ACTUAL_OCCUPIED, idle_pct=Decimal(30))
    held = [booked("10:00", "13:00")]
    lines = charges(rests, ran(("10:00", "11:00"), ("12:00", "13:00")), held)
    assert total(lines) == 20_000 + 3_000


def test_what_a_draft_tariff_lacks_is_named() -> None:
    tariff = Tariff(
        effective_from=date(2026, 1, 1),
        items=(item(1, quota_group="printers", cap_group="all"),),
        quotas=(Quota(group="printer", seconds=60),),
        caps=(Cap(group="all", amount=1),),
        goods=(PLA, PLA),
    )
    found = {(p.code, p.actual) for p in tariff.problems()}
    assert found == {
        ("tariff.pool", "printer"),
        ("tariff.pool", "printers"),
        ("tariff.good_twice", "pla"),
    }
    with pytest.raises(ValueError, match="tiers rise"):
        item(1, tiers=tuple(reversed(TIERS)))


def clock(instant: datetime) -> str:
    """An instant of the example day as `ran` takes it."""
    return instant.astimezone(KST).strftime("%H:%M:%S")


def random_bookings(starts: list[tuple[int, int]]) -> list[Booking]:
    """Bookings of the example day, far enough apart that no run is both's."""
    found: list[Booking] = []
    free = 0
    for gap, length in starts:
        start = free + gap
        end = start + length
        if end >= 23 * 60:
            break
        texts = [f"{m // 60:02d}:{m % 60:02d}" for m in (start, end)]
        found.append(booked(texts[0], texts[1]))
        free = end
    return found


days = st.lists(st.tuples(st.integers(20, 90), st.integers(10, 180)), min_size=1, max_size=8).map(
    random_bookings
)


@given(
    days,
    st.integers(0, 6 * HOUR),
    st.integers(1, 300_000),
    st.integers(1, 50_000),
    st.integers(0, 100),
    st.randoms(),
)
def test_pools_are_never_overdrawn_and_order_does_not_matter(
    held: list[Booking], quota: int, cap: int, rate: int, discount: int, chance: object
) -> None:
    priced = item(
        rate, quota_group="q", cap_group="c", tiers=TIERS, overrun=Overrun(grace_seconds=10**6)
    )
    runs = ran(*((clock(b.period.start), clock(b.period.end)) for b in held))
    lines = charges(priced, runs, held, quotas=free(quota), cap=cap, discount=discount)
    shuffled = list(held)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis's random.Random
    again = charges(priced, runs, shuffled, quotas=free(quota), cap=cap, discount=discount)
    assert [(x.key, x.amount) for x in lines] == [(x.key, x.amount) for x in again]
    assert total(lines) <= cap
    used = sum(x.trace.quota_seconds for x in lines)
    assert 0 <= used <= quota
    booked_seconds = sum(b.period.seconds for b in held)
    charged = sum(p.seconds for x in lines if x.component is Component.TIME for p in x.trace.parts)
    assert charged == max(0, booked_seconds - quota)
    # A line can be checked with a calculator from its parts alone.
    for x in lines:
        if x.component is Component.TIME:
            exact = sum(
                (
                    Fraction(p.rate_per_hour) * p.seconds / 3600 * Fraction(p.pct) / 100
                    for p in x.trace.parts
                ),
                Fraction(0),
            )
            assert x.amount == floored(exact * Fraction(100 - discount, 100))


def test_the_example_machine_still_costs_what_it_did() -> None:
    assert total(charges(MC, ran(("10:00", "11:00")), [booked("10:00", "11:00")])) == 30_000


@pytest.mark.parametrize(
    ("excluded", "minutes"),
    [(("fault", "maintenance"), 90), (("fault",), 120), (("maintenance",), 90)],
)
def test_nobody_pays_for_the_time_in_which_the_centre_maintained_the_machine(
    excluded: tuple[str, ...], minutes: int
) -> None:
    lines = charges(
        item(30_000, basis=Basis.HULL, excluded_states=excluded),
        ran(("13:00", "13:30"), ("14:10", "15:00")),
        [booked("13:00", "15:00")],
        maintenance=[between("13:30", "14:00")],
    )
    assert total(lines) == 500 * minutes


@pytest.mark.parametrize("kind", ["closures", "maintenance"])
def test_whom_the_centre_kept_out_owes_nothing(kind: str) -> None:
    priced = item(40_000, no_show=NoShowFee(pct=Decimal(50)))
    assert total(charges(priced, ran(), [booked("10:00", "12:00")])) == 40_000

    def charged(shut: Period) -> list[Charge]:
        known: dict[str, Any] = {kind: [shut]}
        return charges(priced, ran(), [booked("10:00", "12:00")], **known)

    assert charged(between("09:00", "10:05")) == []
    # A closure that was over by then, or came later, kept nobody out.
    assert total(charged(between("08:00", "10:00"))) == 40_000
    # The centre itself used what it maintained; a machine may be used in a closure.
    fee = {"maintenance": 30_000, "closures": 40_000}[kind]
    assert total(charged(between("11:00", "11:30"))) == fee
