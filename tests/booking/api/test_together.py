"""A group and a series are things: made, shown, moved, approved and given up as one, with one
letter.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import approvals, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.together import booking_series
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed, Refused
from gadong.machines.store import machines
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World

NOW = TOMORROW - timedelta(hours=12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERIOD = Period(TOMORROW, TOMORROW + 2 * HOUR)


def group(world: World, who: Caller, **rules: Any) -> list[Booking]:
    """Two machines at one time."""
    first, second = world.machine(**rules), world.machine(**rules)
    request = Request(
        machine=first, also=(second,), company=next(iter(who.companies)), period=PERIOD
    )
    return bookings.request(world.pool, who, request, now=NOW)


def series(world: World, who: Caller, count: int = 3, **rules: Any) -> list[Booking]:
    """The same hours on several days."""
    request = Request(
        machine=world.machine(**rules), company=next(iter(who.companies)), period=PERIOD
    )
    found = booking_series.request_series(world.pool, who, request, every=DAY, count=count, now=NOW)
    return [one.booking for one in found if one.booking]


def hand(who: Caller, booking: Booking) -> Hand:
    """A hand on a booking."""
    return Hand(who=who, booking=booking.id)


def states(world: World, made: list[Booking]) -> list[str]:
    """Return the present states of the bookings."""
    return [bookings.find(world.pool, world.manager, b.id)[0].state.value for b in made]


def starts(world: World, made: list[Booking]) -> list[timedelta]:
    """Return the bookings' present starts, counted from the first one's first start."""
    found = [bookings.find(world.pool, world.manager, b.id)[0] for b in made]
    return [b.period.start - TOMORROW for b in found]


def letters(pool: Pool) -> list[str]:
    """The kinds of what was told, in order."""
    with transaction(pool, SYSTEM) as tx:
        return [row["kind"] for row in many(tx, "select kind from outbox order by created_at, id")]


@pytest.fixture
def member(world: World) -> Caller:
    """Somebody who books."""
    return world.member(world.company())


def test_a_group_is_given_up_and_moved_whole(world: World, member: Caller) -> None:
    made = group(world, member)
    booking_changes.move(
        world.pool, hand(member, made[1]), Period(TOMORROW + HOUR, TOMORROW + 3 * HOUR), now=NOW
    )
    assert starts(world, made) == [HOUR, HOUR]
    booking_changes.cancel(world.pool, hand(member, made[0]), now=NOW)
    assert states(world, made) == ["cancelled", "cancelled"]
    assert letters(world.pool) == ["booking.confirmed", "booking.moved", "booking.cancelled"]


def test_a_group_moves_whole_or_not_at_all(world: World, member: Caller) -> None:
    made = group(world, member)
    other = world.member(world.company())
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, made[1].machine_id)
    assert machine is not None
    later = Period(TOMORROW + 2 * HOUR, TOMORROW + 4 * HOUR)
    request = Request(machine=machine, company=next(iter(other.companies)), period=later)
    bookings.request(world.pool, other, request, now=NOW)
    with pytest.raises(Refused) as refused:
        booking_changes.move(world.pool, hand(member, made[0]), later, now=NOW)
    assert [(p.code, p.details["machine_slug"]) for p in refused.value.problems] == [
        ("booking.taken", machine.slug)
    ]
    assert starts(world, made) == [timedelta(0)] * 2


def test_one_machine_is_given_up_alone_only_where_the_rules_allow_it(
    world: World, member: Caller
) -> None:
    made = group(world, member)
    with pytest.raises(Refused) as refused:
        booking_changes.cancel(world.pool, hand(member, made[0]), reach=Reach.PART, now=NOW)
    assert [p.code for p in refused.value.problems] == ["booking.group"]
    booking_changes.cancel(world.pool, hand(world.manager, made[0]), reach=Reach.PART, now=NOW)
    assert states(world, made) == ["cancelled", "confirmed"]
    # The rest is no group any more.
    booking_changes.cancel(world.pool, hand(member, made[1]), reach=Reach.PART, now=NOW)
    free = group(world, member, drop_alone=True)
    booking_changes.cancel(world.pool, hand(member, free[0]), reach=Reach.PART, now=NOW)
    assert states(world, free) == ["cancelled", "confirmed"]


@pytest.mark.parametrize(
    ("reach", "left"),
    [
        (Reach.ONE, ["confirmed", "cancelled", "confirmed"]),
        (Reach.LATER, ["confirmed", "cancelled", "cancelled"]),
        (Reach.ALL, ["cancelled", "cancelled", "cancelled"]),
    ],
)
def test_of_a_series_is_given_up_what_is_reached(
    world: World, member: Caller, reach: Reach, left: list[str]
) -> None:
    made = series(world, member)
    booking_changes.cancel(world.pool, hand(member, made[1]), reach=reach, now=NOW)
    assert states(world, made) == left
    assert letters(world.pool) == ["booking.confirmed", "booking.cancelled"]


def test_a_series_moves_into_its_own_places(world: World, member: Caller) -> None:
    made = series(world, member)
    # A day later each goes where the next one stood.
    later = Period(PERIOD.start + DAY, PERIOD.end + DAY)
    booking_changes.move(world.pool, hand(member, made[0]), later, reach=Reach.ALL, now=NOW)
    assert starts(world, made) == [DAY, 2 * DAY, 3 * DAY]
    earlier = Period(PERIOD.start + DAY + 3 * HOUR, PERIOD.end + DAY + 3 * HOUR)
    booking_changes.move(world.pool, hand(member, made[1]), earlier, reach=Reach.LATER, now=NOW)
    assert starts(world, made) == [DAY, DAY + 3 * HOUR, 2 * DAY + 3 * HOUR]


def test_what_has_begun_of_a_series_stays(world: World, member: Caller) -> None:
    made = series(world, member)
    booking_changes.cancel(world.pool, hand(member, made[2]), reach=Reach.ALL, now=PERIOD.start)
    assert states(world, made)[1:] == ["cancelled", "cancelled"]
    assert states(world, made)[0] != "cancelled"


def begin(_world: World, _made: list[Booking]) -> None:
    """Let the first date begin, as at the present of the cancel it has."""


def release_first(world: World, made: list[Booking]) -> None:
    """Take the first back for the centre."""
    booking_changes.release(world.pool, hand(world.manager, made[0]), reason="정비", now=NOW)


def decline_first(world: World, made: list[Booking]) -> None:
    """Say no to the first alone."""
    one = Reach.PART
    approvals.decline(world.pool, hand(world.manager, made[0]), reason="정비", reach=one, now=NOW)


@pytest.mark.parametrize(
    ("make", "end_first", "reach", "now", "left"),
    [
        (series, begin, Reach.ALL, PERIOD.start, None),
        (series, release_first, Reach.ALL, NOW, "released"),
        (group, release_first, Reach.ONE, NOW, "released"),
        (group, decline_first, Reach.ONE, NOW, "declined"),
    ],
)
def test_a_second_cancel_is_the_same_where_a_part_ended_otherwise(
    world: World,
    member: Caller,
    make: Callable[..., list[Booking]],
    end_first: Callable[[World, list[Booking]], None],
    reach: Reach,
    now: datetime,
    left: str | None,
) -> None:
    rules = {"approval": "manual", "drop_alone": True} if end_first is decline_first else {}
    made = make(world, member, **rules)
    end_first(world, made)
    given_up = booking_changes.cancel(world.pool, hand(member, made[1]), reach=reach, now=now)
    told, after = letters(world.pool), states(world, made)
    assert set(after[1:]) == {"cancelled"}
    assert after[0] != "cancelled" if left is None else after[0] == left
    again = booking_changes.cancel(world.pool, hand(member, made[1]), reach=reach, now=now)
    assert again == given_up
    assert (letters(world.pool), states(world, made)) == (told, after)


def test_a_cancel_that_names_a_cancelled_date_cancels_the_rest_that_it_reaches(
    world: World, member: Caller
) -> None:
    made = series(world, member)
    one = booking_changes.cancel(world.pool, hand(member, made[1]), now=NOW)
    rest = booking_changes.cancel(world.pool, hand(member, made[1]), reach=Reach.ALL, now=NOW)
    assert rest == one
    assert states(world, made) == ["cancelled"] * 3
    with transaction(world.pool, SYSTEM) as tx:
        sent = many(tx, "select data from outbox where kind = 'booking.cancelled'")
    # The date that was cancelled before is not told of again.
    assert {row["data"].get("bookings") for row in sent} == {None, f"{made[0].id},{made[2].id}"}
    told = letters(world.pool)
    booking_changes.cancel(world.pool, hand(member, made[1]), reach=Reach.ALL, now=NOW)
    assert letters(world.pool) == told


def test_a_declined_date_is_not_cancelled(world: World, member: Caller) -> None:
    made = series(world, member, approval="manual")
    approvals.decline(
        world.pool, hand(world.manager, made[0]), reason="정비", reach=Reach.ONE, now=NOW
    )
    with pytest.raises(NotAllowed):
        booking_changes.cancel(world.pool, hand(member, made[0]), reach=Reach.ALL, now=NOW)


def test_ten_dates_ask_once_and_are_approved_once(world: World, member: Caller) -> None:
    made = series(world, member, count=10, approval="manual")
    assert {b.state for b in made} == {BookingState.PENDING}
    assert letters(world.pool) == ["booking.requested", "booking.to_approve"]
    approvals.approve(world.pool, hand(world.manager, made[4]), now=NOW)
    assert set(states(world, made)) == {"confirmed"}
    assert letters(world.pool)[2:] == ["booking.confirmed"]


def test_the_api_answers_with_all_parts_and_alternatives_for_all(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    headers = bearer(world.member(world.company()))
    made = client.post(
        "/api/v1/bookings", json=wish("mill-1", also_slugs=["mill-2"]), headers=headers
    )
    assert made.status_code == 201
    body = made.json()
    assert len(body["parts"]) == 2
    assert made.headers["location"] == f"/api/v1/bookings/{body['id']}"
    shown = client.get(made.headers["location"], headers=headers).json()
    assert shown["parts"] == body["parts"]
    # One machine is free an hour earlier than the other: what is offered is free on both.
    other = bearer(world.member(world.company()))
    client.post("/api/v1/bookings", json=wish("mill-2", 1, TOMORROW + 2 * HOUR), headers=other)
    refused = client.post(
        "/api/v1/bookings", json=wish("mill-1", also_slugs=["mill-2"]), headers=other
    ).json()
    assert {p["code"] for p in refused["problems"]} == {"booking.taken"}
    offered: dict[str, set[str]] = {}
    for choice in refused["alternatives"]:
        offered.setdefault(choice["start"], set()).add(choice["machine_slug"])
    assert offered
    assert all(both == {"mill-1", "mill-2"} for both in offered.values())
    taken = (TOMORROW + 2 * HOUR).isoformat()
    assert not any(start.startswith(taken[:16]) for start in offered)
    cancelled = client.post(f"{made.headers['location']}/cancel", headers=headers).json()
    assert [p["state"] for p in cancelled["parts"]] == ["cancelled", "cancelled"]
    alone = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).json()
    assert alone["parts"] == []
