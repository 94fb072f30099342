"""Every quota of the rule book at its exact value and one step beyond: days, weeks, months, gaps,
strikes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Wish
from gadong.booking.domain.rules.limits import OpeningWindow
from gadong.booking.domain.rules.policy import check
from gadong.booking.domain.rules.quota import stopped_until
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from tests.support.golden import at
from tests.support.wishes import DAY, EVERY_DAY, HOUR, MINUTE, NOW, Limit, facts, own, refusal, wish

QUOTAS: list[Limit] = [
    (
        "bookings a day, of which a missed one counts and a cancelled one does not",
        (
            wish("15:00", "16:00"),
            facts(
                {"day_bookings": 2},
                counted=[
                    own("10:00", "11:00", BookingState.NO_SHOW),
                    own("12:00", "13:00", BookingState.CANCELLED),
                    own("12:00", "13:00", is_own=False),
                    own("12:00", "13:00", is_here=False),
                ],
            ),
        ),
        (
            wish("15:00", "16:00"),
            facts(
                {"day_bookings": 2},
                counted=[
                    own("10:00", "11:00", BookingState.NO_SHOW),
                    own("12:00", "13:00", BookingState.OFFERED),
                ],
            ),
        ),
        refusal("booking.day_bookings", limit=2, actual=3),
    ),
    (
        "bookings to come",
        (
            wish("15:00", "16:00"),
            facts({"ahead_bookings": 2}, counted=[own("07:00", "08:00"), own("09:00", "10:00")]),
        ),
        (
            wish("15:00", "16:00"),
            facts({"ahead_bookings": 2}, counted=[own("07:00", "08:01"), own("09:00", "10:00")]),
        ),
        refusal("booking.ahead_bookings", limit=2, actual=3),
    ),
    (
        "time to come",
        (
            wish("15:00", "16:00"),
            facts({"ahead": 2 * HOUR, "longest": HOUR}, counted=[own("09:00", "10:00")]),
        ),
        (
            wish("15:00", "16:00"),
            facts({"ahead": 2 * HOUR, "longest": HOUR}, counted=[own("09:00", "10:01")]),
        ),
        refusal("booking.ahead_minutes", limit=120, actual=121),
    ),
    (
        "time a day, which a missed booking counts in",
        (
            wish("15:00", "16:00"),
            facts(
                {"day": 2 * HOUR, "longest": HOUR},
                counted=[own("09:00", "10:00"), own("12:00", "13:00", BookingState.CANCELLED)],
            ),
        ),
        (
            wish("15:00", "16:00"),
            facts(
                {"day": 2 * HOUR, "longest": HOUR},
                counted=[own("09:00", "09:31"), own("12:00", "12:30", BookingState.NO_SHOW)],
            ),
        ),
        refusal("booking.day_minutes", limit=120, actual=121),
    ),
    (
        "hours that no quota counts",
        (
            wish("15:00", "16:00"),
            facts(
                {
                    "day": 2 * HOUR,
                    "longest": HOUR,
                    "quota_exempt": (
                        OpeningWindow(weekdays=EVERY_DAY, since=time(6), until=time(9)),
                    ),
                },
                counted=[own("07:00", "10:00")],
            ),
        ),
        (
            wish("15:00", "16:00"),
            facts(
                {
                    "day": 2 * HOUR,
                    "longest": HOUR,
                    "quota_exempt": (
                        OpeningWindow(weekdays=EVERY_DAY, since=time(6), until=time(8, 59)),
                    ),
                },
                counted=[own("07:00", "10:00")],
            ),
        ),
        refusal("booking.day_minutes", limit=120, actual=121),
    ),
    (
        "a gap on either side",
        (
            wish("10:00", "11:00"),
            facts({"gap": 30 * MINUTE}, counted=[own("09:00", "09:30"), own("11:30", "12:00")]),
        ),
        (
            wish("10:00", "11:00"),
            facts({"gap": 30 * MINUTE}, counted=[own("09:00", "09:31"), own("11:20", "12:00")]),
        ),
        refusal("booking.gap", limit=30, actual=20),
    ),
    (
        "a gap before",
        (wish("10:00", "11:00"), facts({"gap": 30 * MINUTE}, counted=[own("09:00", "09:30")])),
        (wish("10:00", "11:00"), facts({"gap": 30 * MINUTE}, counted=[own("09:00", "09:31")])),
        refusal("booking.gap", limit=30, actual=29),
    ),
    (
        "a gap to oneself",
        (
            wish("10:00", "11:00"),
            facts(
                {"gap": 30 * MINUTE},
                counted=[
                    own("10:30", "11:30", BookingState.CANCELLED),
                    own("09:00", "12:00", is_here=False),
                ],
            ),
        ),
        (wish("10:00", "11:00"), facts({"gap": 30 * MINUTE}, counted=[own("10:30", "11:30")])),
        refusal("booking.gap", limit=30, actual=0),
    ),
    (
        "a company's month, of all its people",
        (
            wish("10:00", "11:00"),
            facts(
                {"company_month": 2 * HOUR},
                counted=[
                    own("12:00", "13:00", is_own=False),
                    own("14:00", "15:00", is_here=False),
                    own("14:00", "15:00", BookingState.NO_SHOW),
                ],
            ),
        ),
        (
            wish("10:00", "11:00"),
            facts({"company_month": 2 * HOUR}, counted=[own("12:00", "13:01", is_own=False)]),
        ),
        refusal(
            "booking.company_month_minutes",
            limit=120,
            actual=121,
            details={"month": "2026-11", "left": 59, "free_from": "2026-11-30T15:00:00Z"},
        ),
    ),
]


@pytest.mark.parametrize(
    ("allowed", "refused", "problem"), [c[1:] for c in QUOTAS], ids=[c[0] for c in QUOTAS]
)
def test_each_quota_holds_at_its_value_and_speaks_beyond_it(
    allowed: tuple[Wish, Facts], refused: tuple[Wish, Facts], problem: Problem
) -> None:
    assert check(*allowed, now=NOW) == []
    assert check(*refused, now=NOW) == [problem]


def test_what_ended_is_not_to_come() -> None:
    over = wish("06:00", "08:00")
    limits = facts({"ahead_bookings": 0, "ahead": HOUR, "longest": HOUR})
    assert "booking.ahead_bookings" not in {p.code for p in check(over, limits, now=NOW)}
    assert "booking.ahead_minutes" not in {p.code for p in check(over, limits, now=NOW)}
    ahead = [p.code for p in check(wish("06:00", "08:01"), limits, now=NOW)]
    assert {"booking.ahead_bookings", "booking.ahead_minutes"} <= set(ahead)


def week_of(*minutes: int) -> list[HeldBooking]:
    """A booking on each day from the Monday of the example week on, so many minutes long."""
    monday = at("12:00") - 3 * DAY
    return [
        HeldBooking(
            period=Period(monday + n * DAY, monday + n * DAY + length * MINUTE),
            state=BookingState.CONFIRMED,
        )
        for n, length in enumerate(minutes)
        if length
    ]


def test_a_week_runs_from_monday_to_sunday() -> None:
    rules = {"week": 3 * HOUR, "longest": 3 * HOUR}
    full = week_of(60, 0, 0, 0, 0, 0, 60)
    assert check(wish(), facts(rules, counted=full), now=NOW) == []
    over = refusal("booking.week_minutes", limit=180, actual=181)
    assert check(wish(), facts(rules, counted=week_of(60, 0, 0, 0, 0, 0, 61)), now=NOW) == [over]
    monday_after = week_of(60, 0, 0, 0, 0, 0, 60, 500)
    assert check(wish(), facts(rules, counted=monday_after), now=NOW) == []
    sunday_before = HeldBooking(
        period=Period(at("00:00") - 3 * DAY - 5 * HOUR, at("00:00") - 3 * DAY),
        state=BookingState.CONFIRMED,
    )
    assert check(wish(), facts(rules, counted=[*full, sunday_before]), now=NOW) == []


def test_of_two_days_the_fuller_is_named() -> None:
    night = wish(period=Period(at("23:00"), at("01:00") + DAY))
    tomorrow = HeldBooking(
        period=Period(at("12:00") + DAY, at("12:59") + DAY), state=BookingState.CONFIRMED
    )
    room = facts(
        {"day": 2 * HOUR, "longest": 2 * HOUR},
        opened=[Period(NOW, NOW + 5 * DAY)],
        counted=[own("12:00", "13:09"), tomorrow],
    )
    assert check(night, room, now=NOW) == [refusal("booking.day_minutes", limit=120, actual=129)]
    later = replace(tomorrow, period=Period(at("12:00") + DAY, at("13:11") + DAY))
    room = replace(room, counted=[own("12:00", "13:09"), later])
    assert check(night, room, now=NOW) == [refusal("booking.day_minutes", limit=120, actual=131)]


def struck(days_ago: int, state: BookingState = BookingState.NO_SHOW, **more: Any) -> HeldBooking:
    """A booking that was missed or given up late, so many days before now, elsewhere or here."""
    start = NOW - days_ago * DAY
    return HeldBooking(period=Period(start, start + HOUR), state=state, **more)


@pytest.mark.parametrize(
    ("bookings", "until"),
    [
        ([struck(1), struck(2)], None),
        ([struck(1), struck(2), struck(3)], NOW + 29 * DAY),
        ([struck(1), struck(2), struck(3, is_own=False)], None),
        ([struck(1), struck(2), struck(3, is_here=False)], NOW + 29 * DAY),
        ([struck(1), struck(2), struck(3, BookingState.CANCELLED, was_late=True)], None),
        (
            [
                struck(1),
                struck(2),
                *(struck(3, BookingState.CANCELLED, was_late=True) for _ in "ab"),
            ],
            NOW + 29 * DAY,
        ),
        ([struck(1), struck(2), struck(3, BookingState.COMPLETED)], None),
        # The point of 91 days ago is 90 days before the last: it counts no more.
        ([struck(1), struck(2), struck(91)], None),
        ([struck(1), struck(2), struck(90)], NOW + 29 * DAY),
        # A stop of thirty days that began thirty days ago is over.
        ([struck(30), struck(31), struck(32)], None),
        ([struck(29), struck(31), struck(32)], NOW + DAY),
        ([struck(0), struck(1), struck(2)], NOW + 30 * DAY),
        # A booking missed tomorrow has stopped nobody yet.
        ([struck(-1), struck(1), struck(2)], None),
    ],
)
def test_three_points_in_ninety_days_stop_for_thirty(
    bookings: list[HeldBooking], until: datetime | None
) -> None:
    rules = {"strikes": 3, "strike": 90 * DAY, "stop": 30 * DAY}
    room = facts(rules, counted=bookings)
    assert stopped_until(room, NOW) == until
    expected = [refusal("booking.strikes", limit=3, actual=write_instant(until))] if until else []
    assert [p for p in check(wish(), room, now=NOW) if p.code == "booking.strikes"] == expected


def test_a_company_month_is_the_centres_own() -> None:
    first = at("00:30") + 19 * DAY
    wanted = wish(period=Period(first, first + HOUR))
    december = [
        HeldBooking(period=Period(first + DAY, first + DAY + HOUR), state=BookingState.CONFIRMED)
    ]
    november = [
        HeldBooking(period=Period(first - HOUR, first - HOUR / 2), state=BookingState.CONFIRMED)
    ]
    room = facts(
        {"company_month": 2 * HOUR}, opened=[Period(NOW, NOW + 40 * DAY)], counted=december
    )
    assert check(wanted, room, now=NOW) == []
    assert check(wanted, replace(room, counted=[*december, *november]), now=NOW) == []
    more = [
        HeldBooking(
            period=Period(first + 2 * DAY, first + 2 * DAY + MINUTE), state=BookingState.CONFIRMED
        )
    ]
    (over,) = check(wanted, replace(room, counted=[*december, *more]), now=NOW)
    assert (over.code, over.limit, over.actual) == ("booking.company_month_minutes", 120, 121)
    assert over.details["left"] == 59


def test_a_full_day_of_the_same_week_does_not_count() -> None:
    full = HeldBooking(
        period=Period(at("10:00") - 2 * DAY, at("16:00") - 2 * DAY), state=BookingState.CONFIRMED
    )
    room = facts({"day": 2 * HOUR, "longest": HOUR}, counted=[full])
    assert check(wish(), room, now=NOW) == []
