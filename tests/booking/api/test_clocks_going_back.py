"""Groups and series where the clock shows an hour twice: Sydney's 4 April 2027, 02:00 to 03:00."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.together import booking_series
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.people.store import centres
from tests.support.world import World

SYDNEY = ZoneInfo("Australia/Sydney")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST_TWO = datetime(2027, 4, 3, 15, tzinfo=UTC)
SECOND_TWO = FIRST_TWO + HOUR
NOW = FIRST_TWO - 10 * DAY


@pytest.fixture
def sydney(pool: Pool) -> World:
    """A centre in Sydney."""
    world = World.made(pool)
    with transaction(pool, SYSTEM) as tx:
        centres.set_zone(tx, world.centre.id, SYDNEY.key)
    return world


def wanted(world: World, start: datetime, *, machines: int = 1) -> Request:
    """A request for an hour."""
    first, *also = [world.machine() for _ in range(machines)]
    return Request(
        machine=first,
        also=tuple(also),
        company=world.companies[0].id,
        period=Period(start, start + HOUR),
    )


def starts(world: World, group: list[Booking]) -> list[datetime]:
    """Return the bookings' present starts."""
    return [bookings.find(world.pool, world.manager, b.id)[0].period.start for b in group]


@pytest.mark.parametrize("old", [FIRST_TWO - DAY, FIRST_TWO, SECOND_TWO])
@pytest.mark.parametrize("new", [FIRST_TWO, SECOND_TWO])
def test_a_group_stays_together_in_an_hour_that_comes_twice(
    sydney: World, old: datetime, new: datetime
) -> None:
    member = sydney.member(sydney.company())
    made = bookings.request(sydney.pool, member, wanted(sydney, old, machines=2), now=NOW)
    hand = Hand(who=member, booking=made[0].id)
    booking_changes.move(sydney.pool, hand, Period(new, new + 2 * HOUR), now=NOW)
    assert starts(sydney, made) == [new, new]


@pytest.mark.parametrize("start", [FIRST_TWO, SECOND_TWO])
def test_a_series_starts_where_it_was_asked_for(sydney: World, start: datetime) -> None:
    member = sydney.member(sydney.company())
    dates = booking_series.request_series(
        sydney.pool, member, wanted(sydney, start), every=DAY, count=2, now=NOW
    )
    # The next day knows one two o'clock.
    assert [d.period.start for d in dates] == [start, SECOND_TWO + DAY]


@pytest.mark.parametrize("start", [FIRST_TWO, SECOND_TWO])
def test_a_longer_series_keeps_each_date_in_its_hour(sydney: World, start: datetime) -> None:
    member = sydney.member(sydney.company())
    dates = booking_series.request_series(
        sydney.pool, member, wanted(sydney, start), every=DAY, count=2, now=NOW
    )
    made = [d.booking for d in dates if d.booking]
    hand = Hand(who=member, booking=made[1].id)
    longer = Period(made[1].period.start, made[1].period.end + HOUR)
    booking_changes.move(sydney.pool, hand, longer, reach=Reach.ALL, now=NOW)
    assert starts(sydney, made) == [start, SECOND_TWO + DAY]
