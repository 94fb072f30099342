"""The cost of one session, before its statement: the statement's own amount, or nothing known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.services import statement_drafts
from gadong.billing.services.prices import session_costs
from gadong.booking.domain.booking import Booking
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import NotFound
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.people.domain.company import Company
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.world import World

# A morning of the month before, so that no session crosses a month's edge or is still open.
START = (datetime.now(UTC).replace(day=1) - timedelta(days=12)).replace(
    hour=1, minute=0, second=0, microsecond=0
)


def ran(world: World, machine: Machine, *spans: tuple[int, int]) -> None:
    """Store a machine's runs, in minutes from the start."""
    source = world.source(machine)
    edges = [(-30, "idle"), *((m, w) for a, b in spans for m, w in ((a, "running"), (b, "idle")))]
    at = [(START + timedelta(minutes=m), word) for m, word in edges]
    batch = [message(source, instant, Channel.ACTIVITY, word) for instant, word in at]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    metering.catch_up(world.pool)


def came(world: World, machine: Machine, company: Company) -> Booking:
    """Return a booking of two hours whose person checked in at its start."""
    booking = world.booked(machine, company, START, now=START - timedelta(hours=1))
    hand = Hand(who=world.manager, booking=booking.id, version=booking.version)
    return booking_changes.check_in(world.pool, hand, now=START)


def stated(world: World, member: Caller, booking: Booking) -> int:
    """Return the total of the statement that the booking's month would have."""
    return statement_drafts.preview(
        world.pool,
        member,
        centre=world.centre.id,
        company=booking.company_id,
        month=str(Month.of(START, world.ZONE)),
    ).document.totals.total


def test_the_cost_of_a_months_only_session_is_its_statements_total(world: World) -> None:
    machine, company = world.machine("mill-1"), world.company(category="small-manufacturer")
    world.tariff()
    booking = world.booked(machine, company, START, now=START - timedelta(hours=1))
    ran(world, machine, (5, 40), (50, 90))
    member = world.member(company)
    cost = session_costs.of_booking(world.pool, member, booking)
    assert cost is not None
    assert (cost.ran_seconds, cost.may_fall) == (75 * 60, False)
    assert cost.amount == stated(world, member, booking)
    assert cost.billed_seconds >= cost.ran_seconds
    # 80 minutes of 30,000 won an hour, half of it, and the tax.
    assert cost.amount == 22_000


def test_without_a_tariff_the_time_is_known_and_no_amount(world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    booking = world.booked(machine, company, START, now=START - timedelta(hours=1))
    ran(world, machine, (5, 40))
    cost = session_costs.of_booking(world.pool, world.member(company), booking)
    assert cost is not None
    assert (cost.ran_seconds, cost.amount) == (35 * 60, None)


def test_a_booking_that_nobody_came_for_has_no_cost_yet(world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    world.tariff()
    missed = world.booked(machine, company, START, now=START - timedelta(hours=1))
    coming = world.booked(machine, company, datetime.now(UTC) + timedelta(hours=1))
    member = world.member(company)
    for booking in (missed, coming):
        assert session_costs.of_booking(world.pool, member, booking) is None


def test_anothers_cost_is_not_found(world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    booking = world.booked(machine, company, START, now=START - timedelta(hours=1))
    with pytest.raises(NotFound):
        session_costs.of_booking(world.pool, world.member(world.company()), booking)


@pytest.mark.parametrize(
    ("words", "has_rested"),
    [
        ([(-30, "idle"), (120, "idle")], True),
        # Signals speak of 96 of the 120 minutes, four fifths, or of a second less.
        ([(-30, "idle"), (96, "down")], True),
        ([(-30, "idle"), (96 - 1 / 60, "down")], False),
        ([], False),
    ],
)
def test_a_machine_rested_only_where_its_signals_say_so(
    world: World, words: list[tuple[float, str]], has_rested: bool
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    world.tariff()
    booking = came(world, machine, company)
    source = world.source(machine)
    batch = [
        message(
            source,
            START + timedelta(minutes=minutes),
            Channel.LINK if word == "down" else Channel.ACTIVITY,
            word,
        )
        for minutes, word in words
    ]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    cost = session_costs.of_booking(world.pool, world.member(company), booking)
    assert cost is not None
    assert (cost.ran_seconds, cost.has_rested) == (0, has_rested)


def test_the_page_says_of_use_without_a_word_that_nobody_knows(world: World, visit: Visit) -> None:
    machine, company = world.machine("mill-1"), world.company()
    world.tariff()
    booking = came(world, machine, company)
    left = Hand(who=world.manager, booking=booking.id, version=booking.version)
    booking_changes.check_out(world.pool, left, now=START + timedelta(hours=2))
    said = visit(world.member(company)).get(f"/bookings/{booking.id}").text
    assert "가동 여부를 알 수 있는 기록이 없습니다." in said
    assert "가동하지 않았습니다." not in said
