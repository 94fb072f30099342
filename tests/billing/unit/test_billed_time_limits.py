"""Billed time at its limits: noise, the month's edge, idle prices, and least amounts of several
months.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gadong.billing.domain.charge import Price
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import Quota
from gadong.booking.domain.decision import Rulings
from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import CheckIn
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from tests.support.billing.difficult_days import of, priced
from tests.support.billing.months_that_change import NOVEMBER, instant, price, use
from tests.support.golden import KST, A, at, booked, charges, ran, total

SECOND: dict[str, Any] = {"increment_seconds": 1, "increment_grace_seconds": 0}
TEN_MINUTES: dict[str, Any] = {"increment_seconds": 600, "increment_grace_seconds": 0}
DECEMBER = Month(2026, 12).period(KST)


def walked_in(when: str = "09:55") -> list[CheckIn]:
    """Return the check-in of a person of A who has no booking."""
    return [CheckIn(at=at(when), company_id=A, person_id=PersonId(new_id()))]


# Noise: activity that is too short to be billed


@pytest.mark.parametrize("basis", [Basis.ACTUAL_RUN, Basis.ACTUAL_OCCUPIED])
@pytest.mark.parametrize(
    ("until", "seconds"), [("10:01:59", 0), ("10:02:00", 120), ("10:02:01", 121)]
)
def test_activity_below_the_noise_is_not_billed_though_it_was_booked(
    basis: Basis, until: str, seconds: int
) -> None:
    item = priced(basis, noise_seconds=120, **SECOND)
    lines = charges(item, ran(("10:00", until)), [booked("10:00", "12:00")])
    assert sum(line.trace.billed_seconds for line in lines) == seconds


@pytest.mark.parametrize("basis", [Basis.HULL, Basis.BOOKED])
def test_a_kept_booking_is_billed_however_short_it_was(basis: Basis) -> None:
    item = priced(basis, noise_seconds=120, **SECOND)
    lines = charges(item, ran(("10:00", "10:01")), [booked("10:00", "10:01")])
    assert sum(line.trace.billed_seconds for line in lines) == 60


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize(
    ("until", "seconds"), [("10:01:59", 0), ("10:02:00", 120), ("10:02:01", 121)]
)
def test_use_without_a_booking_is_billed_from_the_noise_on(
    basis: Basis, until: str, seconds: int
) -> None:
    item = priced(basis, noise_seconds=120, **SECOND)
    lines = charges(item, ran(("10:00", until)), [], walked_in())
    assert sum(line.trace.billed_seconds for line in lines) == seconds


@pytest.mark.parametrize("basis", list(Basis))
@pytest.mark.parametrize(("until", "seconds"), [("12:01:59", 0), ("12:02:00", 120)])
def test_running_on_into_a_booking_that_nobody_kept_is_noise_on_its_own(
    basis: Basis, until: str, seconds: int
) -> None:
    held = [booked("10:00", "12:00"), booked("12:00", "14:00")]
    item = priced(basis, noise_seconds=120, **SECOND)
    lines = charges(item, ran(("10:00", until)), held)
    second = [line for line in lines if str(held[1].id) in line.key]
    assert sum(line.trace.billed_seconds for line in second) == seconds


# The month's edge: measured time counts where it lies, a rounding where the last measured second
# does


@pytest.mark.parametrize(
    ("start", "end", "october", "november"),
    [
        # Ten minutes up to midnight, and their rounding, are October's to the last second.
        (-599, 0, 600, 0),
        (-601, 0, 1200, 0),
        # A second of November takes the rounding with it.
        (-600, 1, 600, 600),
        (-601, 1, 601, 599),
        (-600, 2, 600, 600),
        (0, 120, 0, 600),
        (-120, 0, 600, 0),
    ],
)
def test_a_rounding_counts_in_the_month_of_the_last_measured_second(
    start: int, end: int, october: int, november: int
) -> None:
    edge = NOVEMBER.start
    used = Period(edge + timedelta(seconds=start), edge + timedelta(seconds=end))
    assert _billed(used, TEN_MINUTES) == [october, november, 0]


def test_each_month_has_the_seconds_that_lie_in_it() -> None:
    long = Period(instant(31, 22, 10), instant(1, 3, 12))
    assert _billed(long, SECOND) == [2 * 3600, 30 * 24 * 3600, 3 * 3600]


def _billed(used: Period, terms: dict[str, Any]) -> list[int]:
    """Return the billed seconds that the lines of October, November and December say."""
    found = [(s, price(priced(Basis.ACTUAL_RUN, **terms))) for s in use(used)]
    months = (Month(2026, 10).period(KST), NOVEMBER, DECEMBER)
    return [sum(line.trace.billed_seconds for line in rate_month(found, month)) for month in months]


def test_two_stretches_of_a_booking_count_in_their_own_months() -> None:
    """An hour before midnight and half an hour after it, with a rest between, in blocks of ten
    minutes.
    """
    (session,) = use(Period(instant(31, 22, 10), instant(1, 2)))
    (usage,) = session.usages
    edge = NOVEMBER.start
    runs = (
        Period(instant(31, 22, 10), instant(31, 23, 10)),
        Period(edge + timedelta(minutes=30), edge + timedelta(minutes=55)),
    )
    split = replace(session, usages=(replace(usage, runs=runs),))
    found = [(split, price(priced(Basis.ACTUAL_RUN, **TEN_MINUTES)))]
    months = (Month(2026, 10).period(KST), NOVEMBER)
    seconds = [sum(line.trace.billed_seconds for line in rate_month(found, m)) for m in months]
    assert seconds == [3600, 1800]


# Use without a booking, and the price of rest


@pytest.mark.parametrize("basis", list(Basis))
def test_use_without_a_booking_is_billed_by_its_activity_whatever_the_basis(basis: Basis) -> None:
    lines = charges(
        priced(basis, **SECOND), ran(("10:00", "10:20"), ("10:25", "11:00")), [], walked_in()
    )
    seconds = 55 * 60 if basis is Basis.ACTUAL_RUN else 3600
    assert [(line.component, line.trace.billed_seconds) for line in lines] == [
        (Component.TIME, seconds)
    ]


@pytest.mark.parametrize(
    ("basis", "amount"),
    [
        # An hour of two rested; only an occupied machine has a price of its rest.
        (Basis.ACTUAL_OCCUPIED, 45_000),
        (Basis.HULL, 60_000),
        (Basis.BOOKED, 60_000),
        (Basis.ACTUAL_RUN, 30_000),
    ],
)
def test_only_an_occupied_machine_has_a_price_of_its_rest(basis: Basis, amount: int) -> None:
    item = priced(basis, idle_pct=Decimal(50))
    runs = ran(("10:00", "10:30"), ("11:30", "12:00"))
    came = CheckIn(at=at("10:00"), until=at("12:00"), company_id=A, person_id=PersonId(new_id()))
    held = [booked("10:00", "12:00")]
    assert total(charges(item, runs, held, [replace(came, booking_id=held[0].id)])) == amount


def test_a_decided_length_has_the_price_of_running_where_nobody_was_seen() -> None:
    """No signal speaks of the first hour, and the rest in the second is nobody's presence."""
    silent = [
        replace(run, state=State.UNKNOWN if run.start < at("11:00") else State.IDLE)
        for run in ran(("11:00", "11:01"))
    ]
    item = priced(Basis.ACTUAL_OCCUPIED, idle_pct=Decimal(50))
    decided = Rulings(seconds=3600, reason="관리자 확인")
    assert total(charges(item, silent, [booked("10:00", "12:00")], rulings=decided)) == 30_000


