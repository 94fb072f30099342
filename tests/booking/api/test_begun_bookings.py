"""A booking that has begun is ended, and one that has ended is changed by nobody but a manager with
a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services import attendance, booking_changes, booking_edits, bookings, timeline
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.booking_edits import Edit
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Forbidden, Invalid, Refused
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from tests.support.api_fixtures import LogIn
from tests.support.booking.booking_life import post
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
END = START + timedelta(hours=2)
SECOND = timedelta(seconds=1)


def codes(refused: pytest.ExceptionInfo[Refused]) -> Sequence[str]:
    """The codes of everything that stood in the way."""
    return [p.code for p in refused.value.problems]


@pytest.fixture
def booking(world: World) -> Booking:
    """A booking of a machine without any signal."""
    return world.booked(world.machine("mill-1"), world.company(), START)


@pytest.fixture
def member(world: World, booking: Booking) -> Caller:
    """Somebody who books for the booking's company."""
    return world.member(world.companies[0])


def machine_of(world: World, booking: Booking) -> Machine:
    """The machine that is booked."""
    return next(
        s.machine
        for s in timeline.seen(world.pool, world.manager, centre=world.centre.id)
        if s.machine.id == booking.machine_id
    )


def settled(pool: Pool, world: World, booking: BookingId, now: datetime) -> Booking:
    """The booking after the scheduler's turn."""
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=now)
    return bookings.find(pool, world.manager, booking)[0]


@pytest.mark.parametrize(
    ("now", "code"),
    [(START, "booking.begun"), (END - SECOND, "booking.begun"), (END, "booking.ended")],
)
def test_a_begun_booking_is_not_cancelled_by_its_people(
    pool: Pool, world: World, booking: Booking, member: Caller, now: datetime, code: str
) -> None:
    # The machine's device is silent, so that the booking does not close by itself at its end.
    world.source(machine_of(world, booking))
    with pytest.raises(Refused) as refused:
        booking_changes.cancel(pool, Hand(who=member, booking=booking.id), reason="아파서", now=now)
    assert codes(refused) == [code]


def test_it_is_cancelled_until_the_second_before_it_starts(
    pool: Pool, booking: Booking, member: Caller
) -> None:
    done = booking_changes.cancel(pool, Hand(who=member, booking=booking.id), now=START - SECOND)
    assert (done.state, done.cancelled_at) == (BookingState.CANCELLED, START - SECOND)


def test_a_manager_cancels_a_begun_booking_with_a_reason_only(
    pool: Pool, world: World, booking: Booking
) -> None:
    hand, now = Hand(who=world.manager, booking=booking.id), START + timedelta(minutes=5)
    with pytest.raises(Refused) as refused:
        booking_changes.cancel(pool, hand, reason="  ", now=now)
    assert codes(refused) == ["booking.begun"]
    assert (
        booking_changes.cancel(pool, hand, reason="정전", now=now).state is BookingState.CANCELLED
    )
    _, events = bookings.find(pool, world.manager, booking.id)
    assert (events[-1].action, events[-1].reason) == ("cancel", "정전")


@pytest.mark.parametrize("what", ["move", "extend", "transfer", "check_out"])
def test_what_has_ended_is_nobodys_to_change(
    pool: Pool, world: World, booking: Booking, member: Caller, what: str
) -> None:
    hand, later = Hand(who=member, booking=booking.id), END + timedelta(days=1)
    acts: dict[str, Any] = {
        "move": lambda: booking_changes.move(
            pool, hand, Period(later, later + timedelta(hours=1)), now=END
        ),
        "extend": lambda: booking_changes.extend(pool, hand, END + timedelta(hours=1), now=END),
        "transfer": lambda: booking_edits.transfer(
            pool, hand, world.member(world.companies[0]).person_id, now=END
        ),
        "check_out": lambda: booking_changes.check_out(pool, hand, now=END),
    }
    # The device of this machine is silent, so that its booking does not close by itself.
    world.source(machine_of(world, booking))
    with pytest.raises(Refused) as refused:
        acts[what]()
    assert codes(refused) == ["booking.ended"]


