"""Local clocks that jump: windows, free hours, rules, opening hours and days are cut through
UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.billing.domain.charge import Charge, Price
from gadong.billing.domain.rate_terms import Basis, PriceWindow
from gadong.billing.domain.rating.rating import rate_month
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import Hours, Quota
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.rules.limits import OpeningWindow as RuleWindow
from gadong.booking.domain.session import sessions
from gadong.booking.domain.time_grid import next_midnight, on_grid
from gadong.booking.domain.usage import AttributionLimits, Witnesses
from gadong.core.domain import clock
from gadong.core.domain.calendar import Month, OpeningHours, open_periods
from gadong.core.domain.charge_component import Component
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, split_at, total_seconds
from gadong.metering.domain.run import Run
from tests.support.golden import MACHINE, A, booked, total

BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour, at two
HAVANA = ZoneInfo("America/Havana")  # at midnight
BEIRUT = ZoneInfo("Asia/Beirut")  # at midnight
SEOUL = ZoneInfo("Asia/Seoul")
AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)
SUNDAY = 6
HOUR = timedelta(hours=1)


def charged(
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    windows: Sequence[PriceWindow] = (),
    *,
    quotas: tuple[Quota, ...] = (),
) -> list[Charge]:
    """Return the charges of a booked stretch at 30,000 won an hour, by the minute."""
    period = Period(since, until)
    held = replace(booked("10:00", "12:00"), period=period)
    around = period.widened(before=2 * HOUR, after=2 * HOUR)
    runs = [
        Run(start=p.start, end=p.end, state=s, grade=Grade.SIGNAL)
        for p, s in zip(
            split_at(around, [period.start, period.end]),
            (State.IDLE, State.RUNNING, State.IDLE),
            strict=True,
        )
    ]
    witnesses = Witnesses(bookings=[held])
    usages = attribute(runs, witnesses, AttributionLimits(), bounds=around)
    item = RateItem(
        machine="m",
        rate_per_hour=Decimal(30_000),
        basis=Basis.BOOKED,
        increment_seconds=60,
        increment_grace_seconds=0,
        windows=tuple(windows),
        quota_group="q" if quotas else None,
    )
    price = Price(item=item, discount_pct=Decimal(0), zone=zone, quotas=quotas)
    found = sessions(MACHINE, usages, runs, witnesses, AttributionLimits())
    month = Month.of(since, zone).period(zone)
    return rate_month([(s, price) for s in found if s.company_id == A], month)


def local(day: date, at: str, zone: ZoneInfo) -> datetime:
    """A time of a day on the zone's clock."""
    return datetime.combine(day, time.fromisoformat(at), tzinfo=zone)


def window(since: str, until: str, pct: int = 200, *weekdays: int) -> PriceWindow:
    """Hours with another price."""
    return PriceWindow(
        weekdays=weekdays or tuple(range(7)),
        since=time.fromisoformat(since),
        until=time.fromisoformat(until),
        pct=Decimal(pct),
    )


@pytest.mark.parametrize(
    ("day", "base", "extra"),
    [(AUTUMN, 180_000, 60_000), (SPRING, 120_000, 0), (date(2026, 10, 18), 150_000, 30_000)],
)
def test_w17_a_window_is_as_long_as_the_clock_shows_it(day: date, base: int, extra: int) -> None:
    night = window("02:00", "03:00", 200, SUNDAY)
    lines = charged(BERLIN, local(day, "00:00", BERLIN), local(day, "05:00", BERLIN), [night])
    amounts = {line.component: line.amount for line in lines}
    assert amounts == {Component.TIME: base} | ({Component.SURCHARGE: extra} if extra else {})


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        # The half-hour from 02:30 is shown twice, and the surcharge with it.
        ("02:30", "03:00", 60),
        ("02:00", "02:30", 60),
        ("01:00", "02:30", 120),
        ("02:30", "03:30", 90),
        ("03:00", "04:00", 60),
    ],
)
def test_the_hour_that_is_shown_twice_counts_twice(since: str, until: str, minutes: int) -> None:
    start, end = local(AUTUMN, "00:00", BERLIN), local(AUTUMN, "06:00", BERLIN)
    lines = charged(BERLIN, start, end, [window(since, until)])
    assert total(lines) - 7 * 30_000 == minutes * 500


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [("02:00", "03:00", 0), ("02:30", "03:30", 30), ("01:30", "02:30", 30), ("03:00", "04:00", 60)],
)
def test_the_hour_that_is_skipped_costs_nothing(since: str, until: str, minutes: int) -> None:
    start, end = local(SPRING, "00:00", BERLIN), local(SPRING, "06:00", BERLIN)
    lines = charged(BERLIN, start, end, [window(since, until)])
    assert total(lines) - 5 * 30_000 == minutes * 500


def test_free_hours_are_as_long_as_the_clock_shows_them() -> None:
    free = Hours(weekdays=(SUNDAY,), since=time(2), until=time(3))
    quota = (Quota(group="q", seconds=100 * 3600, hours=(free,)),)
    for day, hours in ((AUTUMN, 4), (SPRING, 4)):
        lines = charged(
            BERLIN, local(day, "00:00", BERLIN), local(day, "05:00", BERLIN), quotas=quota
        )
        assert total(lines) == hours * 30_000


