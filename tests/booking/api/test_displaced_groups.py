"""A group that has begun, or that a closure displaces on one machine, is changed whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.services.prices import quotes
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from tests.support.world import World

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
LATER = Period(START + 4 * HOUR, START + 6 * HOUR)


@pytest.fixture
def member(world: World) -> Caller:
    """Somebody who books."""
    return world.member(world.company())


@pytest.fixture
def group(world: World, member: Caller) -> list[Booking]:
    """Two machines booked together, moved with an hour's notice."""
    mill, probe = (world.machine(slug, move_notice=HOUR) for slug in ("mill-1", "probe-1"))
    wanted = Request(
        machine=mill,
        also=(probe,),
        company=world.companies[0].id,
        period=Period(START, START + 2 * HOUR),
    )
    return bookings.request(world.pool, member, wanted, now=START - 24 * HOUR)


def as_it_is(world: World, group: Sequence[Booking]) -> list[Booking]:
    """The group as it is now, in the same order."""
    return [bookings.find(world.pool, world.manager, b.id)[0] for b in group]


def machine_of(world: World, booking: Booking) -> Machine:
    """The machine that is booked."""
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, booking.machine_id)
    assert machine
    return machine


def close(world: World, booking: Booking) -> None:
    """Close the booked machine for the first half hour."""
    wanted = Closing(
        centre=world.centre.id,
        machine=machine_of(world, booking),
        period=Period(START, START + 30 * MINUTE),
        kind="maintenance",
        reason="점검",
    )
    closures.close(world.pool, world.manager, wanted, now=START - HOUR)


@pytest.mark.parametrize("now", [START - MINUTE, START, START + 5 * MINUTE])
@pytest.mark.parametrize("named", [0, 1])
def test_whom_a_closure_of_one_machine_displaces_move_the_whole_group(
    world: World, member: Caller, group: list[Booking], now: datetime, named: int
) -> None:
    close(world, group[0])
    booking_changes.move(world.pool, Hand(who=member, booking=group[named].id), LATER, now=now)
    assert [b.period for b in as_it_is(world, group)] == [LATER, LATER]


def test_a_begun_group_is_not_moved_by_its_people(
    world: World, member: Caller, group: list[Booking]
) -> None:
    with pytest.raises(Refused) as refused:
        booking_changes.move(
            world.pool, Hand(who=member, booking=group[0].id), LATER, now=START + MINUTE
        )
    assert {p.code for p in refused.value.problems} == {"booking.begun"}
    assert [b.period.start for b in as_it_is(world, group)] == [START, START]


@pytest.mark.parametrize(
    ("reach", "second"),
    [(Reach.ONE, BookingState.CANCELLED), (Reach.PART, BookingState.CONFIRMED)],
)
def test_a_manager_with_a_reason_cancels_a_begun_group_as_far_as_the_reach_says(
    world: World, group: list[Booking], reach: Reach, second: BookingState
) -> None:
    hand = Hand(who=world.manager, booking=group[0].id)
    booking_changes.cancel(world.pool, hand, reason="정전", reach=reach, now=START + MINUTE)
    assert [b.state for b in as_it_is(world, group)] == [BookingState.CANCELLED, second]


def test_a_manager_with_a_reason_moves_a_begun_group_whole(
    world: World, group: list[Booking]
) -> None:
    hand = Hand(who=world.manager, booking=group[1].id)
    booking_changes.move(world.pool, hand, LATER, override="정전", now=START + MINUTE)
    assert [b.period for b in as_it_is(world, group)] == [LATER, LATER]


@pytest.mark.parametrize("named", [0, 1])
def test_a_group_that_a_closure_of_one_machine_displaces_is_cancelled_for_nothing(
    world: World, member: Caller, group: list[Booking], named: int
) -> None:
    world.tariff(basis="booked", late_cancel=[{"lead_seconds": 360000, "pct": "50"}])
    now = START - MINUTE
    fees = [quotes.cancelling(world.pool, member, b, now=now) for b in group]
    assert fees == [30000, 30000]
    close(world, group[0])
    fees = [quotes.cancelling(world.pool, member, b, now=now) for b in group]
    assert fees == [0, 0]
    booking_changes.cancel(world.pool, Hand(who=member, booking=group[named].id), now=now)
    assert [(b.state, b.cancelled_at) for b in as_it_is(world, group)] == [
        (BookingState.CANCELLED, None)
    ] * 2