def test_a_booking_is_extended_until_the_second_before_its_end(
    pool: Pool, booking: Booking, member: Caller
) -> None:
    hand = Hand(who=member, booking=booking.id)
    booking_changes.check_in(pool, hand, now=START)
    longer = booking_changes.extend(pool, hand, END + timedelta(hours=1), now=END - SECOND)
    assert longer.period.end == END + timedelta(hours=1)


def test_where_nothing_observes_a_booking_closes_at_its_end(
    pool: Pool, world: World, booking: Booking
) -> None:
    assert settled(pool, world, booking.id, END - SECOND).state is BookingState.CONFIRMED
    closed = settled(pool, world, booking.id, END)
    assert (closed.state, closed.checked_out_at, closed.freed_from) == (
        BookingState.COMPLETED,
        END,
        None,
    )


def test_a_silent_device_has_two_days_to_say_what_it_measured(
    pool: Pool, world: World, booking: Booking
) -> None:
    world.source(machine_of(world, booking))
    waits = settled(pool, world, booking.id, END + timedelta(days=2) - SECOND)
    assert waits.state is BookingState.CONFIRMED
    assert settled(pool, world, booking.id, END + timedelta(days=2)).state is BookingState.COMPLETED


def test_ending_a_booking_that_nothing_observes_frees_its_rest(
    pool: Pool, booking: Booking, member: Caller
) -> None:
    hand, now = Hand(who=member, booking=booking.id), START + timedelta(minutes=5)
    with pytest.raises(Invalid):
        booking_changes.check_out(pool, hand, now=START - SECOND)
    ended = booking_changes.check_out(pool, hand, now=now)
    assert (ended.state, ended.freed_from, ended.checked_in_at) == (
        BookingState.COMPLETED,
        now,
        None,
    )


def test_ending_a_booking_that_nobody_came_to_is_a_no_show(
    pool: Pool, world: World, booking: Booking, member: Caller
) -> None:
    """Five minutes after the start the machine is known to have rested: giving up now dodges
    nothing.
    """
    now = START + timedelta(minutes=5)
    source = world.source(machine_of(world, booking), "gadong-json")
    minutes = [now - timedelta(minutes=n) for n in range(60, -1, -1)]
    batch = [message(source, at, Channel.ACTIVITY, "idle") for at in minutes]
    ingestion.commit(pool, world.centre.id, batch, [])
    ended = booking_changes.check_out(pool, Hand(who=member, booking=booking.id), now=now)
    assert (ended.state, ended.freed_from) == (BookingState.NO_SHOW, now)


LATER = Period(START + timedelta(hours=3), START + timedelta(hours=5))


def closed(pool: Pool, world: World, booking: Booking, period: Period) -> None:
    """Close the booked machine for a time."""
    closures.close(
        pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine_of(world, booking),
            period=period,
            kind="maintenance",
            reason="점검",
        ),
        now=START - timedelta(hours=1),
    )


@pytest.mark.parametrize("now", [START, START + timedelta(minutes=5)])
@pytest.mark.parametrize("is_closed_at_last", [False, True])
def test_a_begun_booking_is_not_moved_out_of_its_no_show(
    pool: Pool,
    world: World,
    booking: Booking,
    member: Caller,
    now: datetime,
    is_closed_at_last: bool,  # pytest names it
) -> None:
    if is_closed_at_last:
        closed(pool, world, booking, Period(END - timedelta(minutes=1), END))
    hand = Hand(who=member, booking=booking.id)
    with pytest.raises(Refused) as refused:
        booking_changes.move(pool, hand, LATER, now=now)
    assert codes(refused) == ["booking.begun"]


def test_it_is_moved_until_the_second_before_its_start(
    pool: Pool, booking: Booking, member: Caller
) -> None:
    hand = Hand(who=member, booking=booking.id)
    assert booking_changes.move(pool, hand, LATER, now=START - SECOND).period == LATER