def test_a_day_that_begins_at_the_jump_has_its_class_from_there() -> None:
    day = date(2026, 3, 29)
    start = local(date(2026, 3, 28), "23:00", BEIRUT).astimezone(UTC)
    lines = charged(BEIRUT, start, start + 2 * HOUR, [window("00:00", "00:00", 200, SUNDAY)])
    assert clock.midnight(day, BEIRUT) == start + HOUR
    assert total(lines) == 30_000 + 60_000


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, AUTUMN, 25),
        (BERLIN, SPRING, 23),
        (LORD_HOWE, date(2026, 4, 5), 24.5),
        (LORD_HOWE, date(2026, 10, 4), 23.5),
        (HAVANA, date(2026, 3, 8), 23),
        (HAVANA, date(2026, 11, 1), 25),
        (BEIRUT, date(2026, 3, 29), 23),
        (BEIRUT, date(2026, 10, 24), 25),
        (SEOUL, AUTUMN, 24),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(zone: ZoneInfo, day: date, hours: float) -> None:
    start, end = (clock.midnight(d, zone) for d in (day, day + timedelta(days=1)))
    assert end - start == hours * HOUR
    assert next_midnight(start, zone) == end
    for moment in (start, start + (end - start) / 2, end - timedelta(seconds=1)):
        assert on_grid(moment, 24 * HOUR * 2, zone) == start
        assert next_midnight(moment, zone) == end
    whole = Period(start.astimezone(zone), end.astimezone(zone))
    assert whole.seconds == hours * 3600
    lines = charged(zone, whole.start, whole.end, [window("00:00", "00:00", 200)])
    assert total(lines) == hours * 60_000


def test_a_rule_of_hours_that_the_clock_skips_is_empty_and_no_error() -> None:
    skipped = RuleWindow(weekdays=(SUNDAY,), since=time(2), until=time(3))
    assert skipped.on(SPRING, BERLIN) is None
    late = RuleWindow(weekdays=(SUNDAY,), since=time(2, 30), until=time(4)).on(SPRING, BERLIN)
    assert late == Period(local(SPRING, "03:00", BERLIN), local(SPRING, "04:00", BERLIN))
    twice = RuleWindow(weekdays=(SUNDAY,), since=time(2), until=time(3)).on(AUTUMN, BERLIN)
    assert twice is not None
    assert twice.length == 2 * HOUR
    night = RuleWindow(weekdays=(5,), since=time(22), until=time(6)).on(
        AUTUMN - timedelta(days=1), BERLIN
    )
    assert night is not None
    assert night.length == 9 * HOUR


@pytest.mark.parametrize(
    ("fold", "by", "expected"),
    [
        # 02:30 comes twice on 25 October 2026, and not at all on 28 March 2027.
        (0, 0, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (1, 0, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (0, 1, datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
        (1, 1, datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
        (0, -1, datetime(2026, 10, 24, 0, 30, tzinfo=UTC)),
        (1, -1, datetime(2026, 10, 24, 0, 30, tzinfo=UTC)),
        (0, 154, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (1, 154, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_some_days_later_is_the_same_on_the_clock(
    fold: int, by: int, expected: datetime
) -> None:
    start = local(AUTUMN, "02:30", BERLIN).replace(fold=fold)
    assert clock.later(start.astimezone(UTC), timedelta(days=by), BERLIN) == expected


def test_opening_hours_are_cut_through_utc() -> None:
    hours = [OpeningHours(weekday=SUNDAY, opens=time(2, 30), closes=time(5))]
    for day, length in ((SPRING, 2), (AUTUMN, 3.5)):
        bounds = Period(
            clock.midnight(day, BERLIN), clock.midnight(day + timedelta(days=1), BERLIN)
        )
        assert total_seconds(open_periods(hours, [], BERLIN, bounds)) == length * 3600


def test_a_period_is_as_long_as_its_instants_are_apart() -> None:
    night = Period(local(AUTUMN, "00:00", BERLIN), local(AUTUMN, "05:00", BERLIN))
    assert night.seconds == 6 * 3600
    first = local(AUTUMN, "02:30", BERLIN)
    assert Period(first, first.replace(fold=1)).seconds == 3600


@given(
    st.sampled_from([BERLIN, LORD_HOWE, HAVANA, BEIRUT, SEOUL]),
    st.integers(0, 364 * 24 * 12),
    st.integers(1, 60 * 12),
    st.integers(0, 95),
    st.integers(1, 96),
)
def test_seconds_inside_a_window_are_those_at_which_the_clock_reads_so(
    zone: ZoneInfo, start: int, length: int, since: int, quarters: int
) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC) + start * timedelta(minutes=5)
    period = Period(begin, begin + length * timedelta(minutes=5))
    until = min(since + quarters, 96)
    hours = Hours(
        weekdays=tuple(range(7)),
        since=time(since // 4, since % 4 * 15),
        until=time(until // 4 % 24, until % 4 * 15),
    )
    parts = split_at(period, clock.edges(period, (hours.since, hours.until), zone))
    inside = sum(p.seconds for p in parts if hours.contain(p.start.astimezone(zone)))
    # No offset of these zones lies between two quarters of an hour.
    steps = [begin + n * timedelta(minutes=5) for n in range(length)]
    assert inside == 300 * sum(hours.contain(step.astimezone(zone)) for step in steps)
