"""A change that waits for a manager: what stands meanwhile, and what its cancelling gives up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.rules.waiting_change import (
    Approved,
    GivenUp,
    as_approved,
    given_up,
    is_late,
    leaves,
)
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode

HOUR, TICK, DAY = timedelta(hours=1), timedelta(microseconds=1), timedelta(days=1)
START = datetime(2026, 3, 4, 1, tzinfo=UTC)
NOW = START - HOUR
STOOD = Booking(
    id=BookingId(new_id()),
    centre_id=CentreId(new_id()),
    machine_id=MachineId(new_id()),
    company_id=CompanyId(new_id()),
    person_id=PersonId(new_id()),
    period=Period(START, START + 2 * HOUR),
    state=BookingState.CONFIRMED,
)
LONGER = replace(
    STOOD,
    state=BookingState.PENDING,
    period=Period(START, START + 4 * HOUR),
    usage_mode=UsageMode.ASSISTED,
    expires_at=START,
)
MOVED = replace(LONGER, period=Period(START + 24 * HOUR, START + 26 * HOUR))


@pytest.mark.parametrize("state", [BookingState.OFFERED, BookingState.PENDING])
def test_an_offer_or_a_mere_request_gives_nothing_up(state: BookingState) -> None:
    assert given_up(replace(STOOD, state=state), None, NOW, DAY) is None
    assert as_approved(replace(STOOD, state=state), None) is None


def test_a_confirmed_booking_is_given_up_now() -> None:
    assert given_up(STOOD, Approved(booking=STOOD), NOW, DAY) == GivenUp(booking=STOOD, at=NOW)


def test_a_longer_booking_gives_up_the_approved_time_now() -> None:
    approved = Approved(booking=STOOD)
    back = replace(STOOD, state=BookingState.PENDING)
    assert given_up(LONGER, approved, NOW, DAY) == GivenUp(booking=back, at=NOW)
    assert as_approved(LONGER, approved) == back


@pytest.mark.parametrize("left_at", [NOW - TICK, NOW, NOW + TICK])
def test_a_move_gave_up_the_approved_time_when_it_was_made(left_at: datetime) -> None:
    approved = Approved(booking=STOOD, left_at=left_at)
    back = replace(STOOD, state=BookingState.PENDING)
    assert given_up(MOVED, approved, NOW, DAY) == GivenUp(booking=back, at=min(left_at, NOW))
    assert as_approved(MOVED, approved) is None


@pytest.mark.parametrize(("early", "late"), [(TICK, False), (0 * TICK, False), (-TICK, True)])
def test_a_time_is_left_late_once_cancelling_it_is_not_free(early: timedelta, late: bool) -> None:
    assert is_late(STOOD.period, START - DAY - early, DAY) is late


@pytest.mark.parametrize(
    ("start", "end", "gives"),
    [
        (0 * TICK, 0 * TICK, False),
        (-TICK, TICK, False),
        (TICK, TICK, True),
        (-TICK, -TICK, True),
    ],
)
def test_a_move_gives_up_what_it_does_not_keep(
    start: timedelta, end: timedelta, gives: bool
) -> None:
    after = Period(STOOD.period.start + start, STOOD.period.end + end)
    assert leaves(STOOD.period, after) is gives


NEXT_MONTH = replace(STOOD, period=Period(START + 30 * DAY, START + 30 * DAY + 2 * HOUR))


def left(hours: int, at: datetime) -> GivenUp:
    """A time of so many hours that its people left late."""
    return GivenUp(booking=replace(STOOD, period=Period(START, START + hours * HOUR)), at=at)


def test_a_time_that_was_left_late_is_given_up_as_of_then() -> None:
    was = left(2, NOW - HOUR)
    approved = Approved(booking=NEXT_MONTH, left_late=(was,))
    assert given_up(NEXT_MONTH, approved, NOW, DAY) == was


def test_a_waiting_extension_gives_up_what_was_left_late_before_it() -> None:
    was, waiting = left(2, NOW - HOUR), replace(NEXT_MONTH, state=BookingState.PENDING)
    approved = Approved(booking=NEXT_MONTH, left_late=(was,))
    back = replace(STOOD, state=BookingState.PENDING)
    assert given_up(waiting, approved, NOW, DAY) == replace(was, booking=back)


@pytest.mark.parametrize(
    ("hours", "chosen"), [((2, 1), 0), ((1, 2), 1), ((2, 2), 1), ((1, 2, 1), 1)]
)
def test_of_several_times_left_late_the_longest_counts_and_of_equals_the_last(
    hours: tuple[int, ...], chosen: int
) -> None:
    late = tuple(left(n, NOW - DAY + i * HOUR) for i, n in enumerate(hours))
    approved = Approved(booking=NEXT_MONTH, left_late=late)
    assert given_up(NEXT_MONTH, approved, NOW, DAY) == late[chosen]


@pytest.mark.parametrize(
    ("hours", "lead", "is_present"),
    [
        (2, DAY + TICK, False),
        (2, DAY, False),
        (2, DAY - TICK, True),
        (3, DAY - TICK, False),
    ],
)
def test_a_late_cancellation_of_the_present_time_counts_like_a_late_move(
    hours: int, lead: timedelta, is_present: bool
) -> None:
    was, now = left(hours, NOW - HOUR), NEXT_MONTH.period.start - lead
    approved = Approved(booking=NEXT_MONTH, left_late=(was,))
    present = GivenUp(booking=NEXT_MONTH, at=now)
    assert given_up(NEXT_MONTH, approved, now, DAY) == (present if is_present else was)


@pytest.mark.parametrize(("begun", "is_present"), [(-TICK, False), (0 * TICK, True), (TICK, True)])
def test_a_moved_booking_that_has_begun_is_its_own_time_alone(
    begun: timedelta, is_present: bool
) -> None:
    was, now = left(8, NOW - HOUR), NEXT_MONTH.period.start + begun
    approved = Approved(booking=NEXT_MONTH, left_late=(was,))
    present = GivenUp(booking=NEXT_MONTH, at=now)
    assert given_up(NEXT_MONTH, approved, now, DAY) == (present if is_present else was)