def test_whom_a_closure_keeps_out_at_the_start_moves_afterwards(
    pool: Pool, world: World, booking: Booking, member: Caller
) -> None:
    closed(pool, world, booking, Period(START, START + timedelta(minutes=10)))
    hand = Hand(who=member, booking=booking.id)
    moved = booking_changes.move(pool, hand, LATER, now=START + timedelta(minutes=5))
    assert moved.period == LATER


@pytest.mark.parametrize("what", ["move", "extend", "edit", "cancel", "release"])
def test_what_ended_where_nothing_observes_is_corrected_by_a_manager_with_a_reason(
    pool: Pool, world: World, booking: Booking, member: Caller, what: str
) -> None:
    now = END + timedelta(hours=5)
    assert settled(pool, world, booking.id, now).state is BookingState.COMPLETED

    def act(who: Caller, reason: str) -> Booking:
        hand = Hand(who=who, booking=booking.id)
        edit = Edit(purpose="시제품")
        acts: dict[str, Any] = {
            "move": lambda: booking_changes.move(pool, hand, LATER, override=reason, now=now),
            "extend": lambda: booking_changes.extend(
                pool, hand, END + timedelta(hours=1), override=reason, now=now
            ),
            "edit": lambda: booking_edits.edit(pool, hand, edit, override=reason, now=now),
            "cancel": lambda: booking_changes.cancel(pool, hand, reason=reason, now=now),
            "release": lambda: booking_changes.release(pool, hand, reason=reason, now=now),
        }
        changed: Booking = acts[what]()
        return changed

    if what == "release":
        with pytest.raises(Forbidden):
            act(member, "")
        with pytest.raises(Invalid):
            act(world.manager, " ")
    else:
        for who in (member, world.manager):
            with pytest.raises(Refused) as refused:
                act(who, "")
            assert codes(refused) == ["booking.ended"]
    corrected = act(world.manager, "실제 이용 시간")
    _, events = bookings.find(pool, world.manager, booking.id)
    assert (events[-1].action, events[-1].reason) == (what, "실제 이용 시간")
    ends = {"move": LATER.end, "extend": END + timedelta(hours=1)}
    if what in ends:
        assert (corrected.state, corrected.period.end) == (BookingState.COMPLETED, ends[what])
        assert corrected.checked_out_at == ends[what]
    elif what == "edit":
        assert (corrected.state, corrected.purpose) == (BookingState.COMPLETED, "시제품")
    else:
        assert corrected.claimed is None


def test_what_has_ended_is_not_corrected_to_a_time_to_come(
    pool: Pool, world: World, booking: Booking
) -> None:
    now = END + timedelta(hours=5)
    settled(pool, world, booking.id, now)
    hand = Hand(who=world.manager, booking=booking.id)
    with pytest.raises(Invalid):
        booking_changes.extend(pool, hand, now + SECOND, override="연장", now=now)
    assert booking_changes.extend(pool, hand, now, override="연장", now=now).period.end == now


def test_a_manager_corrects_what_ended_through_the_api(
    client: TestClient, world: World, booking: Booking, bearer: LogIn, pool: Pool
) -> None:
    settled(pool, world, booking.id, END)
    path, desk = f"/bookings/{booking.id}", bearer(None)
    body = {"end": (END + timedelta(hours=1)).isoformat()}
    refused = post(client, f"{path}/extend", desk, body, 422)
    assert [(p["code"], p["overridable_by"]) for p in refused["problems"]] == [
        ("booking.ended", "manager")
    ]
    corrected = post(client, f"{path}/extend", desk, {**body, "override": "더 썼음"})
    assert (corrected["state"], corrected["override"]) == ("completed", "더 썼음")
    assert post(client, f"{path}/cancel", desk, {"reason": "오입력"})["state"] == "cancelled"


def test_through_the_api_too(client: TestClient, world: World, bearer: LogIn) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    company = world.company()
    mine = world.booked(world.machine("mill-2"), company, start)
    member = bearer(world.member(company))
    refused = post(client, f"/bookings/{mine.id}/cancel", member, status=422)
    assert [p["code"] for p in refused["problems"]] == ["booking.begun"]
    assert post(client, f"/bookings/{mine.id}/check-out", member)["state"] == "completed"
