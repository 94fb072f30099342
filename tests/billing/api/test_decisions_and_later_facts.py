"""Decisions whose facts change afterwards: contradicted by later signals, moved with their booking,
made about nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from tests.support.billing.decisions_and_later_facts import codes, decided, heard
from tests.support.billing.lines_by_their_own_day import (
    API,
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


OUTDATED = "statement.decision_outdated"


@pytest.fixture
def gap(world: World, manager: TestClient, mill: Machine) -> Source:
    """A booking from ten to twelve in which nothing was heard from 11:00 to 11:40, decided to have
    been running.
    """
    published(world, manager)
    source = world.source(mill)
    world.booked(mill, world.companies[0], at(world, 12), hours=2)
    heard(
        world,
        source,
        (-30, "idle"),
        (0, "running"),
        (60, "unknown"),
        (100, "running"),
        (120, "idle"),
    )
    assert (amounts(drafted(world)), codes(world)) == ([40_000], ["statement.unknown"])
    decided(manager, world, 60, 100, kind="fill", state="running")
    assert (amounts(drafted(world)), codes(world)) == ([60_000], [])
    return source


def test_a_filled_gap_that_the_machine_tells_otherwise_of_later_is_shown(
    world: World, manager: TestClient, gap: Source
) -> None:
    heard(world, gap, (60, "idle"), (90, "idle"))
    made = drafted(world)
    assert amounts(made) == [40_000]
    assert [(b["code"], b["actual"]) for b in made.blockers] == [(OUTDATED, "mill-1: 현장 확인")]
    assert manager.post(f"{API}/statements/{made.id}/approve").status_code == 422
    # Another company's month does not rest on it.
    assert codes(world, 1) == []
    accepted = {"accept": [OUTDATED]}
    assert manager.post(f"{API}/statements/{made.id}/approve", json=accepted).status_code == 200


def test_a_filled_gap_is_shown_for_the_first_second_that_is_told_otherwise(
    world: World, gap: Source
) -> None:
    # The word of 11:40 stands, so one second of the gap is known to have been a rest.
    heard(world, gap, (100 - 1 / 60, "idle"))
    assert codes(world) == [OUTDATED]


def test_a_filled_gap_that_the_machine_confirms_later_is_not_shown(
    world: World, gap: Source
) -> None:
    heard(world, gap, (60, "running"), (99, "running"))
    assert (amounts(drafted(world)), codes(world)) == ([60_000], [])


def test_a_decision_that_was_taken_back_is_not_shown(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    source = world.source(mill)
    world.booked(mill, world.companies[0], at(world, 12), hours=2)
    heard(
        world,
        source,
        (-30, "idle"),
        (0, "running"),
        (60, "unknown"),
        (100, "running"),
        (120, "idle"),
    )
    made = decided(manager, world, 55, 105, kind="fill", state="idle")
    # The period may hold known time, of which nothing was decided.
    assert (amounts(drafted(world)), codes(world)) == ([40_000], [])
    heard(world, source, (60, "running"))
    assert (amounts(drafted(world)), codes(world)) == ([60_000], [OUTDATED])
    assert (
        manager.post(f"{API}/decisions/{made}/reverse", json={"reason": "신호"}).status_code == 201
    )
    assert (amounts(drafted(world)), codes(world)) == ([60_000], [])


@pytest.fixture
def assigned(world: World, manager: TestClient, mill: Machine) -> Source:
    """An hour that ran without a booking from ten on, decided to be the first company's."""
    published(world, manager)
    source = world.source(mill)
    heard(world, source, (-180, "unknown"), (0, "running"), (60, "idle"))
    decided(manager, world, -5, 5, kind="reassign", company=str(world.companies[0].id))
    assert (amounts(drafted(world)), codes(world)) == ([30_000], [])
    return source


def test_an_activity_that_began_before_the_decisions_period_is_shown(
    world: World, assigned: Source
) -> None:
    # It belongs to nobody now, and the company's month would lose it in silence.
    heard(world, assigned, (-60, "running"))
    made = drafted(world)
    assert (amounts(made), [b["code"] for b in made.blockers]) == ([], [OUTDATED])


@pytest.mark.parametrize(
    ("begins", "amount", "blockers"), [(-5, 35_000, []), (-5 - 1 / 60, 0, [OUTDATED])]
)
def test_an_activity_may_come_to_begin_anywhere_in_the_decisions_period(
    begins: float, amount: int, blockers: list[str], world: World, assigned: Source
) -> None:
    heard(world, assigned, (begins, "running"))
    assert (sum(amounts(drafted(world))), codes(world)) == (amount, blockers)


