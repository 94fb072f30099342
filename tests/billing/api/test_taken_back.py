"""A booking that the centre takes back after its end costs nothing, whoever checked in for it.

One that is corrected was used in its new time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services import attendance, booking_changes, bookings, machine_ledger
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.use_log import entries
from gadong.booking.services.use_log.entries import Written
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services import ingestion, observations
from gadong.metering.domain.logged_use import UseOrigin
from gadong.metering.store import logged_uses
from tests.support.billing.lines_by_their_own_day import (
    MILL,
    amounts,
    at,
    drafted,
    mill,
    month_of,
    published,
)
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["mill"]

HULL = {**MILL, "basis": "hull"}


def said(world: World, machine: Machine, *words: tuple[float, str]) -> None:
    """Let the machine say what it did at hours of the twelfth."""
    source = world.source(machine)
    told = [message(source, at(world, 12, hour), Channel.ACTIVITY, word) for hour, word in words]
    ingestion.commit(world.pool, world.centre.id, told, [])


def came(world: World, booking: Booking, until: float | None = None) -> Hand:
    """Check the people of a booking in at its start, and out at an hour, or let them forget it."""
    hand = Hand(who=world.manager, booking=booking.id)
    booking_changes.check_in(world.pool, hand, now=booking.period.start)
    if until is not None:
        booking_changes.check_out(world.pool, hand, now=at(world, 12, until))
        return hand
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=booking.period.end + timedelta(hours=1))
    closed, _ = bookings.find(world.pool, world.manager, booking.id)
    assert closed.state is BookingState.COMPLETED
    return hand


def undone(world: World, hand: Hand, how: str, now: datetime) -> Booking:
    """Take a booking back, or cancel it, as a manager with a reason."""
    act = {"release": booking_changes.release, "cancel": booking_changes.cancel}[how]
    done: Booking = act(world.pool, hand, reason="장비 고장", now=now)
    return done


@pytest.mark.parametrize("how", ["release", "cancel"])
@pytest.mark.parametrize("until", [11.5, 12])
@pytest.mark.parametrize("item", [MILL, HULL], ids=["by run", "hull"])
def test_what_the_centre_takes_back_after_its_end_costs_nothing(
    world: World, manager: TestClient, mill: Machine, item: dict[str, str], until: float, how: str
) -> None:
    published(world, manager, item)
    said(world, mill, (9, "idle"), (10, "running"), (11, "idle"))
    booking = world.booked(mill, world.companies[0], at(world, 12))
    hand = came(world, booking, until)
    assert amounts(drafted(world)) == [60_000 if item is HULL else 30_000]
    undone(world, hand, how, at(world, 13))
    assert amounts(drafted(world)) == []
    # Nobody pays for it, and the managers are asked whose it was.
    day = Period(at(world, 12, 0), at(world, 13, 0))
    (use,) = machine_ledger.usages(world.pool, world.manager, mill, day)
    assert (use.seconds, use.owner) == (3600, "nobody")


@pytest.mark.parametrize("how", ["release", "cancel"])
def test_who_never_checked_out_of_it_does_not_pay_for_the_next_booking(
    world: World, manager: TestClient, mill: Machine, how: str
) -> None:
    published(world, manager)
    words = [(9, "idle"), (10, "running"), (11, "idle"), (14, "running"), (16, "idle")]
    said(world, mill, *words)
    hand = came(world, world.booked(mill, world.companies[0], at(world, 12)))
    undone(world, hand, how, at(world, 12, 13.5))
    world.booked(mill, world.companies[1], at(world, 12, 14))
    assert amounts(drafted(world)) == []
    assert amounts(drafted(world, 1)) == [60_000]


@pytest.mark.parametrize(
    ("basis", "start", "end", "paid"),
    [
        ("hull", 10, 11, 30_000),
        ("actual_occupied", 10, 11, 30_000),
        ("hull", 10, 14, 120_000),
        ("actual_occupied", 10, 14, 120_000),
        ("hull", 13, 15, 60_000),
        ("actual_occupied", 13, 15, 60_000),
        ("hull", 7, 8, 30_000),
        ("actual_occupied", 7, 8, 30_000),
        ("hull", 10.25, 11.25, 30_000),
        ("actual_occupied", 10.25, 11.25, 30_000),
        ("actual_occupied", 9.75, 11.75, 60_000),
    ],
)
def test_what_is_corrected_after_its_end_was_used_in_its_new_time(
    world: World,
    manager: TestClient,
    mill: Machine,
    basis: str,
    start: float,
    end: float,
    paid: int,
) -> None:
    """A came at ten and checked out at noon; a manager says when it truly was."""
    published(world, manager, {**MILL, "basis": basis})
    said(world, mill, (6, "idle"), (20, "off"))
    hand = came(world, world.booked(mill, world.companies[0], at(world, 12)), 12)
    assert amounts(drafted(world)) == [60_000]
    new = Period(at(world, 12, start), at(world, 12, end))
    booking_changes.move(world.pool, hand, new, override="실제 이용 시간", now=at(world, 13))
    assert amounts(drafted(world)) == [paid]


@pytest.mark.parametrize(("basis", "paid"), [("actual_run", 0), ("hull", 60_000)])
def test_who_forgot_to_check_out_of_what_was_corrected_has_no_part_in_the_time_between(
    world: World, manager: TestClient, mill: Machine, basis: str, paid: int
) -> None:
    """A came at ten and never checked out; it was from three to five. B ran its own 13-15."""
    published(world, manager, {**MILL, "basis": basis})
    said(world, mill, (9, "idle"), (13.05, "running"), (15, "idle"), (20, "off"))
    hand = came(world, world.booked(mill, world.companies[0], at(world, 12)))
    world.booked(mill, world.companies[1], at(world, 12, 13))
    new = Period(at(world, 12, 15), at(world, 12, 17))
    booking_changes.move(world.pool, hand, new, override="실제 이용 시간", now=at(world, 13))
    assert amounts(drafted(world)) == [paid]
    assert amounts(drafted(world, 1)) == [60_000]


@pytest.mark.parametrize("until", [12, None], ids=["checked out", "forgot it"])
@pytest.mark.parametrize("days", [-25, -20])
@pytest.mark.parametrize("basis", ["hull", "actual_occupied", "booked"])
def test_what_is_corrected_to_another_month_was_used_there(
    world: World, manager: TestClient, mill: Machine, basis: str, days: int, until: float | None
) -> None:
    """Its check-in lies far outside of the time that is read for that month."""
    no_show = {"pct": "50", "tax_type": "out_of_scope"}
    published(world, manager, {**MILL, "basis": basis, "no_show": no_show})
    said(world, mill, (-24 * 40, "idle"), (20, "off"))
    hand = came(world, world.booked(mill, world.companies[0], at(world, 12)), until)
    start = at(world, 12) + timedelta(days=days)
    new = Period(start, start + timedelta(hours=2))
    booking_changes.move(world.pool, hand, new, override="실제 이용 시간", now=at(world, 13))
    assert amounts(drafted(world)) == []
    then = str(month_of(world).previous)
    assert amounts(drafted(world, month=then)) == [60_000]


@pytest.fixture
def gauge(world: World, mill: Machine) -> Machine:
    """A machine without signals, of which its ledger says when it was used."""
    machine = world.machine("gauge-1")
    observations.declare(
        world.pool, world.manager, machine.id, Observed.LEDGER, since=at(world, 1, 0)
    )
    return machine


@pytest.mark.parametrize("until", [12, None], ids=["checked out", "forgot it"])
@pytest.mark.parametrize("how", ["release", "cancel"])
@pytest.mark.parametrize("basis", ["hull", "actual_run"])
def test_what_check_ins_entered_in_a_ledger_is_taken_back_with_it(
    world: World,
    manager: TestClient,
    gauge: Machine,
    basis: str,
    how: str,
    until: float | None,
) -> None:
    published(world, manager, {**MILL, "basis": basis})
    hand = came(world, world.booked(gauge, world.companies[0], at(world, 12)), until)
    assert amounts(drafted(world)) == [60_000]
    undone(world, hand, how, at(world, 13))
    assert amounts(drafted(world)) == []


@pytest.mark.parametrize(
    ("start", "end", "paid"), [(10, 11, 30_000), (13, 15, 60_000), (7, 8, 30_000)]
)
@pytest.mark.parametrize("basis", ["hull", "actual_occupied", "actual_run"])
def test_what_check_ins_entered_in_a_ledger_is_corrected_with_it(
    world: World,
    manager: TestClient,
    gauge: Machine,
    basis: str,
    start: int,
    end: int,
    paid: int,
) -> None:
    published(world, manager, {**MILL, "basis": basis})
    hand = came(world, world.booked(gauge, world.companies[0], at(world, 12)), 12)
    new = Period(at(world, 12, start), at(world, 12, end))
    booking_changes.move(world.pool, hand, new, override="실제 이용 시간", now=at(world, 13))
    assert amounts(drafted(world)) == [paid]
    day = Period(at(world, 12, 0), at(world, 13, 0))
    with transaction(world.pool, SYSTEM) as tx:
        held = logged_uses.in_force(tx, gauge.id, day, recorded_before=END_OF_TIME)
    assert [(use.period, use.origin) for use in held] == [(new, UseOrigin.CHECK_IN)]


def test_what_people_wrote_down_stays_of_a_booking_that_is_taken_back(
    world: World, manager: TestClient, gauge: Machine
) -> None:
    """It names the booking no more, and is use without one: half an hour, whatever the basis."""
    published(world, manager, HULL)
    booking = world.booked(gauge, world.companies[0], at(world, 12))
    hand = came(world, booking, 12)
    with transaction(world.pool, SYSTEM) as tx:
        (entry,) = logged_uses.in_force(tx, gauge.id, booking.period, recorded_before=END_OF_TIME)
    entries.reverse(world.pool, world.manager, entry.id, reason="장부와 다름")
    written = Written(
        machine=gauge,
        company=world.companies[0].id,
        booking=booking.id,
        period=Period(at(world, 12, 10.5), at(world, 12, 11)),
        reason="측정",
    )
    entries.log(world.pool, world.manager, written, now=at(world, 13))
    assert amounts(drafted(world)) == [60_000]
    undone(world, hand, "release", at(world, 13))
    assert amounts(drafted(world)) == [15_000]
