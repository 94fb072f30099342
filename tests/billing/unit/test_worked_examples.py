"""Worked examples of sessions and statements (docs/reference/billing.md#worked-examples)."""

from __future__ import annotations

from datetime import time, timedelta
from decimal import Decimal

import pytest

from gadong.billing.domain.rate_terms import Basis, NoShowFee, PriceWindow, UnknownPolicy
from gadong.billing.domain.statement import totals
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import TaxType
from gadong.booking.domain.usage import CheckIn
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from tests.support.golden import CMM, MC, A, B, at, booked, charges, folded, ran, signal, total


def test_1_a_metered_job_is_billed_in_ten_minute_steps() -> None:
    runs = ran(("10:02:10", "10:47:40"), ("11:05:00", "11:58:30"))
    lines = charges(MC, runs, [booked("10:00", "12:00")])
    assert total(lines) == 50_000
    assert lines[0].trace.measured_seconds == 5_940
    assert lines[0].trace.billed_seconds == 6_000
    sums = totals(lines, unit=10)
    assert (sums.supply, sums.vat, sums.total) == (50_000, 5_000, 55_000)


@pytest.mark.parametrize(("basis", "amount"), [(Basis.HULL, 120_000), (Basis.BOOKED, 80_000)])
def test_2_booked_against_used_depends_on_the_named_basis(basis: Basis, amount: int) -> None:
    item = RateItem(
        machine="cmm", rate_per_hour=Decimal(40000), basis=basis, increment_seconds=1800
    )
    assert total(charges(item, ran(("13:20", "15:40")), [booked("13:00", "15:00")])) == amount


@pytest.mark.parametrize(("minimum", "amount"), [(1800, 3_000), (0, 1_000)])
def test_3_a_short_use_costs_the_minimum(minimum: int, amount: int) -> None:
    item = RateItem(
        machine="roughness",
        rate_per_hour=Decimal(6000),
        basis=Basis.ACTUAL_RUN,
        minimum_seconds=minimum,
    )
    assert total(charges(item, ran(("10:00:00", "10:07:12")), [booked("10:00", "10:30")])) == amount


EVENING = (PriceWindow(weekdays=(0, 1, 2, 3, 4), since=time(18), until=time(0), pct=Decimal(130)),)


@pytest.mark.parametrize(
    ("scope", "discount", "amount"),
    [
        ((Component.TIME,), 0, 108_000),
        ((Component.TIME, Component.SURCHARGE), 50, 54_000),
        ((Component.TIME,), 50, 63_000),
    ],
)
def test_4_off_hours_cost_more_and_the_discount_knows_its_scope(
    scope: tuple[Component, ...], discount: int, amount: int
) -> None:
    item = RateItem(
        machine="mc",
        rate_per_hour=Decimal(30000),
        basis=Basis.BOOKED,
        windows=EVENING,
        discount_scope=scope,
    )
    lines = charges(item, ran(("17:00", "20:00")), [booked("17:00", "20:00")], discount=discount)
    assert total(lines) == amount


def test_9_a_no_show_pays_its_share_less_what_another_made_of_it() -> None:
    item = RateItem(
        machine="cmm",
        rate_per_hour=Decimal(40000),
        basis=Basis.HULL,
        increment_seconds=1800,
        no_show=NoShowFee(pct=Decimal(50)),
    )
    # The other firm walks up and checks in after the no-show is certain, and uses 45 of the 120
    # minutes.
    walk_in = CheckIn(at=at("11:00"), until=at("11:45"), company_id=B, person_id=PersonId(new_id()))
    lines = charges(
        item, ran(("11:00", "11:45")), [booked("10:00", "12:00")], [walk_in], discount=50
    )
    assert [(line.component, line.amount, line.tax_type) for line in lines] == [
        (Component.NO_SHOW, 12_500, TaxType.OUT_OF_SCOPE)
    ]
    assert totals(lines, unit=10).vat == 0
    taxed = RateItem(
        machine="cmm",
        rate_per_hour=Decimal(40000),
        increment_seconds=1800,
        no_show=NoShowFee(pct=Decimal(50), tax_type=TaxType.TAXABLE_10),
    )
    lines = charges(
        taxed, ran(("11:00", "11:45")), [booked("10:00", "12:00")], [walk_in], discount=50
    )
    assert totals(lines, unit=10).vat == 1_250