# Least amounts over the month's edges

HOURLY = priced(increment_seconds=3600, increment_grace_seconds=0, quota_group="free")


@pytest.mark.parametrize(
    ("least", "won"), [(59_999, 0), (60_000, 0), (60_001, 1), (75_000, 15_000)]
)
def test_an_early_start_in_the_month_before_counts_once_for_a_least_amount(
    least: int, won: int
) -> None:
    """Booked from midnight, begun ten minutes before it: 60,000 won in all, 5,000 of them
    October's.
    """
    item = replace(HOURLY, increment_seconds=600, minimum_amount=least)
    edge = NOVEMBER.start
    found = _early(item, edge)
    assert of(rate_month(found, NOVEMBER)).get(Component.MINIMUM, 0) == won


def _early(item: RateItem, edge: datetime) -> list[tuple[Session, Price]]:
    (session,) = use(Period(edge, edge + timedelta(minutes=110)))
    (usage,) = session.usages
    whole = Period(edge - timedelta(minutes=10), usage.period.end)
    early = replace(
        session,
        usages=(replace(usage, period=whole, runs=(whole,)),),
        occupied=whole,
        own_time=(whole,),
    )
    return [(early, price(item))]


@pytest.mark.parametrize("length", [5, 9, 10, 11])
def test_a_least_amount_counts_the_free_time_of_every_month_it_spans(length: int) -> None:
    """Ten free hours a month: October's two and the first ten of November and of December."""
    (session,) = use(Period(instant(31, 22, 10), instant(1, length, 12)))
    cost = (30 * 24 - 10 + max(0, length - 10)) * 30_000
    quotas = (Quota(group="free", seconds=10 * 3600),)
    for more in (0, 1, 1000):
        found = [(session, price(replace(HOURLY, minimum_amount=cost + more), quotas=quotas))]
        lines = of(rate_month(found, Month(2026, 10).period(KST)))
        assert lines.get(Component.MINIMUM, 0) == more
