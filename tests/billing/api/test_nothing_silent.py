"""Nothing is decided in silence: decisions about nothing are refused with what to do, or shown
before the approval.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statements
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from tests.support.billing.lines_by_their_own_day import (
    API,
    MILL,
    amounts,
    at,
    drafted,
    published,
    used,
)
from tests.support.metering.metering import message
from tests.support.world import World


@pytest.fixture
def mill(world: World) -> Machine:
    """A mill, and two companies."""
    world.company()
    world.company()
    return world.machine("mill-1")


def decide(client: TestClient, world: World, **word: Any) -> Any:
    """A manager's word on two hours of the twelfth."""
    body = {
        "kind": "waive",
        "start": at(world, 12).isoformat(),
        "end": at(world, 12, 12).isoformat(),
        "company": str(world.companies[0].id),
        "reason": "현장 확인",
        **({"seconds": 600} if word.get("kind") == "set_seconds" else {}),
        **({"usage_mode": "assisted"} if word.get("kind") == "set_usage_mode" else {}),
        **word,
    }
    return client.post(f"{API}/machines/mill-1/decisions", json=body)


def booking_of(world: World) -> str:
    """The booking of the one session of the first company's month."""
    (session,) = drafted(world).document["evidence"]
    key: str = session["key"]
    return key.removeprefix("booking:")


KINDS = ["waive", "set_seconds", "set_usage_mode"]


@pytest.mark.parametrize("kind", KINDS)
def test_l3_a_decision_about_no_session_is_refused_with_what_to_do(
    kind: str, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    refused = decide(manager, world, kind=kind)
    assert (refused.status_code, refused.json()["field"]) == (422, "start")
    # A booked session is named by its booking.
    used(world, mill, at(world, 12))
    unnamed = decide(manager, world, kind=kind)
    assert (unnamed.status_code, unnamed.json()["field"]) == (422, "booking")
    assert decide(manager, world, kind=kind, booking=booking_of(world)).status_code == 201


def test_l3_what_may_still_come_to_be_is_decided_beforehand(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    now = datetime.now(UTC)
    ahead = {"start": (now - timedelta(hours=1)).isoformat()}
    # As long as the period lasts, a session may begin in it.
    assert (
        decide(manager, world, **ahead, end=(now - timedelta(seconds=1)).isoformat()).status_code
        == 422
    )
    assert (
        decide(manager, world, **ahead, end=(now + timedelta(hours=1)).isoformat()).status_code
        == 201
    )


def test_l3_seconds_of_a_booking_that_nobody_came_to_are_not_set(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, {**MILL, "no_show": {"pct": "50"}})
    used(world, mill, at(world, 11))
    missed = world.booked(mill, world.companies[0], at(world, 12), hours=2)
    used(world, mill, at(world, 13))
    refused = decide(manager, world, kind="set_seconds", booking=str(missed.id))
    assert (refused.status_code, refused.json()["field"]) == (422, "booking")
    assert decide(manager, world, kind="waive", booking=str(missed.id)).status_code == 201
    assert sorted(amounts(drafted(world))) == [0, 60_000, 60_000]


@pytest.mark.parametrize(("until", "is_refused"), [(12, False), (13, False), (13.001, True)])
def test_l3_seconds_are_set_of_one_session(
    until: float, is_refused: bool, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    source = world.source(mill)
    words = ((10, "running"), (11, "idle"), (13, "running"), (14, "idle"))
    said = [message(source, at(world, 12, h), Channel.ACTIVITY, word) for h, word in words]
    ingestion.commit(world.pool, world.centre.id, said, [])
    whole = {"start": at(world, 12, 9).isoformat(), "end": at(world, 12, 15).isoformat()}
    assert decide(manager, world, kind="reassign", **whole).status_code == 201
    assert amounts(drafted(world)) == [30_000, 30_000]
    answer = decide(manager, world, kind="set_seconds", end=at(world, 12, until).isoformat())
    if is_refused:
        assert (answer.status_code, answer.json()["field"]) == (422, "end")
        return
    assert answer.status_code == 201
    assert amounts(drafted(world)) == [5_000, 30_000]


def test_l3_a_decision_that_no_line_follows_from_is_shown_before_the_approval(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    booking = booking_of(world)
    assert decide(manager, world, booking=booking, component="surcharge").status_code == 201
    made = drafted(world)
    assert [(b["code"], b["actual"]) for b in made.blockers] == [
        ("statement.decision_idle", "mill-1: 현장 확인")
    ]
    assert manager.post(f"{API}/statements/{made.id}/approve").status_code == 422
    accepted = {"accept": ["statement.decision_idle"]}
    assert manager.post(f"{API}/statements/{made.id}/approve", json=accepted).status_code == 200
    statements.reopen(world.pool, world.manager, made.id)
    assert decide(manager, world, booking=booking, component="time").status_code == 201
    assert len(drafted(world).blockers) == 1
    assert amounts(drafted(world)) == [0]


def test_l3_a_decision_whose_session_is_gone_is_shown(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    booked = world.booked(mill, world.companies[0], at(world, 20), hours=2, now=at(world, 10))
    start, end = booked.period.start.isoformat(), booked.period.end.isoformat()
    word = {"start": start, "end": end, "kind": "set_seconds", "booking": str(booked.id)}
    assert decide(manager, world, **word).status_code == 201
    assert [
        b["code"] for b in drafted(world).blockers if b["code"] == "statement.decision_idle"
    ] == []
    booking_changes.cancel(
        world.pool, Hand(who=world.manager, booking=booked.id), now=at(world, 11)
    )
    assert [b["code"] for b in drafted(world).blockers] == ["statement.decision_idle"]


def test_use_beside_two_sessions_is_asked_about_once(
    world: World, manager: TestClient, mill: Machine
) -> None:
    """Nobody's run of two and a half hours began before one booking and ended in the next."""
    published(world, manager, {**MILL, "basis": "booked"})
    for hour in (10, 11):
        world.booked(mill, world.companies[0], at(world, 12, hour), hours=1)
    source = world.source(mill)
    words = [(8, "idle"), (9, "running"), (11.5, "idle"), (13, "off")]
    said = [message(source, at(world, 12, hour), Channel.ACTIVITY, word) for hour, word in words]
    ingestion.commit(world.pool, world.centre.id, said, [])
    asked = [b for b in drafted(world).blockers if b["code"] == "statement.unattributed"]
    assert [b["actual"] for b in asked] == [9_000]
