"""A change that waits for a manager: what stands meanwhile, and what its cancelling gives up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.rules.waiting_change import Approved, GivenUp, as_approved, given_up
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode

HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
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
    assert given_up(replace(STOOD, state=state), None, NOW) is None
    assert as_approved(replace(STOOD, state=state), None) is None


def test_a_confirmed_booking_is_given_up_now() -> None:
    assert given_up(STOOD, Approved(booking=STOOD), NOW) == GivenUp(booking=STOOD, at=NOW)


def test_a_longer_booking_gives_up_the_approved_time_now() -> None:
    approved = Approved(booking=STOOD)
    back = replace(STOOD, state=BookingState.PENDING)
    assert given_up(LONGER, approved, NOW) == GivenUp(booking=back, at=NOW)
    assert as_approved(LONGER, approved) == back


@pytest.mark.parametrize("left_at", [NOW - TICK, NOW, NOW + TICK])
def test_a_move_gave_up_the_approved_time_when_it_was_made(left_at: datetime) -> None:
    approved = Approved(booking=STOOD, left_at=left_at)
    back = replace(STOOD, state=BookingState.PENDING)
    assert given_up(MOVED, approved, NOW) == GivenUp(booking=back, at=min(left_at, NOW))
    assert as_approved(MOVED, approved) is None
