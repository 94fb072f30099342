"""A group is not moved, given up or handed on beside a part of it that has begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import booking_changes, booking_edits, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.booking_edits import Edit
from gadong.booking.services.bookings import Request
from gadong.booking.services.together import booking_series
from gadong.core.domain.access import Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Refused
from gadong.texts.refusals import sentences
from tests.support.world import World

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 2 * DAY
PERIOD = Period(START, START + 2 * HOUR)
LATER = Period(START + 4 * HOUR, START + 6 * HOUR)
#: Within the early grace of 15 minutes, so that the mill is checked in before the start.
EARLY = START - 10 * MINUTE

Change = Callable[[World, Hand, datetime], Booking]


def moved(world: World, hand: Hand, now: datetime) -> Booking:
    """Move to later in the day."""
    return booking_changes.move(world.pool, hand, LATER, now=now)


def cancelled(world: World, hand: Hand, now: datetime) -> Booking:
    """Give up."""
    return booking_changes.cancel(world.pool, hand, now=now)


def handed_over(world: World, hand: Hand, now: datetime) -> Booking:
    """Hand to a colleague."""
    colleague = world.member(world.companies[0])
    return booking_edits.transfer(world.pool, hand, colleague.person_id, now=now)


def edited(world: World, hand: Hand, now: datetime) -> Booking:
    """Say anew what it is for."""
    return booking_edits.edit(world.pool, hand, Edit(purpose="다른 일"), now=now)


@pytest.fixture
def member(world: World) -> Caller:
    """Somebody who books."""
    return world.member(world.company())


def wanted(world: World) -> Request:
    """Two machines for one time, moved without notice."""
    mill, probe = (world.machine(slug, move_notice=0 * HOUR) for slug in ("mill-1", "probe-1"))
    return Request(machine=mill, also=(probe,), company=world.companies[0].id, period=PERIOD)


@pytest.fixture
def group(world: World, member: Caller) -> list[Booking]:
    """Two machines booked together, of which the first is checked in early."""
    made = bookings.request(world.pool, member, wanted(world), now=START - 2 * DAY + HOUR)
    booking_changes.check_in(world.pool, Hand(who=member, booking=made[0].id), now=EARLY)
    return made


def as_it_is(world: World, group: Sequence[Booking]) -> list[tuple[BookingState, Period]]:
    """The states and times of a group as it is now."""
    found = [bookings.find(world.pool, world.manager, b.id)[0] for b in group]
    return [(b.state, b.period) for b in found]


@pytest.mark.parametrize("change", [moved, cancelled, handed_over, edited])
def test_the_rest_is_not_changed_beside_a_part_that_has_begun(
    world: World, member: Caller, group: list[Booking], change: Change
) -> None:
    with pytest.raises(Refused) as refused:
        change(world, Hand(who=member, booking=group[1].id), EARLY)
    (problem,) = refused.value.problems
    assert (problem.code, problem.details["machine_slug"]) == ("booking.part_begun", "mill-1")
    assert ["밀링" in ko and "Mill" in en for ko, en in [sentences(problem)]] == [True]
    assert as_it_is(world, group) == [
        (BookingState.CHECKED_IN, PERIOD),
        (BookingState.CONFIRMED, PERIOD),
    ]


@pytest.mark.parametrize("change", [moved, cancelled, handed_over, edited])
def test_the_rest_is_changed_once_that_part_is_checked_out(
    world: World, member: Caller, group: list[Booking], change: Change
) -> None:
    booking_changes.check_out(world.pool, Hand(who=member, booking=group[0].id), now=EARLY + MINUTE)
    before = bookings.find(world.pool, member, group[1].id)[0]
    after = change(world, Hand(who=member, booking=group[1].id), EARLY + MINUTE)
    assert after.version == before.version + 1
    assert as_it_is(world, group)[0] == (BookingState.COMPLETED, PERIOD)


def test_the_centre_moves_the_other_machine_alone(world: World, group: list[Booking]) -> None:
    hand = Hand(who=world.manager, booking=group[1].id)
    booking_changes.move(world.pool, hand, LATER, reach=Reach.PART, now=EARLY)
    assert as_it_is(world, group) == [
        (BookingState.CHECKED_IN, PERIOD),
        (BookingState.CONFIRMED, LATER),
    ]


def test_a_date_of_a_series_that_has_begun_stays_whole(world: World, member: Caller) -> None:
    dates = booking_series.request_series(
        world.pool, member, wanted(world), every=DAY, count=2, now=START - 2 * DAY + HOUR
    )
    first, second = (date.parts for date in dates)
    booking_changes.check_in(world.pool, Hand(who=member, booking=first[0].id), now=EARLY)
    hand = Hand(who=member, booking=second[0].id)
    booking_changes.cancel(world.pool, hand, reach=Reach.ALL, now=EARLY)
    assert [s for s, _ in as_it_is(world, first)] == ["checked_in", "confirmed"]
    assert [s for s, _ in as_it_is(world, second)] == ["cancelled", "cancelled"]
