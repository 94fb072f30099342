"""Several decisions on one booking: each keeps its word, and no second is billed to two companies
unseen.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import corrections, statements
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from tests.support.billing.decisions_and_later_facts import codes, decided, heard
from tests.support.billing.lines_by_their_own_day import (
    API,
    EVERY_DAY,
    MILL,
    at,
    drafted,
    issued,
    mill,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]

SHARED = "statement.decision_shared"
ELSEWHERE = "statement.billed_elsewhere"
DEAR = {"weekdays": EVERY_DAY, "since": "11:00:00", "until": "18:00:00", "pct": "150"}


def lines(world: World, company: int = 0) -> list[tuple[str, int]]:
    """The components of a company's draft with their amounts."""
    charges = [line["charge"] for line in drafted(world, company).document["lines"]]
    return [(c["component"], c["amount"]) for c in charges]


def reversed_(client: TestClient, decision: str) -> None:
    """Take a decision back."""
    answer = client.post(f"{API}/decisions/{decision}/reverse", json={"reason": "잘못 봄"})
    assert answer.status_code == 201, answer.text


def test_mode_length_waiver_and_owner_of_one_booking_are_decided_one_after_the_other(
    world: World, manager: TestClient, mill: Machine
) -> None:
    assisted = {**MILL, "usage_mode": "assisted", "rate_per_hour": "60000", "windows": [DEAR]}
    published(world, manager, {**MILL, "windows": [DEAR]}, assisted)
    booking = world.booked(mill, world.companies[0], at(world, 12), hours=3)
    heard(world, world.source(mill), (-30, "idle"), (0, "running"), (180, "idle"))
    own: dict[str, Any] = {"company": str(world.companies[0].id), "booking": str(booking.id)}
    # 10:00–13:00 at 30,000, dearer by half from 11:00.
    assert lines(world) == [("time", 90_000), ("surcharge", 30_000)]
    decided(manager, world, 0, 180, kind="set_usage_mode", usage_mode="assisted", **own)
    assert lines(world) == [("time", 180_000), ("surcharge", 60_000)]
    decided(manager, world, 0, 180, kind="set_seconds", seconds=7200, **own)
    assert lines(world) == [("time", 120_000), ("surcharge", 30_000)]
    decided(manager, world, 0, 180, kind="waive", component="surcharge", **own)
    assert lines(world) == [("time", 120_000), ("surcharge", 0)]
    # The hour before the dearer ones has no surcharge, and its waiver is about nothing.
    shorter = decided(manager, world, 0, 180, kind="set_seconds", seconds=3600, **own)
    assert (lines(world), codes(world)) == ([("time", 60_000)], ["statement.decision_idle"])
    reversed_(manager, shorter)
    assert (lines(world), codes(world)) == ([("time", 120_000), ("surcharge", 0)], [])
    # All of it was the other company's: the decided two hours would be billed twice.
    owner = str(world.companies[1].id)
    other = decided(manager, world, 0, 180, kind="reassign", company=owner)
    assert lines(world, 1) == [("time", 90_000), ("surcharge", 30_000)]
    assert (codes(world), codes(world, 1)) == ([SHARED], [])
    made = drafted(world)
    with pytest.raises(Refused) as refused:
        statements.approve(world.pool, world.manager, made.id)
    assert [p.code for p in refused.value.problems] == [SHARED]
    reversed_(manager, other)
    assert (codes(world), codes(world, 1)) == ([], [])


@pytest.mark.parametrize(("seconds", "blocked"), [(3600, []), (3601, [ELSEWHERE])])
@pytest.mark.parametrize("is_issued", [False, True])
def test_use_that_another_companys_statement_bills_blocks_its_own(
    is_issued: bool,
    seconds: int,
    blocked: list[str],
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    published(world, manager)
    booking = world.booked(mill, world.companies[0], at(world, 12), hours=2)
    words = ((-30, "idle"), (0, "running"), (60, "idle"), (80, "running"), (120, "idle"))
    heard(world, world.source(mill), *words)
    own: dict[str, Any] = {"company": str(world.companies[0].id), "booking": str(booking.id)}
    length = decided(manager, world, 0, 120, kind="set_seconds", seconds=seconds, **own)
    theirs = drafted(world)
    statements.approve(world.pool, world.manager, theirs.id)
    if is_issued:
        now = datetime.now(UTC)
        statements.issue(world.pool, world.manager, theirs.id, close_early=False, now=now)
    # The first hour turns out to be another company's.
    decided(manager, world, 0, 30, kind="reassign", company=str(world.companies[1].id))
    assert (codes(world, 1), lines(world, 1)) == (blocked, [("time", 30_000)])
    if blocked:
        made = drafted(world, 1)
        with pytest.raises(Refused) as refused:
            statements.approve(world.pool, world.manager, made.id)
        assert [p.code for p in refused.value.problems] == [ELSEWHERE]
    # Without the decided length the first one's difference says what it paid too much.
    reversed_(manager, length)
    assert codes(world, 1) == []


@pytest.mark.parametrize(("seconds", "blocked"), [(3600, []), (3601, [ELSEWHERE])])
def test_a_correction_does_not_bill_what_another_statement_bills(
    seconds: int, blocked: list[str], world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    booking = world.booked(mill, world.companies[0], at(world, 12), hours=2)
    used(world, world.machine("mill-2"), at(world, 15), hours=1, company=1)
    words = ((-30, "idle"), (0, "running"), (60, "idle"), (80, "running"), (120, "idle"))
    heard(world, world.source(mill), *words)
    own: dict[str, Any] = {"company": str(world.companies[0].id), "booking": str(booking.id)}
    length = decided(manager, world, 0, 120, kind="set_seconds", seconds=seconds, **own)
    issued(world)
    theirs = issued(world, 1)
    decided(manager, world, 0, 30, kind="reassign", company=str(world.companies[1].id))

    def correct() -> int:
        proposal = corrections.propose(world.pool, world.manager, theirs.id)
        made = corrections.issue(
            world.pool, world.manager, theirs.id, digest=proposal.digest, reason="재귀속"
        )
        return made.difference

    if blocked:
        with pytest.raises(Refused) as refused:
            correct()
        assert [p.code for p in refused.value.problems] == blocked
        reversed_(manager, length)
    assert correct() == 33_000


@pytest.mark.parametrize(("seconds", "blocked"), [(3599, []), (3600, []), (3601, [SHARED])])
def test_a_decided_length_blocks_where_others_left_less_of_the_time(
    seconds: int, blocked: list[str], world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    booking = world.booked(mill, world.companies[0], at(world, 12), hours=2)
    words = ((-30, "idle"), (0, "running"), (60, "idle"), (80, "running"), (120, "idle"))
    heard(world, world.source(mill), *words)
    decided(manager, world, 0, 30, kind="reassign", company=str(world.companies[1].id))
    own: dict[str, Any] = {"company": str(world.companies[0].id), "booking": str(booking.id)}
    decided(manager, world, 0, 120, kind="set_seconds", seconds=seconds, **own)
    assert codes(world) == blocked
    # Decided seconds that are waived are billed to nobody.
    decided(manager, world, 0, 120, kind="waive", **own)
    assert codes(world) == []
