"""Days of a stay, on the centre's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.stays.domain.days import Days, start_of

KST = ZoneInfo("Asia/Seoul")
FEBRUARY = Days.of_month(Month(2028, 2))


@pytest.mark.parametrize(
    ("first", "end", "count"),
    [
        (date(2028, 1, 1), date(2028, 2, 1), 0),
        (date(2028, 1, 1), date(2028, 2, 2), 1),
        (date(2028, 2, 29), date(2028, 3, 9), 1),
        (date(2028, 3, 1), date(2028, 3, 9), 0),
        (date(2028, 1, 1), date(2029, 1, 1), 29),
        (date(2028, 2, 10), date(2028, 2, 10), 0),
    ],
    ids=["before", "first", "last", "after", "whole", "none"],
)
def test_days_that_two_stretches_share(first: date, end: date, count: int) -> None:
    assert Days(first, end).common(FEBRUARY).count == count
    assert FEBRUARY.common(Days(first, end)).count == count


@pytest.mark.parametrize(
    ("start", "first"),
    [
        (datetime(2028, 1, 31, 15, tzinfo=UTC), date(2028, 2, 1)),
        (datetime(2028, 1, 31, 15, 0, 1, tzinfo=UTC), date(2028, 2, 2)),
        (datetime(2028, 1, 31, 14, 59, 59, tzinfo=UTC), date(2028, 2, 1)),
    ],
    ids=["at midnight", "a second after", "a second before"],
)
def test_a_day_belongs_to_the_stretch_in_which_it_begins(start: datetime, first: date) -> None:
    period = Period(start, start_of(date(2028, 3, 1), KST))
    assert Days.begun_in(period, KST) == Days(first, date(2028, 3, 1))
    before = Period(start_of(date(2028, 1, 1), KST), start)
    assert Days.begun_in(before, KST).end == first


def test_a_day_whose_midnight_the_clock_skips_begins_with_the_jump() -> None:
    zone = ZoneInfo("America/Santiago")
    jump = start_of(date(2026, 9, 6), zone)
    assert jump.astimezone(zone).hour == 1
    assert Days.begun_in(Period(jump, start_of(date(2026, 9, 7), zone)), zone).count == 1
