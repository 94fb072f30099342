"""A booking that is moved late and then cancelled costs what it left, as of when it left it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.prices import quotes
from gadong.booking.domain.booking import Booking
from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.booking.store import bookings as kept
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from tests.support.api_fixtures import LogIn
from tests.support.world import World

HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
#: Half of the price from a day before on, and nothing earlier: as the rule book's default.
LATE = [{"lead_seconds": 86400, "pct": "0"}, {"lead_seconds": 0, "pct": "50"}]
MONTH_ON = timedelta(days=30)


def noon(world: World) -> datetime:
    """Noon of the tenth of last month."""
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    return month.period(world.centre.zone).start + timedelta(days=9, hours=12)


def mill(world: World, **rules: Any) -> Machine:
    """A machine of 30,000 won an hour that may be moved and booked until its start."""
    world.tariff(basis="booked", late_cancel=LATE)
    loose = {"move_notice": timedelta(0), "notice": timedelta(0), "horizon": 400 * DAY}
    return world.machine("mill-1", **{**loose, **rules})


def book(world: World, machine: Machine, who: Caller, start: datetime, hours: int = 2) -> Booking:
    """A booking of three days before."""
    wanted = Request(
        machine=machine,
        company=world.companies[0].id,
        period=Period(start, start + hours * HOUR),
    )
    return bookings.request(world.pool, who, wanted, now=start - 3 * DAY)[0]


def move(
    world: World,
    who: Caller,
    booking: Booking,
    start: datetime,
    *,
    at: datetime,
    hours: int = 2,
    **given: Any,
) -> Booking:
    hand = Hand(who=who, booking=booking.id)
    to = Period(start, start + hours * HOUR)
    return booking_changes.move(world.pool, hand, to, now=at, **given)


def cancel(
    world: World, who: Caller, booking: Booking, *, at: datetime
) -> tuple[int | None, Booking]:
    """The price that was shown, and the booking as it is cancelled."""
    price = quotes.cancelling(world.pool, who, booking, now=at)
    given = booking_changes.cancel(world.pool, Hand(who=who, booking=booking.id), now=at)
    return price, given


@pytest.mark.parametrize(
    ("lead", "fee"), [(DAY + TICK, 0), (DAY, 0), (DAY - TICK, 30000), (HOUR, 30000)]
)
def test_a_late_move_and_a_cancellation_are_one_late_cancellation(
    client: TestClient, world: World, bearer: LogIn, lead: timedelta, fee: int
) -> None:
    machine, who, start = mill(world), world.member(world.company()), noon(world)
    booking = book(world, machine, who, start)
    moved = move(world, who, booking, start + MONTH_ON, at=start - lead)
    price, given = cancel(world, who, moved, at=start)
    assert price == fee
    left = (start, start - lead) if fee else (start + MONTH_ON, start)
    assert (given.period.start, given.cancelled_at) == left
    body = {
        "centre": str(world.centre.id),
        "company": str(world.companies[0].id),
        "month": str(Month.of(start, world.centre.zone)),
    }
    answer = client.post("/api/v1/statements", json=body, headers=bearer(None))
    lines = answer.json()["document"]["lines"] if answer.status_code == 201 else answer.json()
    charges = [(x["charge"]["component"], x["charge"]["amount"]) for x in lines]
    assert charges == ([("late_cancel", fee)] if fee else [])


def test_two_such_moves_are_a_strike(world: World) -> None:
    machine, who = mill(world, strikes=1), world.member(world.company())
    start = noon(world)
    for days in (0, 1):
        booking = book(world, machine, who, start + days * DAY)
        moved = move(world, who, booking, start + MONTH_ON, at=start + days * DAY - HOUR)
        cancel(world, who, moved, at=start + days * DAY)
    with pytest.raises(Refused) as refused:
        book(world, machine, who, start + 6 * DAY)
    assert [p.code for p in refused.value.problems] == ["booking.strikes"]


@pytest.mark.parametrize(("hours", "fee"), [((2, 4, 1), 60000), ((2, 1, 1), 30000)])
def test_of_several_late_moves_the_longest_time_is_given_up(
    world: World, hours: tuple[int, int, int], fee: int
) -> None:
    machine, who, start = mill(world), world.member(world.company()), noon(world)
    first, second, third = hours
    booking = book(world, machine, who, start, hours=first)
    again = move(world, who, booking, start + 5 * HOUR, at=start - HOUR, hours=second)
    last = move(world, who, again, start + MONTH_ON, at=start, hours=third)
    price, given = cancel(world, who, last, at=start + HOUR)
    assert price == fee
    assert given.period.seconds == max(hours) * 3600


def test_who_misses_or_uses_a_moved_booking_has_its_new_time_alone(world: World) -> None:
    machine, who, start = mill(world), world.member(world.company()), noon(world)
    moved = move(world, who, book(world, machine, who, start), start + DAY, at=start - HOUR)
    begun = start + DAY + HOUR
    hand = Hand(who=world.manager, booking=moved.id)
    given = booking_changes.cancel(world.pool, hand, reason="고장", now=begun)
    assert (given.period.start, given.cancelled_at) == (start + DAY, begun)


@pytest.mark.parametrize("forced", ["centre", "closure", "closed since"])
def test_what_the_centre_moves_or_a_closure_forces_gives_nothing_up(
    world: World, forced: str
) -> None:
    machine, who, start = mill(world), world.member(world.company()), noon(world)
    booking = book(world, machine, who, start)
    closed = start if forced == "closure" else start + MONTH_ON
    closing = Closing(
        centre=world.centre.id,
        machine=machine,
        period=Period(closed, closed + HOUR),
        kind="closed",
        reason="공사",
    )
    if forced == "closure":
        closures.close(world.pool, world.manager, closing, now=start - 2 * HOUR)
    by = world.manager if forced == "centre" else who
    moved = move(world, by, booking, start + MONTH_ON, at=start - HOUR)
    if forced == "closed since":
        closures.close(world.pool, world.manager, closing, now=start)
    price, given = cancel(world, who, moved, at=start)
    assert price == 0
    is_excused = forced == "closed since"
    assert given.cancelled_at == (None if is_excused else start)
    assert is_excused or given.period.start == start + MONTH_ON


def test_an_overrun_that_forces_a_move_gives_nothing_up(world: World) -> None:
    machine, who, start = mill(world), world.member(world.company()), noon(world)
    booking = book(world, machine, who, start)
    with transaction(world.pool, SYSTEM) as tx:
        kept.remark(tx, booking, f"overrun by {booking.id}")
    moved = move(world, who, booking, start + MONTH_ON, at=start - HOUR)
    assert cancel(world, who, moved, at=start)[0] == 0


def test_a_change_that_waits_does_not_hide_a_late_move(world: World) -> None:
    machine, who, start = mill(world), world.member(world.company()), noon(world)
    moved = move(world, who, book(world, machine, who, start), start + MONTH_ON, at=start - HOUR)
    level = Level(centre=world.centre.id, machine=machine)
    asks = {"approval": "manual"}
    now = datetime.now(UTC)
    rulebook.change(world.pool, world.manager, level, asks, effective_from=start, now=now)
    hand = Hand(who=who, booking=moved.id)
    end = moved.period.end + HOUR
    waiting = booking_changes.extend(world.pool, hand, end, now=start)
    assert waiting.state == "pending"
    price, given = cancel(world, who, waiting, at=start + HOUR)
    assert price == 30000
    assert (given.period.start, given.cancelled_at) == (start, start - HOUR)