def test_one_of_two_activities_of_a_decision_that_is_anothers_now_is_shown(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    source = world.source(mill)
    world.booked(mill, world.companies[1], at(world, 12) - timedelta(hours=2), hours=1.5)
    heard(
        world,
        source,
        (-130, "unknown"),
        (0, "running"),
        (20, "idle"),
        (40, "running"),
        (60, "idle"),
    )
    decided(manager, world, -5, 60, kind="reassign", company=str(world.companies[0].id))
    assert (sum(amounts(drafted(world))), codes(world)) == (20_000, [])
    # The second company's overrun reaches over the first of the two.
    heard(world, source, (-60, "running"))
    assert (sum(amounts(drafted(world))), codes(world)) == (10_000, [OUTDATED])


def test_the_word_of_a_later_decision_makes_no_decision_outdated(
    world: World, manager: TestClient, assigned: Source
) -> None:
    decided(manager, world, -5, 5, kind="reassign", company=str(world.companies[1].id))
    assert (amounts(drafted(world)), codes(world)) == ([], [])
    assert (amounts(drafted(world, 1)), codes(world, 1)) == ([30_000], [])


def test_a_reassignment_beforehand_is_left_alone_while_its_period_lasts(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    now = datetime.now(UTC)
    body = {
        "kind": "reassign",
        "company": str(world.companies[0].id),
        "start": (now - timedelta(days=1)).isoformat(),
        "end": (now + timedelta(seconds=20)).isoformat(),
        "reason": "예정",
    }
    assert manager.post(f"{API}/machines/mill-1/decisions", json=body).status_code == 201
    month = {"centre": str(world.centre.id), "company": str(world.companies[0].id)}
    of = f"{(now - timedelta(days=1)).astimezone(world.centre.zone):%Y-%m}"
    shown = manager.get(f"{API}/statements/preview", params={**month, "month": of}).json()
    # As long as its period lasts, something may still begin in it.
    assert shown["blockers"] == []


def moved(world: World, booking: Booking, by: timedelta) -> None:
    """Move a booking of the twentieth, on the eleventh."""
    period = Period(booking.period.start + by, booking.period.end + by)
    hand = Hand(who=world.manager, booking=booking.id)
    booking_changes.move(world.pool, hand, period, override="시험", now=at(world, 11))


@pytest.mark.parametrize("days", [1, 21])
def test_a_decision_goes_with_its_booking_also_into_another_month(
    days: int, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "basis": "booked"})
    booked = world.booked(mill, world.companies[0], at(world, 20), hours=2, now=at(world, 10))
    begin = 8 * 24 * 60
    decided(
        manager,
        world,
        begin,
        begin + 120,
        kind="waive",
        company=str(booked.company_id),
        booking=str(booked.id),
    )
    assert amounts(drafted(world)) == [0]
    moved(world, booked, timedelta(days=days))
    there = drafted(world, month=str(month_of(world).following if days == 21 else month_of(world)))
    assert (amounts(there), there.blockers) == ([0], [])
    # Nothing is left where it was.
    if days == 21:
        assert (amounts(drafted(world)), codes(world)) == ([], [])


@pytest.mark.parametrize("days", [1, 2, 3, 9, 20])
@pytest.mark.parametrize("is_earlier", [False, True])
def test_an_activity_is_of_the_named_booking_however_far_that_lies(
    is_earlier: bool, days: int, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "base_fee": 10_000, "no_show": {"pct": "100"}})
    source = world.source(mill)
    edge = at(world, 1, 0)
    away = timedelta(days=days)
    # The activity lies a day from the month's edge, and its booking on the other side of it.
    begin = edge + timedelta(hours=10) if is_earlier else edge - timedelta(hours=14)
    start = edge - away if is_earlier else edge + away
    said = [
        message(source, begin + timedelta(minutes=n), Channel.ACTIVITY, word)
        for n, word in ((-30, "idle"), (0, "running"), (60, "idle"))
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])
    booked = world.booked(mill, world.companies[0], start, hours=2)
    body = {
        "kind": "reassign",
        "company": str(booked.company_id),
        "booking": str(booked.id),
        "start": (begin - timedelta(minutes=5)).isoformat(),
        "end": (begin + timedelta(minutes=5)).isoformat(),
        "reason": "현장 확인",
    }
    assert manager.post(f"{API}/machines/mill-1/decisions", json=body).status_code == 201
    months = [month_of(world).previous, month_of(world)]
    made = [drafted(world, month=str(month)) for month in months]
    # It was come for: an hour and the base fee, once, and no fee for a booking that nobody used.
    assert sorted(amount for m in made for amount in amounts(m)) == [10_000, 30_000]
