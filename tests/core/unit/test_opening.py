"""Opening hours: past midnight, from a day on, and on holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gadong.booking.domain.rules.limits import OpeningWindow, Rules
from gadong.core.domain.calendar import Opening, OpeningHours, Week, open_periods, overlapping
from gadong.core.domain.period import Period

KST = ZoneInfo("Asia/Seoul")
# A Monday.
MONDAY = date(2026, 11, 23)
WEEK = [0, 1, 2, 3, 4, 5, 6]


def at(day: int, clock: str) -> datetime:
    """An instant so many days after the Monday."""
    return datetime.combine(MONDAY + timedelta(days=day), time.fromisoformat(clock), tzinfo=KST)


def period(day: int, since: str, last: int, until: str) -> Period:
    """From one day's hour to another's."""
    return Period(at(day, since), at(last, until))


def hours(weekday: int, opens: str, closes: str) -> OpeningHours:
    """One entry of a week."""
    return OpeningHours(
        weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
    )


@pytest.mark.parametrize(
    ("entry", "opened"),
    [
        (hours(0, "18:00", "02:00"), period(0, "18:00", 1, "02:00")),
        (hours(0, "18:00", "00:00"), period(0, "18:00", 1, "00:00")),
        (hours(0, "00:00", "00:00"), period(0, "00:00", 1, "00:00")),
        # Equal times are 24 hours, at midnight or not.
        (hours(0, "10:00", "10:00"), period(0, "10:00", 1, "10:00")),
        (hours(0, "10:00", "10:01"), period(0, "10:00", 0, "10:01")),
        (hours(0, "10:01", "10:00"), period(0, "10:01", 1, "10:00")),
    ],
)
def test_hours_cross_midnight_as_they_say(entry: OpeningHours, opened: Period) -> None:
    assert open_periods([entry], [], KST, period(-1, "00:00", 3, "00:00")) == [opened]
    # Hours that began the day before reach into bounds that begin at midnight.
    after = opened.overlap(period(1, "00:00", 2, "00:00"))
    assert open_periods([entry], [], KST, period(1, "00:00", 2, "00:00")) == (
        [after] if after else []
    )


@pytest.mark.parametrize(
    ("entries", "overlap"),
    [
        ([hours(0, "09:00", "12:00"), hours(0, "12:00", "18:00")], False),
        ([hours(0, "09:00", "12:01"), hours(0, "12:00", "18:00")], True),
        ([hours(0, "18:00", "02:00"), hours(1, "02:00", "12:00")], False),
        ([hours(0, "18:00", "02:00"), hours(1, "01:59", "12:00")], True),
        # Sunday's night reaches into Monday.
        ([hours(6, "18:00", "02:00"), hours(0, "02:00", "12:00")], False),
        ([hours(6, "18:00", "02:01"), hours(0, "02:00", "12:00")], True),
        ([hours(0, "09:00", "18:00"), hours(0, "09:00", "18:00")], True),
        ([hours(0, "10:00", "10:00")], False),
        ([], False),
    ],
)
def test_overlapping_hours_are_refused(entries: list[OpeningHours], overlap: bool) -> None:
    assert (overlapping(entries) is not None) == overlap


def test_a_week_holds_from_its_day_on() -> None:
    weeks = [
        Week(since=date.min, hours=tuple(hours(d, "09:00", "18:00") for d in WEEK)),
        Week(since=MONDAY + timedelta(days=1), hours=(hours(1, "10:00", "11:00"),)),
    ]
    found = Opening(weeks=weeks).periods(KST, period(-1, "00:00", 3, "00:00"))
    assert found == [
        period(-1, "09:00", -1, "18:00"),
        period(0, "09:00", 0, "18:00"),
        period(1, "10:00", 1, "11:00"),
    ]


@pytest.mark.parametrize(
    ("rules", "opened"),
    [
        (Rules(holidays="open"), [period(0, "18:00", 1, "02:00"), period(1, "18:00", 2, "02:00")]),
        # The eve's night goes on; the holiday's own does not begin.
        (Rules(holidays="closed"), [period(0, "18:00", 1, "02:00")]),
        (
            Rules(
                holidays="own",
                holiday_hours=(OpeningWindow(weekdays=(1,), since=time(10), until=time(12)),),
            ),
            [period(0, "18:00", 1, "02:00"), period(1, "10:00", 1, "12:00")],
        ),
        (
            Rules(
                holidays="closed",
                opening_hours=(OpeningWindow(weekdays=(1, 2), since=time(6), until=time(7)),),
            ),
            [period(2, "06:00", 2, "07:00")],
        ),
    ],
)
def test_holidays_are_what_the_rule_says(rules: Rules, opened: list[Period]) -> None:
    weeks = [Week(since=date.min, hours=(hours(0, "18:00", "02:00"), hours(1, "18:00", "02:00")))]
    opening = rules.opening(weeks, {MONDAY + timedelta(days=1)})
    assert opening.periods(KST, period(0, "00:00", 3, "00:00")) == opened


def test_holidays_with_hours_of_their_own_need_some() -> None:
    with pytest.raises(ValueError, match="holiday_hours"):
        Rules(holidays="own")
