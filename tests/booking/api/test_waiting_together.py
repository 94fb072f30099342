"""Several machines are waited for as one: one offer of all of them, taken or left whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.together.reach import Reach
from gadong.booking.domain.waiting_entry import REST, Waiting, WaitingState
from gadong.booking.services import approvals, attendance, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.waiting import offers, waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.booking.store import waiting_list as waiting
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World

# Noon in Seoul, in the middle of the waking hours.
NOON = TOMORROW.replace(hour=3)
HOUR = timedelta(hours=1)
BEGIN = NOON + 24 * HOUR
HOURS = Period(BEGIN, BEGIN + 4 * HOUR)


def wait(world: World, who: Caller, hall: list[Machine], **more: Any) -> Waiting:
    """Somebody waits for two hours on all of the machines."""
    request = WaitingRequest(
        machine=hall[0],
        also=tuple(hall[1:]),
        company=next(iter(who.companies)),
        period=HOURS,
        length=2 * HOUR,
        **more,
    )
    return waiting_list.join(world.pool, who, request, now=NOON)


def held(world: World, who: Caller, machine: Machine, start: datetime, hours: float) -> Booking:
    """A booking of the person's own."""
    period = Period(start, start + hours * HOUR)
    request = Request(machine=machine, company=next(iter(who.companies)), period=period)
    return bookings.request(world.pool, who, request, now=NOON)[0]


def given_up(world: World, who: Caller, booking: Booking, now: datetime = NOON) -> None:
    """The booking is cancelled."""
    booking_changes.cancel(world.pool, Hand(who=who, booking=booking.id), now=now)


def entry_of(world: World, entry: Waiting) -> Waiting:
    """The entry as it is now."""
    with transaction(world.pool, SYSTEM) as tx:
        found = waiting.by_id(tx, entry.id)
    assert found is not None
    return found


def offer_of(world: World, entry: Waiting) -> list[Booking]:
    """The bookings that are held for the entry."""
    found = entry_of(world, entry)
    assert found.booking_id is not None
    first = bookings.find(world.pool, world.manager, found.booking_id)[0]
    return bookings.made_together(world.pool, world.manager, first)


def letters(pool: Pool, kind: str) -> list[dict[str, Any]]:
    """Return what was told of the kind."""
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select data from outbox where kind = %(kind)s order by id", kind=kind)
    return [row["data"] for row in rows]


@pytest.fixture
def people(world: World) -> tuple[Caller, Caller]:
    """One who waits, and one who holds what is waited for."""
    return world.member(world.company()), world.member(world.company())


def test_a_group_is_offered_at_one_time_once_all_its_machines_are_free(
    world: World, pool: Pool, people: tuple[Caller, Caller]
) -> None:
    waiter, other = people
    hall = [world.machine(), world.machine()]
    # The first is free in the last two hours alone, the second in the first two.
    first = held(world, other, hall[0], BEGIN, 2)
    second = held(world, other, hall[1], BEGIN + 2 * HOUR, 2)
    entry = wait(world, waiter, hall)
    assert entry.state is WaitingState.WAITING
    given_up(world, other, second)
    parts = offer_of(world, entry)
    assert {b.machine_id for b in parts} == {m.id for m in hall}
    assert {b.state for b in parts} == {BookingState.OFFERED}
    last_hours = Period(BEGIN + 2 * HOUR, BEGIN + 4 * HOUR)
    assert {b.period for b in parts} == {last_hours}
    assert len({b.expires_at for b in parts}) == 1
    assert len(letters(pool, "booking.offered")) == 1
    assert first.is_holding


def test_either_machine_that_becomes_free_brings_the_offer(
    world: World, people: tuple[Caller, Caller]
) -> None:
    waiter, other = people
    for number in range(2):
        hall = [world.machine(), world.machine()]
        blocking = held(world, other, hall[number], BEGIN, 4)
        entry = wait(world, waiter, hall)
        assert entry.state is WaitingState.WAITING
        given_up(world, other, blocking)
        assert entry_of(world, entry).state is WaitingState.OFFERED


def test_an_offer_is_accepted_whole_whichever_part_is_named(
    world: World, pool: Pool, people: tuple[Caller, Caller]
) -> None:
    waiter, _ = people
    # Each of the two wants the other in the same request.
    hall = [world.machine("mill-1"), world.machine("mill-2", linked=["mill-1"])]
    entry = wait(world, waiter, hall)
    last = offer_of(world, entry)[1]
    approvals.accept(pool, Hand(who=waiter, booking=last.id), now=NOON)
    assert {b.state for b in offer_of(world, entry)} == {BookingState.CONFIRMED}
    assert entry_of(world, entry).state is WaitingState.SERVED
    assert len(letters(pool, "booking.confirmed")) == 1


def test_an_offer_is_given_up_and_taken_back_whole(
    world: World, people: tuple[Caller, Caller]
) -> None:
    waiter, _ = people
    hall = [world.machine(drop_alone=True), world.machine(drop_alone=True)]
    entry = wait(world, waiter, hall)
    part = offer_of(world, entry)[1]
    booking_changes.release(
        world.pool, Hand(who=world.manager, booking=part.id), reason="점검", now=NOON
    )
    assert bookings.find(world.pool, waiter, part.id)[0].state is BookingState.RELEASED
    # The entry keeps its turn: the same time is offered anew, with all its machines.
    again = offer_of(world, entry)
    assert [b.state for b in again] == [BookingState.OFFERED] * 2
    assert part.id not in {b.id for b in again}
    booking_changes.cancel(
        world.pool, Hand(who=waiter, booking=again[1].id), reach=Reach.PART, now=NOON
    )
    assert {bookings.find(world.pool, waiter, b.id)[0].state for b in again} == {
        BookingState.CANCELLED
    }
    assert entry_of(world, entry).state is WaitingState.LEFT


