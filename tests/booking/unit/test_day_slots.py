"""The starts that a day offers: at an even pace, after held time, and by every rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gadong.booking.domain.booking_request import Facts
from gadong.booking.domain.day_slots import DaySlots, day_slots
from gadong.core.domain.period import Period
from tests.support.golden import at, between
from tests.support.wishes import HOUR, MINUTE, NOW, facts, wish

TODAY = Period(at("00:00"), at("00:00") + timedelta(days=1))


def hall(rules: dict[str, Any] | None = None, **more: Any) -> Facts:
    """A machine that is open from nine to twelve, on a grid of half hours."""
    opened = [between("09:00", "12:00")]
    return facts({"step": 30 * MINUTE, **(rules or {})}, **{"opened": opened, **more})


def slots(room: Facts, *, length: timedelta = HOUR) -> DaySlots:
    """Return the day's slots of a length."""
    asked = replace(wish(), period=Period(at("15:00"), at("15:00") + length))
    return day_slots(asked, room, TODAY, now=NOW)


def starts(found: DaySlots) -> list[str]:
    """Return the free starts on the clock."""
    return [f"{p.start.astimezone(at('00:00').tzinfo):%H:%M}" for p in found.free]


@pytest.mark.parametrize(
    ("minutes", "free"),
    [
        (60, ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        (150, ["09:00", "09:30"]),
        (180, ["09:00"]),
        (210, []),
    ],
)
def test_a_start_leaves_room_for_the_length_before_closing(minutes: int, free: list[str]) -> None:
    assert starts(slots(hall(), length=minutes * MINUTE)) == free


def test_time_that_another_holds_is_taken_and_no_start_reaches_into_it() -> None:
    found = slots(hall(held=[between("10:00", "11:00")]))
    assert starts(found) == ["09:00", "11:00"]
    assert found.taken == (between("10:00", "11:00"),)


def test_a_start_off_the_pace_follows_held_time() -> None:
    found = slots(hall({"step": 10 * MINUTE}, held=[between("09:00", "09:40")]))
    assert starts(found) == ["09:40", "10:00", "10:30", "11:00"]


@pytest.mark.parametrize(
    ("step", "free"),
    [
        (15, ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        (20, ["09:00", "09:40", "10:20", "11:00"]),
        (30, ["09:00", "09:30", "10:00", "10:30", "11:00"]),
        (60, ["09:00", "10:00", "11:00"]),
    ],
)
def test_starts_lie_half_an_hour_apart_or_more_on_the_grid(step: int, free: list[str]) -> None:
    assert starts(slots(hall({"step": step * MINUTE}))) == free


@pytest.mark.parametrize(("notice", "first"), [(60, "09:00"), (61, "09:30"), (90, "09:30")])
def test_the_first_start_leaves_the_notice(notice: int, first: str) -> None:
    assert starts(slots(hall({"notice": notice * MINUTE})))[0] == first


def test_a_closure_is_taken_and_a_day_without_other_hours_is_closed() -> None:
    part = slots(hall(closed=[between("09:00", "11:00")]))
    assert (starts(part), part.taken, part.is_open) == (
        ["11:00"],
        (between("09:00", "11:00"),),
        True,
    )
    whole = slots(hall(closed=[between("09:00", "12:00")]))
    assert (starts(whole), whole.is_open) == ([], False)
    assert not slots(hall(opened=[])).is_open
