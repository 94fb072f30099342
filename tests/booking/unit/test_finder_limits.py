"""Times that are offered instead: at the exact notice, horizon, opening and gap,
the nearest first.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from gadong.booking.domain.availability import alternatives, earliest
from gadong.booking.domain.booking_request import Facts
from gadong.booking.domain.rules.limits import OpeningWindow
from gadong.core.domain.period import Period
from tests.support.golden import at, between
from tests.support.wishes import DAY, EVERY_DAY, HOUR, MINUTE, NOW, facts, own, wish

HALF = 30 * MINUTE


def hall(rules: dict[str, Any] | None = None, **more: Any) -> Facts:
    """A machine that is open from nine to twelve, on a grid of half hours."""
    opened = [between("09:00", "12:00")]
    return facts({"step": HALF, **(rules or {})}, **{"opened": opened, **more})


def test_the_nearest_comes_first_and_of_two_as_near_the_earlier() -> None:
    taken = [between("10:00", "10:30")]
    found = alternatives(wish("10:00", "10:30"), hall(held=taken), now=NOW)
    assert found == [
        between("09:30", "10:00"),
        between("10:30", "11:00"),
        between("09:00", "09:30"),
    ]
    assert alternatives(wish("10:00", "10:30"), hall(held=taken), now=NOW, most=1) == found[:1]


def test_offers_do_not_overlap_each_other() -> None:
    taken = [between("10:00", "10:30")]
    found = alternatives(wish("10:00", "11:00"), hall(held=taken), now=NOW)
    assert found == [between("10:30", "11:30"), between("09:00", "10:00")]


@pytest.mark.parametrize(
    ("length", "offered"),
    [(60, 60), (61, 90), (90, 90), (29, 60), (120, 120), (150, 120)],
)
def test_an_offer_is_as_long_as_was_wished_within_what_is_allowed(
    length: int, offered: int
) -> None:
    asked = replace(wish(), period=Period(at("09:01"), at("09:01") + length * MINUTE))
    room = hall({"shortest": HOUR, "longest": 2 * HOUR})
    found = alternatives(asked, room, now=NOW, most=1)
    assert found == [Period(at("09:00"), at("09:00") + offered * MINUTE)]


def test_an_offer_is_no_longer_than_the_greatest_length_off_the_grid() -> None:
    asked = wish("09:00", "12:00")
    found = alternatives(asked, hall({"longest": 100 * MINUTE}), now=NOW, most=1)
    assert found == [between("09:00", "10:30")]


@pytest.mark.parametrize(("minute", "start"), [(25, "09:30"), (26, "10:00")])
def test_what_is_offered_begins_when_it_can_still_be_asked_for(minute: int, start: str) -> None:
    now = at(f"09:{minute}")
    taken = [between("10:30", "11:00")]
    soonest = Period(at(start), at(start) + HALF)
    found = alternatives(wish("09:00", "09:30"), hall(held=taken), now=now)
    assert found[0] == soonest
    assert earliest(wish("09:00", "09:30"), hall(held=taken), now=now) == soonest


@pytest.mark.parametrize(
    ("notice", "start"), [(60, "09:00"), (61, "09:30"), (90, "09:30"), (91, "10:00")]
)
def test_the_earliest_leaves_the_notice(notice: int, start: str) -> None:
    room = hall({"notice": notice * MINUTE})
    found = earliest(wish("08:30", "09:30"), room, now=NOW)
    assert found == Period(at(start), at(start) + HOUR)
    assert alternatives(wish("08:00", "09:00"), room, now=NOW, most=1) == [found]


@pytest.mark.parametrize(
    ("horizon", "found"),
    [(2 * HOUR, between("09:00", "10:00")), (2 * HOUR - MINUTE, None)],
)
def test_the_earliest_ends_at_the_horizon_at_the_latest(
    horizon: timedelta, found: Period | None
) -> None:
    assert earliest(wish("08:30", "09:30"), hall({"horizon": horizon}), now=NOW) == found


@pytest.mark.parametrize(
    ("until", "start"), [("10:00", "10:00"), ("10:01", "10:30"), ("11:00", "11:00")]
)
def test_the_earliest_begins_where_others_end(until: str, start: str) -> None:
    expected = Period(at(start), at(start) + HOUR)
    for room in (hall(held=[between("09:00", until)]), hall(closed=[between("08:00", until)])):
        assert earliest(wish("09:00", "10:00"), room, now=NOW) == expected


@pytest.mark.parametrize(("length", "fits"), [(60, True), (61, False)])
def test_a_gap_is_filled_to_its_last_minute(length: int, fits: bool) -> None:
    room = hall(
        {"step": MINUTE},
        held=[between("09:00", "10:00"), between("11:00", "12:00")],
    )
    asked = replace(wish(), period=Period(at("09:00"), at("09:00") + length * MINUTE))
    assert (earliest(asked, room, now=NOW) == Period(at("10:00"), at("11:00"))) is fits
    assert bool(alternatives(asked, room, now=NOW)) is fits


def test_turn_round_lies_before_and_after_others() -> None:
    room = hall(
        {"step": MINUTE, "setup": 5 * MINUTE, "teardown": 10 * MINUTE},
        held=[between("09:00", "09:25")],
    )
    assert earliest(wish("09:00", "10:00"), room, now=NOW) == between("09:30", "10:30")
    before = hall(
        {"step": MINUTE, "setup": 5 * MINUTE, "teardown": 10 * MINUTE},
        held=[between("10:10", "12:00")],
    )
    assert earliest(wish("09:00", "10:00"), before, now=NOW) == between("09:00", "10:00")
    later = replace(before, held=[between("10:09", "12:00")])
    assert earliest(wish("09:00", "10:00"), later, now=NOW) is None


def test_a_full_day_sends_to_the_next() -> None:
    opened = [Period(at("09:00") + n * DAY, at("12:00") + n * DAY) for n in range(3)]
    room = hall({"day_bookings": 1}, opened=opened, counted=[own("11:00", "12:00")])
    tomorrow = Period(at("09:00") + DAY, at("10:00") + DAY)
    assert earliest(wish("09:00", "10:00"), room, now=NOW) == tomorrow


def test_a_day_that_is_full_in_a_long_opening_is_left_at_its_midnight() -> None:
    room = hall(
        {"day_bookings": 1},
        opened=[Period(at("09:00"), at("09:00") + 3 * DAY)],
        counted=[own("08:30", "09:00")],
    )
    midnight = at("00:00") + DAY
    assert earliest(wish("09:00", "10:00"), room, now=NOW) == Period(midnight, midnight + HOUR)


def test_what_reaches_into_the_night_takes_all_of_it() -> None:
    night = OpeningWindow(weekdays=EVERY_DAY, since=time(18), until=time(9))
    room = hall(
        {"overnight": night, "longest": 2 * DAY},
        opened=[Period(NOW, NOW + 5 * DAY)],
        held=[between("08:00", "18:00")],
    )
    whole = Period(at("18:00"), at("09:00") + DAY)
    assert earliest(wish("10:00", "11:00"), room, now=NOW) == whole
    assert alternatives(wish("18:30", "19:30"), room, now=NOW, most=1) == [whole]


def test_the_gap_to_ones_own_booking_is_kept() -> None:
    room = hall({"step": MINUTE, "gap": 20 * MINUTE}, counted=[own("09:00", "09:30")])
    assert earliest(wish("09:00", "10:00"), room, now=NOW) == between("09:50", "10:50")