def test_a_missed_offer_lapses_whole_and_is_told_once(
    world: World, pool: Pool, people: tuple[Caller, Caller]
) -> None:
    waiter, _ = people
    hall = [world.machine(), world.machine()]
    entry = wait(world, waiter, hall)
    parts = offer_of(world, entry)
    lapses = parts[0].expires_at
    assert lapses is not None
    hand = Hand(who=waiter, booking=parts[1].id)
    with pytest.raises(NotAllowed):
        approvals.accept(pool, hand, now=lapses)
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=lapses)
        offers.offer_all(tx, now=lapses)
    assert {bookings.find(pool, waiter, b.id)[0].state for b in parts} == {BookingState.EXPIRED}
    missed = entry_of(world, entry)
    assert (missed.state, missed.missed, missed.booking_id) == (WaitingState.WAITING, 1, None)
    assert len(letters(pool, "booking.expired")) == 1
    # Just before its rest is over nothing is offered, and then all of it.
    for now, state in (
        (lapses + REST - timedelta(seconds=1), WaitingState.WAITING),
        (lapses + REST, WaitingState.OFFERED),
    ):
        with transaction(pool, SYSTEM) as tx:
            offers.offer_all(tx, now=now)
        assert entry_of(world, entry).state is state


def test_a_group_that_cannot_be_served_keeps_nobody_behind_it_waiting(
    world: World, people: tuple[Caller, Caller]
) -> None:
    waiter, other = people
    hall = [world.machine(), world.machine()]
    held(world, other, hall[1], BEGIN, 4)
    entry, behind = wait(world, waiter, hall), wait(world, other, hall[:1])
    assert (entry.state, behind.state) == (WaitingState.WAITING, WaitingState.OFFERED)


def test_a_group_whose_machine_is_at_work_is_offered_at_the_next_look(
    world: World, pool: Pool, people: tuple[Caller, Caller]
) -> None:
    waiter, other = people
    hall = [world.machine(), world.machine()]
    blocking = held(world, other, hall[0], BEGIN, 4)
    entry = wait(world, waiter, hall)
    with transaction(pool, SYSTEM) as elsewhere:
        machines.lock(elsewhere, [hall[1].id])
        given_up(world, other, blocking)
        assert entry_of(world, entry).state is WaitingState.WAITING
    with transaction(pool, SYSTEM) as tx:
        assert offers.offer_all(tx, now=NOON) == 1
    assert entry_of(world, entry).state is WaitingState.OFFERED


def test_a_group_is_waited_for_through_the_api(
    client: TestClient, bearer: LogIn, world: World, people: tuple[Caller, Caller]
) -> None:
    hall = [world.machine("mill-1"), world.machine("mill-2"), world.machine("mill-3")]
    headers = bearer(people[0])
    body = wish("mill-1", also_slugs=["mill-2"]) | {"minutes": 60}
    made = client.post("/api/v1/waiting", json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert (made.json()["machine"], made.json()["also"]) == (str(hall[0].id), [str(hall[1].id)])
    path = f"/api/v1/bookings/{made.json()['booking']}"
    shown = client.get(path, headers=headers).json()
    assert {p["machine"] for p in shown["parts"]} == {str(m.id) for m in hall[:2]}
    taken = client.post(f"{path}/accept", headers=headers)
    assert (taken.status_code, {p["state"] for p in taken.json()["parts"]}) == (200, {"confirmed"})
    for also in (["mill-1"], ["mill-2", "mill-2"]):
        twice = client.post("/api/v1/waiting", json=body | {"also_slugs": also}, headers=headers)
        assert (twice.status_code, twice.json()["field"]) == (422, "also")
    unknown = client.post(
        "/api/v1/waiting", json=body | {"also_slugs": ["lathe-9"]}, headers=headers
    )
    assert unknown.status_code == 404


def test_an_offer_in_a_closure_is_taken_back_without_waiting_for_its_other_machine(
    world: World,
) -> None:
    hall = [world.machine(), world.machine()]
    entry = wait(world, world.member(world.company()), hall)
    with transaction(world.pool, SYSTEM) as others_work:
        machines.lock(others_work, [hall[1].id])
        # A wait for the second machine's lock would end in a ring, or never.
        closures.close(
            world.pool,
            world.manager,
            Closing(
                centre=world.centre.id, machine=hall[0], period=HOURS, kind="closed", reason="점검"
            ),
            now=NOON,
        )
        assert states_of(world, entry) == (WaitingState.OFFERED, {"offered"})
        with transaction(world.pool, SYSTEM) as tx:
            offers.offer_all(tx, now=NOON)
        assert states_of(world, entry) == (WaitingState.OFFERED, {"offered"})
    with transaction(world.pool, SYSTEM) as tx:
        offers.offer_all(tx, now=NOON)
    assert states_of(world, entry) == (WaitingState.WAITING, {"released"})


def states_of(world: World, entry: Waiting) -> tuple[WaitingState, set[str]]:
    """The state of an entry, and those of all bookings."""
    with transaction(world.pool, SYSTEM) as tx:
        found = waiting.by_id(tx, entry.id)
        rows = many(tx, "select state from bookings")
    assert found
    return found.state, {row["state"] for row in rows}
