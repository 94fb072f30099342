"""Bookings that stand side by side when the turn-round of their machine is raised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking
from gadong.booking.services import approvals, booking_changes, booking_edits, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.booking_edits import Edit
from gadong.booking.services.bookings import Request
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import SlotTaken
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from tests.support.world import World

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
NOW = START - 12 * HOUR
Act = Callable[[World, Hand, Hand], Booking]


def raised(world: World, machine: Machine, minutes: int) -> None:
    """Keep more turn-round after each booking from now on."""
    rulebook.change(
        world.pool,
        world.manager,
        Level(machine=machine),
        {"teardown_minutes": minutes},
        effective_from=NOW,
        now=NOW,
    )


def asked(world: World, who: Caller, machine: Machine, hours: float) -> Booking:
    """Ask for two hours, so many hours after the start."""
    period = Period(START + hours * HOUR, START + (hours + 2) * HOUR)
    wanted = Request(machine=machine, company=next(iter(who.companies)), period=period)
    return bookings.request(world.pool, who, wanted, now=NOW)[0]


def machine_of(world: World, booking: Booking) -> Machine:
    """The machine that is booked."""
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, booking.machine_id)
    assert machine
    return machine


def side_by_side(world: World, approval: str) -> tuple[Caller, Booking]:
    """The first of two bookings with the quarter of an hour between them that the rules keep."""
    machine = world.machine("mill-1", approval=approval, step=15 * MINUTE)
    who, other = world.member(world.company()), world.member(world.company())
    first = asked(world, who, machine, 0)
    asked(world, other, machine, 2.25)
    raised(world, machine, 60)
    return who, first


@pytest.mark.parametrize(
    "act",
    [
        lambda w, own, _: booking_edits.edit(w.pool, own, Edit(purpose="시편"), now=NOW),
        lambda w, own, _: booking_changes.cancel(w.pool, own, now=NOW),
        lambda w, own, _: booking_edits.transfer(
            w.pool, own, w.member(w.companies[0]).person_id, now=NOW
        ),
        lambda w, own, _: booking_changes.check_in(w.pool, own, now=START),
        lambda w, own, _: booking_changes.check_out(w.pool, own, now=START + 119 * MINUTE),
    ],
    ids=["edit", "cancel", "transfer", "check_in", "check_out"],
)
def test_what_keeps_its_time_is_not_refused_for_the_new_turn_round(world: World, act: Act) -> None:
    who, first = side_by_side(world, "auto")
    own, boss = (Hand(who=one, booking=first.id) for one in (who, world.manager))
    assert act(world, own, boss).version > first.version


@pytest.mark.parametrize("is_extended", [False, True])
def test_a_request_is_answered_where_it_stands(world: World, is_extended: bool) -> None:
    who, first = side_by_side(world, "manual")
    boss = Hand(who=world.manager, booking=first.id)
    assert approvals.approve(world.pool, boss, now=NOW).state == "confirmed"
    if is_extended:
        own = Hand(who=who, booking=first.id)
        raised(world, machine_of(world, first), 0)
        booking_changes.extend(world.pool, own, START + 2.25 * HOUR, now=NOW)
        raised(world, machine_of(world, first), 60)
        back = approvals.decline(world.pool, boss, reason="정비", now=NOW)
        assert (back.state, back.period.end) == ("confirmed", START + 2 * HOUR)


def test_a_longer_booking_keeps_the_new_turn_round(world: World) -> None:
    who, first = side_by_side(world, "auto")
    own = Hand(who=who, booking=first.id)
    with pytest.raises(SlotTaken):
        booking_changes.extend(world.pool, own, START + 2.25 * HOUR, now=NOW)


def test_a_decline_is_not_refused_for_what_ended_on_the_machine(world: World) -> None:
    who, first = side_by_side(world, "manual")
    approvals.approve(world.pool, Hand(who=world.manager, booking=first.id), now=NOW)
    later = asked(world, who, machine_of(world, first), 6)
    now = first.period.end + MINUTE
    boss = Hand(who=world.manager, booking=later.id)
    assert approvals.decline(world.pool, boss, reason="정비", now=now).state == "declined"
    assert bookings.find(world.pool, who, first.id)[0].state == "completed"
