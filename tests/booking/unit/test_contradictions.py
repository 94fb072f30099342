"""Rules that leave nobody any time to book are told from those that leave a little."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from gadong.booking.domain.rules.contradictions import need_bookable, need_distinct
from gadong.booking.domain.rules.limits import BookingQuestion, OpeningWindow, Rules

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def window(since: str, until: str, weekdays: tuple[int, ...] = EVERY_DAY) -> OpeningWindow:
    return OpeningWindow(
        weekdays=weekdays, since=time.fromisoformat(since), until=time.fromisoformat(until)
    )


@pytest.mark.parametrize(
    "rules",
    [
        {"company_month": 30 * MINUTE},
        {"company_month": None},
        {"opening_hours": ()},
        {"opening_hours": (window("10:00", "10:30"),)},
        {"opening_hours": (window("10:00", "10:20"),), "may_run_past_close": True},
        # Sunday's last minutes go on into Monday.
        {"opening_hours": (window("23:45", "00:00", (6,)), window("00:00", "00:15", (0,)))},
        {
            "opening_hours": (window("10:00", "10:20"),),
            "holidays": "own",
            "holiday_hours": (window("10:00", "11:00"),),
        },
        # A booking fits between two nights, or takes a whole one.
        {"overnight": window("18:00", "09:00")},
        {"overnight": window("09:30", "09:00")},
        {"overnight": window("00:00", "00:00"), "longest": 24 * HOUR},
        {"overnight": window("00:00", "00:00", (0,))},
    ],
)
def test_a_little_time_is_enough(rules: dict[str, Any]) -> None:
    need_bookable(Rules(**rules))


@pytest.mark.parametrize(
    ("rules", "pair"),
    [
        ({"company_month": 29 * MINUTE}, "company_month_minutes is below shortest_minutes"),
        # The shortest booking on the grid has two steps.
        (
            {"company_month": 45 * MINUTE, "shortest": 45 * MINUTE},
            "company_month_minutes is below shortest_minutes",
        ),
        ({"opening_hours": (window("10:00", "10:29"),)}, "opening_hours and shortest_minutes"),
        ({"overnight": window("00:00", "00:00")}, "overnight and longest_minutes"),
        ({"overnight": window("09:29", "09:00")}, "overnight and longest_minutes"),
        (
            {"overnight": window("00:00", "00:00"), "longest": 24 * HOUR - MINUTE},
            "overnight and longest_minutes",
        ),
    ],
)
def test_what_nobody_could_ever_book_names_its_pair(rules: dict[str, Any], pair: str) -> None:
    with pytest.raises(ValueError, match=pair):
        need_bookable(Rules(**rules))


def test_two_questions_have_two_keys() -> None:
    material, tool = (BookingQuestion(key=key, ko="", en="") for key in ("material", "tool"))
    need_distinct([material, tool])
    with pytest.raises(ValueError, match="two of them have one key"):
        need_distinct([material, tool, material])