def test_11_an_overrun_costs_more_and_takes_nothing_from_the_next() -> None:
    item = RateItem(
        machine="mc", rate_per_hour=Decimal(30000), basis=Basis.HULL, minimum_seconds=1800
    )
    bookings = [booked("10:00", "12:00", A), booked("12:00", "14:00", B)]
    arrival = CheckIn(
        at=at("12:30"), company_id=B, person_id=bookings[1].person_id, booking_id=bookings[1].id
    )
    runs = ran(("10:00", "12:25"), ("12:35", "13:50"))
    mine = charges(item, runs, bookings, [arrival], discount=50, company=A)
    theirs = charges(item, runs, bookings, [arrival], discount=50, company=B)
    assert {line.component: line.amount for line in mine} == {
        Component.TIME: 37_500,
        Component.OVERRUN: 7_500,
    }
    assert total(mine) == 45_000
    assert total(theirs) == 25_000


@pytest.mark.parametrize(
    ("policy", "grace", "amount", "counted"),
    [
        (UnknownPolicy.NOT_BILLED, 60, 30_000, 0),
        (UnknownPolicy.NOT_BILLED, 0, 35_000, 0),
        (UnknownPolicy.COUNTER_FILL, 60, 45_000, 1_620),
    ],
)
def test_12_a_gap_in_the_signal_is_unknown_until_a_counter_fills_it(
    policy: UnknownPolicy, grace: int, amount: int, counted: int
) -> None:
    heard = [
        at("09:00") + timedelta(seconds=s) for s in (*range(0, 2401, 10), *range(4200, 5400, 10))
    ]
    signals = [signal(when, Channel.ACTIVITY, "running") for when in heard]
    signals.append(signal(at("10:30:00"), Channel.ACTIVITY, "idle"))
    signals.append(signal(at("09:40:00"), Channel.RUN_SECONDS, 1200.50 * 3600))
    signals.append(signal(at("10:10:00"), Channel.RUN_SECONDS, 1200.95 * 3600))
    runs = folded(signals, heartbeat=timedelta(seconds=10))
    lengths = [(r.state, int(r.end.timestamp() - r.start.timestamp())) for r in runs if r.end][:3]
    assert lengths == [(State.RUNNING, 2_410), (State.UNKNOWN, 1_790), (State.RUNNING, 1_200)]
    item = RateItem(
        machine="mc",
        rate_per_hour=Decimal(30000),
        basis=Basis.ACTUAL_RUN,
        minimum_seconds=1800,
        increment_grace_seconds=grace,
        unknown_policy=policy,
    )
    lines = charges(item, runs, [booked("09:00", "11:00")])
    assert total(lines) == amount
    assert lines[0].trace.counter_seconds == counted


def test_14_vat_is_taken_once_per_document() -> None:
    # Lines of 15,150 + 25,250 + 35,350 + 45,450 won at ten won: VAT by line would be one or two won
    # short.
    item = RateItem(
        machine="cmm", rate_per_hour=Decimal(1515), basis=Basis.BOOKED, increment_seconds=3600
    )
    line = charges(item, ran(("10:00", "11:00")), [booked("10:00", "11:00")])[0]
    assert line.amount == 1_515
    sums = totals([line] * 8, unit=1)
    assert sums.vat == 1_212
    assert sums.vat > 8 * (line.amount // 10) + 3


def test_a_session_over_the_month_edge_is_split_and_its_rounding_goes_with_the_last_part() -> None:
    item = RateItem(machine="mc", rate_per_hour=Decimal(30000), basis=Basis.BOOKED)
    night = booked("10:00", "11:00")
    edge = at("10:25")
    month_before = Period(at("00:00"), edge)
    month_after = Period(edge, at("23:00"))
    runs = ran(("10:00", "11:00"))
    before = charges(item, runs, [night], month=month_before)
    after = charges(item, runs, [night], month=month_after)
    assert total(before) == 12_500
    assert total(before) + total(after) == total(charges(item, runs, [night])) == 30_000


def test_observed_time_that_nobody_booked_waits_in_the_queue() -> None:
    assert charges(MC, ran(("03:00", "04:00")), [booked("10:00", "12:00")]) == []


def test_the_hull_of_an_unused_but_unverifiable_booking_is_the_booking() -> None:
    unobserved = ran(observed=("00:00", "01:00"))
    assert total(charges(CMM, unobserved, [booked("13:00", "15:00")])) == 80_000
