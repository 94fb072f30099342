"""A week as bars and fields: nights cross midnight, Sunday's into Monday."""

from __future__ import annotations

from datetime import time

import pytest

from api.pages.people.week_grid import OpenSpan, bars_of, fields_of, given_fields, hours_in
from gadong.core.domain.calendar import OpeningHours


def hours(weekday: int, opens: str, closes: str) -> OpeningHours:
    return OpeningHours(
        weekday=weekday, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes)
    )


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (hours(0, "09:00", "18:00"), [(0, 540, 540)]),
        (hours(6, "22:00", "02:00"), [(0, 0, 120), (6, 1320, 120)]),
        (hours(4, "18:00", "00:00"), [(4, 1080, 360)]),
        (hours(4, "00:00", "00:00"), [(4, 0, 1440)]),
        (hours(4, "09:00", "09:00"), [(4, 540, 900), (5, 0, 540)]),
        (hours(4, "09:00", "08:59"), [(4, 540, 900), (5, 0, 539)]),
    ],
)
def test_bars_lie_within_their_days(
    entry: OpeningHours, expected: list[tuple[int, int, int]]
) -> None:
    assert bars_of([entry]) == [
        OpenSpan(weekday=day, start=start, minutes=minutes) for day, start, minutes in expected
    ]


def test_fields_give_back_the_week_they_show() -> None:
    week = [hours(0, "13:00", "18:00"), hours(0, "09:00", "12:00"), hours(6, "22:00", "02:00")]
    days = fields_of(week)
    assert [day.spans for day in days[:2]] == [
        [("09:00", "12:00"), ("13:00", "18:00"), ("", "")],
        [("", ""), ("", "")],
    ]
    assert sorted(hours_in(days), key=str) == sorted(week, key=str)


def test_a_day_beyond_the_week_is_ignored() -> None:
    days = given_fields(weekday=[7, -1, 6], opens=["09:00"] * 3, closes=["10:00"] * 3)
    assert days is not None
    assert hours_in(days) == [hours(6, "09:00", "10:00")]
    assert given_fields() is None
