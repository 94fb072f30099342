"""A booking comes to the same by the facts, whether or not anybody had looked in between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import attendance, bookings, machine_ledger
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from tests.support.billing.lines_by_their_own_day import MILL, amounts, at, drafted, mill, published
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["mill"]

HALF = {**MILL, "no_show": {"pct": "50"}}
A_MINUTE = timedelta(minutes=1)


def settled(world: World, hour: float) -> None:
    """Let the scheduler look at the twelfth's hour."""
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=at(world, 12, hour))


def told_and_looked(
    world: World, machine: Machine, words: list[tuple[float, str]], looks: tuple[float, ...]
) -> None:
    """Let the machine say its words of the twelfth, and the scheduler look in between."""
    source = world.source(machine)
    steps: list[tuple[float, str | None]] = [*words, *((look, None) for look in looks)]
    for hour, word in sorted(steps, key=lambda step: step[0]):
        if word is None:
            settled(world, hour)
            continue
        told = [message(source, at(world, 12, hour), Channel.ACTIVITY, word)]
        ingestion.commit(world.pool, world.centre.id, told, [])


@pytest.mark.parametrize("looks", [(), (14.1,)], ids=["after the late word", "before it as well"])
def test_a_release_by_the_facts_ends_with_them(
    world: World, manager: TestClient, mill: Machine, looks: tuple[float, ...]
) -> None:
    """A seemed to run on; that it stopped after two minutes is told three hours later."""
    published(world, manager, HALF)
    source = world.source(mill)
    world.booked(mill, world.companies[0], at(world, 12))
    second = world.booked(mill, world.companies[1], at(world, 12, 12))

    def say(*words: tuple[float, str]) -> None:
        told = [message(source, at(world, 12, h), Channel.ACTIVITY, word) for h, word in words]
        ingestion.commit(world.pool, world.centre.id, told, [])

    say((9, "idle"), (10, "running"))
    for hour in looks:
        settled(world, hour)
        released, _ = bookings.find(world.pool, world.manager, second.id)
        assert released.state is BookingState.RELEASED
        assert amounts(drafted(world, 1)) == [0]
    say((12 + 2 / 60, "idle"), (15, "idle"))
    settled(world, 15.5)
    # 118 of the 120 minutes were theirs, at half their price.
    assert amounts(drafted(world, 1)) == [29_500]


@pytest.mark.parametrize("looks", [(), (10.3,), (10.3, 10.6, 11)])
def test_who_begins_once_others_could_have_the_time_was_missed(
    world: World, manager: TestClient, mill: Machine, looks: tuple[float, ...]
) -> None:
    published(world, manager, HALF)
    booking = world.booked(mill, world.companies[0], at(world, 12))
    words = [(9, "idle"), (10.25, "idle"), (10.5, "running"), (12, "idle")]
    told_and_looked(world, mill, words, (*looks, 12.1))
    missed, _ = bookings.find(world.pool, world.manager, booking.id)
    freed = at(world, 12, 10.25)
    assert (missed.state, missed.freed_from) == (BookingState.NO_SHOW, freed)
    day = Period(at(world, 12, 0), at(world, 13, 0))
    (use,) = machine_ledger.usages(world.pool, world.manager, mill, day)
    assert (use.seconds, use.owner) == (5400, "nobody")
    statement = drafted(world)
    assert amounts(statement) == [30_000]
    assert [b["code"] for b in statement.blockers] == ["statement.unattributed"]


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(14, BookingState.COMPLETED), (15, BookingState.NO_SHOW), (16, BookingState.NO_SHOW)],
)
def test_the_time_to_come_is_over_at_its_minute(
    world: World, manager: TestClient, mill: Machine, minutes: int, state: BookingState
) -> None:
    published(world, manager, HALF)
    source = world.source(mill)
    booking = world.booked(mill, world.companies[0], at(world, 12))
    begins = at(world, 12) + minutes * A_MINUTE
    words = [(at(world, 12, 9), "idle"), (begins, "running"), (at(world, 12, 12), "idle")]
    words.append((at(world, 12, 14), "idle"))
    told = [message(source, when, Channel.ACTIVITY, word) for when, word in words]
    ingestion.commit(world.pool, world.centre.id, told, [])
    settled(world, 14)
    found, _ = bookings.find(world.pool, world.manager, booking.id)
    assert found.state is state


@pytest.mark.parametrize("looks", [(), (12.26,), (12.26, 12.5, 12.8)])
def test_who_could_not_have_come_is_late_for_nothing(
    world: World, manager: TestClient, mill: Machine, looks: tuple[float, ...]
) -> None:
    """A runs on until 12:20, so B, booked from 12:00, begins at 12:40."""
    published(world, manager, HALF)
    world.booked(mill, world.companies[0], at(world, 12))
    second = world.booked(mill, world.companies[1], at(world, 12, 12))
    words = [(9, "idle"), (10, "running"), (12 + 1 / 3, "idle"), (12 + 2 / 3, "running")]
    told_and_looked(world, mill, [*words, (14, "idle")], (*looks, 14.1))
    found, _ = bookings.find(world.pool, world.manager, second.id)
    assert found.state is BookingState.IN_USE
    # Twenty minutes of A's are an overrun in B's time, at half as much again.
    assert amounts(drafted(world)) == [70_000, 5_000]
    assert amounts(drafted(world, 1)) == [40_000]
