"""Quotas of a month and of days in a row: at their value, beyond it, and when they are free."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Wish
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.rules.policy import check
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem
from gadong.texts.refusals import sentences
from tests.support.golden import at
from tests.support.wishes import DAY, HOUR, MINUTE, NOW, facts, wish

# The wish is at ten o'clock of 12 November 2026, a Thursday.
MISSED, CANCELLED = BookingState.NO_SHOW, BookingState.CANCELLED


def on_day(days: int, hours: float = 1, **more: Any) -> HeldBooking:
    """A booking so many days after the wish."""
    start = at("10:00") + days * DAY
    return HeldBooking(
        period=Period(start, start + timedelta(hours=hours)),
        **{"state": BookingState.CONFIRMED, **more},
    )


def room(rules: dict[str, Any], *counted: HeldBooking, **more: Any) -> Facts:
    """A machine that is open day and night."""
    always = [Period(NOW - 40 * DAY, NOW + 90 * DAY)]
    return facts({"horizon": 90 * DAY, **rules}, opened=always, counted=counted, **more)


def only(wanted: Wish, given: Facts) -> Problem:
    (problem,) = check(wanted, given, now=NOW)
    return problem


OTHERS: dict[str, Any] = {"is_own": False}
ELSEWHERE: dict[str, Any] = {"is_companys": False}


@pytest.mark.parametrize(
    ("rules", "allowed", "refused", "actual", "left", "free_from"),
    [
        (
            {"month_bookings": 3},
            [on_day(-11), on_day(1, state=MISSED), on_day(2, state=CANCELLED), on_day(-12)],
            [on_day(-11), on_day(1, state=MISSED), on_day(18, state=BookingState.OFFERED)],
            4,
            0,
            "2026-11-30T15:00:00Z",
        ),
        # The months to come are looked at too: December is full already.
        (
            {"month_bookings": 1},
            [on_day(19), on_day(3, **OTHERS)],
            [on_day(1), on_day(19)],
            2,
            0,
            "2026-12-31T15:00:00Z",
        ),
        # A person's quota counts what they book for another company, a company's does not.
        (
            {"month_bookings": 2},
            [on_day(1)],
            [on_day(1), on_day(2, **ELSEWHERE)],
            3,
            0,
            "2026-11-30T15:00:00Z",
        ),
        (
            {"company_month_bookings": 2},
            [on_day(1), on_day(2, **ELSEWHERE)],
            [on_day(1), on_day(2, **OTHERS)],
            3,
            0,
            "2026-11-30T15:00:00Z",
        ),
        (
            {"company_month": 2 * HOUR},
            [on_day(1), on_day(2, **ELSEWHERE), on_day(3, state=MISSED)],
            [on_day(1, hours=1.5, **OTHERS)],
            150,
            30,
            "2026-11-30T15:00:00Z",
        ),
        (
            {"month": 2 * HOUR, "longest": HOUR},
            [on_day(1, hours=0.5), on_day(2, hours=0.5, state=MISSED), on_day(3, **OTHERS)],
            [on_day(1), on_day(2, hours=1, **ELSEWHERE)],
            180,
            0,
            "2026-11-30T15:00:00Z",
        ),
    ],
)
def test_a_months_quota_holds_and_says_what_is_left(
    rules: dict[str, Any],
    allowed: list[HeldBooking],
    refused: list[HeldBooking],
    actual: int,
    left: int,
    free_from: str,
) -> None:
    assert check(wish(), room(rules, *allowed), now=NOW) == []
    problem = only(wish(), room(rules, *refused))
    assert (problem.actual, problem.overridable_by) == (actual, "manager")
    assert problem.details == {"month": "2026-11", "left": left, "free_from": free_from}


def test_time_over_the_turn_of_the_month_counts_in_both() -> None:
    start = at("22:00") + 18 * DAY  # the last of November
    night = wish(period=Period(start, start + 4 * HOUR))
    rules = {"month": 4 * HOUR, "longest": 4 * HOUR}
    november, december = on_day(-1, hours=2), on_day(20, hours=2)
    assert check(night, room(rules, november, december), now=NOW) == []
    fuller = replace(december, period=Period(december.period.start, december.period.end + MINUTE))
    problem = only(night, room(rules, november, fuller))
    assert (problem.actual, problem.details["month"]) == (241, "2026-12")
    assert problem.details["left"] == 119
    assert problem.details["free_from"] == "2026-12-31T15:00:00Z"


@pytest.mark.parametrize(
    ("counted", "row", "left", "free_from"),
    [
        ([on_day(-1), on_day(1)], None, None, None),
        # Twice on one day is one day, and a day of rest ends a row.
        ([on_day(-1), on_day(0), on_day(1), on_day(3), on_day(-3)], None, None, None),
        ([on_day(-2), on_day(-1), on_day(1)], 4, 0, "2026-11-13T15:00:00Z"),
        ([on_day(-3, state=MISSED), on_day(-2), on_day(-1)], 4, 0, "2026-11-12T15:00:00Z"),
        ([on_day(-3), on_day(-2, state=CANCELLED), on_day(-1)], None, None, None),
        ([on_day(1), on_day(2), on_day(3)], 4, 0, "2026-11-16T15:00:00Z"),
        ([on_day(1), on_day(2), on_day(3, **OTHERS)], None, None, None),
    ],
)
def test_a_row_of_days_is_counted_on_both_sides(
    counted: list[HeldBooking], row: int | None, left: int | None, free_from: str | None
) -> None:
    problems = check(wish(), room({"days_in_row": 3}, *counted), now=NOW)
    assert [p.actual for p in problems] == ([row] if row else [])
    for problem in problems:
        assert problem.details == {"left": left, "free_from": free_from}


def test_a_companys_row_is_of_all_its_people() -> None:
    row = [on_day(-2, **OTHERS), on_day(-1, **OTHERS)]
    given = room({"company_days_in_row": 2}, *row)
    assert only(wish(), given).code == "booking.company_days_in_row"
    assert check(wish(), room({"days_in_row": 2}, *row), now=NOW) == []
    elsewhere = [replace(held, is_companys=False) for held in row]
    assert check(wish(), room({"company_days_in_row": 2}, *elsewhere), now=NOW) == []


def test_a_booking_over_midnight_lies_on_two_days() -> None:
    until_midnight = wish(period=Period(at("22:00"), at("00:00") + DAY))
    over = wish(period=Period(at("22:00"), at("00:01") + DAY))
    given = room({"days_in_row": 1}, on_day(2))
    assert check(until_midnight, given, now=NOW) == []
    problem = only(over, given)
    assert (problem.limit, problem.actual, problem.details["left"]) == (1, 3, 0)
    # Two days never fit into a row of one.
    assert "free_from" not in problem.details


@pytest.mark.parametrize("name", ["days_in_row", "company_days_in_row"])
def test_a_row_below_the_longest_booking_is_a_contradiction(name: str) -> None:
    row: dict[str, Any] = {name: 3}
    Rules(longest=3 * DAY, **row)
    with pytest.raises(ValueError, match=f"{name} is below longest_minutes"):
        Rules(longest=3 * DAY + MINUTE, **row)


def test_a_month_below_the_longest_booking_is_a_contradiction() -> None:
    Rules(longest=HOUR, month=HOUR)
    with pytest.raises(ValueError, match="month_minutes is below longest_minutes"):
        Rules(longest=HOUR, month=HOUR - MINUTE)


def test_a_quota_counts_the_kind_where_the_rule_book_says_so() -> None:
    sister = on_day(1, is_here=False, slug="mill-2")
    elsewhere = on_day(2, is_here=False)
    for rules, code in [
        ({"month_bookings": 1}, "booking.month_bookings"),
        ({"ahead_bookings": 1}, "booking.ahead_bookings"),
        ({"company_month_bookings": 1}, "booking.company_month_bookings"),
    ]:
        assert check(wish(), room(rules, sister, elsewhere), now=NOW) == []
        of_kind = room({**rules, "quota_scope": "kind"}, sister, elsewhere)
        assert only(wish(), of_kind).code == code
        assert check(wish(), room({**rules, "quota_scope": "kind"}, elsewhere), now=NOW) == []


def test_two_machines_of_a_kind_in_one_request_count_as_two() -> None:
    both = wish(together=frozenset({"mill-1", "mill-2", "cmm-1"}))
    rules: dict[str, Any] = {"quota_scope": "kind", "longest": 2 * HOUR}
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"month_bookings": 2}, {"month_bookings": 1}),
        ({"day_bookings": 2}, {"day_bookings": 1}),
        ({"month": 2 * HOUR}, {"month": 2 * HOUR - MINUTE, "longest": HOUR}),
    ]
    for enough, few in cases:
        given: dict[str, Any] = {"alike": ["mill-1", "mill-2", "mill-3"]}
        assert check(both, room({**rules, **enough}, **given), now=NOW) == []
        assert only(both, room({**rules, **few}, **given)).actual in {2, 120}
    # The other machine of the group is held already, as of an offer that is accepted.
    held = on_day(0, is_here=False, slug="mill-2")
    two = room({**rules, "month_bookings": 2}, held, **given)
    assert check(both, two, now=NOW) == []
    one = room({**rules, "month_bookings": 1}, held, **given)
    assert only(both, one).actual == 2


def test_refusals_say_what_is_left_and_when_it_is_free_again() -> None:
    given = room({"month": 2 * HOUR, "longest": HOUR}, on_day(1, hours=1.5))
    ko, en = sentences(only(wish(), given))
    assert "2026-11에 남은 것은 30분). 12/01 (화)부터 다시 됩니다." in ko
    assert "(30 min left in 2026-11). It is free again from 12/01 (Tue) on." in en
    ko, en = sentences(only(wish(), room({"days_in_row": 1}, on_day(1))))
    assert "연속 1일까지 예약할 수 있습니다(요청까지 2일, 남은 것은 0일). 11/15 (일)부터" in ko
    assert "this makes 2, 0 left). It is free again from 11/15 (Sun) on." in en
