"""Terms that few tariffs have: a fee for each overrun, free time bound to hours, fees off the list,
what a programme covers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.rate_terms import Basis, CancelTier, FeeBase, NoShowFee, Overrun
from gadong.billing.domain.statement import totals
from gadong.billing.domain.subsidy import COVERABLE, Subsidy
from gadong.billing.domain.tariff import RateItem, Tariff
from gadong.billing.domain.tariff_terms import DayClass, Hours, Quota, TaxType, VatMode
from gadong.booking.domain.booking import BookingState
from gadong.core.domain.charge_component import Component
from gadong.core.domain.period import Period
from tests.support.golden import DAY, KST, MONTH, at, booked, charges, ran, total

WEEK = tuple(range(7))
EVENING = Hours(weekdays=WEEK, since=time(18), until=time(0))
HALF = NoShowFee(pct=Decimal(50))


def item(rate: int = 30_000, **more: object) -> RateItem:
    """A machine that is billed for booking and use together, by the minute."""
    plain: dict[str, object] = {
        "basis": Basis.HULL,
        "increment_seconds": 60,
        "increment_grace_seconds": 0,
    }
    terms: dict[str, Any] = {**plain, **more}
    return RateItem(machine="m", rate_per_hour=Decimal(rate), **terms)  # by name


def of(lines: list[Charge]) -> dict[Component, int]:
    """The amounts by component."""
    return {line.component: line.amount for line in lines}


def test_an_overrun_costs_its_fee_once_it_is_longer_than_borne() -> None:
    priced = item(overrun=Overrun(grace_seconds=600, pct_free_slot=Decimal(150), flat=5_000))
    assert of(charges(priced, ran(("10:00", "11:10")), [booked("10:00", "11:00")])) == {
        Component.TIME: 35_000
    }
    lines = charges(priced, ran(("10:00", "11:20")), [booked("10:00", "11:00")])
    assert of(lines) == {Component.TIME: 40_000, Component.OVERRUN: 10_000}
    korean, english = sentences(lines[-1], KST)
    assert "20분 × 30,000원/시간 × 50 % + 1회 5,000원" in korean
    assert "20 min × KRW 30,000/h × 50 % + KRW 5,000 once" in english
    only = item(overrun=Overrun(grace_seconds=600, pct_free_slot=Decimal(100), flat=5_000))
    (_, line) = charges(only, ran(("10:00", "11:20")), [booked("10:00", "11:00")])
    assert line.amount == 5_000
    assert "→ 1회 5,000원" in sentences(line, KST)[0]


def test_an_overruns_fee_counts_towards_the_least_amount_and_falls_in_one_month() -> None:
    priced = item(overrun=Overrun(flat=5_000), minimum_amount=50_000)
    lines = charges(priced, ran(("10:00", "11:20")), [booked("10:00", "11:00")])
    assert of(lines) == {Component.TIME: 40_000, Component.OVERRUN: 5_000, Component.MINIMUM: 5_000}
    edge = Period(at("11:00"), MONTH.end)
    before = charges(
        priced,
        ran(("10:00", "11:20")),
        [booked("10:00", "11:00")],
        month=Period(MONTH.start, edge.start),
    )
    after = charges(priced, ran(("10:00", "11:20")), [booked("10:00", "11:00")], month=edge)
    assert (of(before).get(Component.OVERRUN, 0), of(after)[Component.OVERRUN]) == (0, 5_000)
    assert total(before) + total(after) == total(lines)


def test_free_time_that_is_bound_to_hours_is_used_in_them_and_first() -> None:
    held = [booked("17:00", "19:00")]
    runs = ran(("17:00", "19:00"))
    evenings = Quota(group="all", seconds=7_200, hours=(EVENING,))
    priced = item(quota_group="all")
    (line,) = charges(priced, runs, held, quotas=(evenings,))
    assert (line.amount, line.trace.quota_seconds) == (30_000, 3_600)
    always = Quota(group="all", seconds=1_800)
    tariff = Tariff(effective_from=DAY.date(), items=(priced,), quotas=(always, evenings))
    assert tariff.quotas_of("all", None) == (evenings, always)
    (line,) = charges(priced, runs, held, quotas=tariff.quotas_of("all", None))
    assert (line.amount, line.trace.quota_seconds) == (15_000, 5_400)


def test_free_time_of_holidays_is_free_on_holidays() -> None:
    whole = Hours(weekdays=WEEK, since=time(0), until=time(0), days=DayClass.HOLIDAY)
    quotas = (Quota(group="all", seconds=36_000, hours=(whole,)),)
    held, runs = [booked("10:00", "12:00")], ran(("10:00", "12:00"))
    assert total(charges(item(quota_group="all"), runs, held, quotas=quotas)) == 60_000
    off = frozenset({DAY.date()})
    assert total(charges(item(quota_group="all"), runs, held, quotas=quotas, holidays=off)) == 0


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(12, 21), st.integers(1, 10))
def test_no_second_is_free_twice(always: int, evening: int, begins: int, hours: int) -> None:
    quotas = (
        Quota(group="all", seconds=evening, hours=(EVENING,)),
        Quota(group="all", seconds=always),
    )
    ends = f"{begins + hours}:00" if begins + hours < 24 else "23:59"
    held = booked(f"{begins}:00", ends)
    period = held.period
    priced = item(quota_group="all", basis=Basis.BOOKED)
    lines = charges(priced, ran((f"{begins}:00", ends)), [held], quotas=quotas)
    used = sum(x.trace.quota_seconds for x in lines)
    late = period.overlap(Period(at("18:00"), at("23:59")))
    of_evening = min(quotas[0].seconds, late.seconds if late else 0)
    assert used == of_evening + min(quotas[1].seconds, period.seconds - of_evening)
    charged = sum(p.seconds for x in lines if x.component is Component.TIME for p in x.trace.parts)
    assert charged == period.seconds - used


@pytest.mark.parametrize(
    ("base", "amount", "said"), [(FeeBase.NET, 15_000, "순금액"), (FeeBase.LIST, 30_000, "정가")]
)
def test_a_fee_is_of_what_would_have_been_paid_or_of_the_list(
    base: FeeBase, amount: int, said: str
) -> None:
    priced = item(
        no_show=replace(HALF, base=base), late_cancel=(CancelTier(lead_seconds=0, pct=Decimal(50)),)
    )
    (missed,) = charges(priced, ran(), [booked("10:00", "12:00")], discount=50)
    assert missed.amount == amount
    assert said in sentences(missed, KST)[0]
    given_up = replace(
        booked("10:00", "12:00"), state=BookingState.CANCELLED, cancelled_at=at("09:30")
    )
    (late,) = charges(priced, ran(), [given_up], discount=50)
    assert late.amount == amount


def line(component: Component, amount: int, tax: TaxType = TaxType.TAXABLE_10) -> Charge:
    """A line of so much."""
    (made,) = charges(item(), ran(("10:00", "11:00")), [booked("10:00", "11:00")])
    return replace(made, component=component, amount=amount, tax_type=tax)


@pytest.mark.parametrize(
    ("covers", "subsidy"),
    [
        ((), 66_000),
        (("time",), 54_000),
        (("material",), 12_000),
        (("time", "material"), 66_000),
        (("training",), 0),
    ],
)
def test_a_programme_pays_for_what_it_covers(covers: tuple[str, ...], subsidy: int) -> None:
    programme = Subsidy(
        name="바우처", payer="경남", pct=Decimal(60), monthly_cap=1_500_000, covers=covers
    )
    sold = [
        line(Component.TIME, 100_000),
        line(Component.CAP, -10_000),
        line(Component.MATERIAL, 20_000),
    ]
    fee = line(Component.NO_SHOW, 5_000, TaxType.OUT_OF_SCOPE)
    assert totals([*sold, fee], unit=1, subsidy=programme).subsidy == subsidy


def test_a_programme_pays_for_what_it_covers_without_the_tax_that_prices_hold() -> None:
    programme = Subsidy(
        name="바우처", payer="경남", pct=Decimal(100), monthly_cap=1_500_000, covers=("time",)
    )
    sold = [line(Component.TIME, 110_000), line(Component.MATERIAL, 22_000)]
    sums = totals(sold, unit=1, vat_mode=VatMode.INCLUSIVE, subsidy=programme)
    assert (sums.supply, sums.subsidy) == (120_000, 100_000)


def test_what_no_programme_can_cover_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=f"covers may hold {', '.join(COVERABLE)}"):
        Subsidy(name="바우처", payer="경남", pct=Decimal(60), monthly_cap=1, covers=("no_show",))
    with pytest.raises(ValueError, match="cannot be negative"):
        Overrun(flat=-1)
    with pytest.raises(ValueError, match="split one that crosses midnight"):
        Hours(weekdays=(0,), since=time(22), until=time(6))


def test_hours_end_with_their_day() -> None:
    assert EVENING.contain(at("23:59"))
    assert EVENING.contain(at("18:00"))
    assert not EVENING.contain(at("17:59"))
