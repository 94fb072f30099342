"""Two machines that start in the same second without a booking: a line for each, on paper and in a
correction.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import corrections
from gadong.billing.services.proof import verification
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    drafted,
    issued,
    mill,
    published,
    sums,
)
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["mill"]


@pytest.fixture
def sources(world: World, manager: TestClient, mill: Machine) -> list[Source]:
    """A mill for 30,000 and one for 60,000 an hour, both begun at ten, decided to be the first
    company's.
    """
    other = world.machine("mill-2")
    price = {"rate_per_hour": "30000", "basis": "actual_run"}
    published(
        world,
        manager,
        {"machine": "mill-1", **price},
        {"machine": "mill-2", **price, "rate_per_hour": "60000"},
    )
    found = []
    for machine, hours in ((mill, 1), (other, 2)):
        source = world.source(machine)
        words = ((-10, "idle"), (0, "running"), (60 * hours, "idle"))
        said = [
            message(source, at(world, 12) + timedelta(minutes=m), Channel.ACTIVITY, word)
            for m, word in words
        ]
        ingestion.commit(world.pool, world.centre.id, said, [])
        body = {
            "kind": "reassign",
            "company": str(world.companies[0].id),
            "start": at(world, 12).isoformat(),
            "end": at(world, 12, 11).isoformat(),
            "reason": "현장 확인",
        }
        made = manager.post(f"{API}/machines/{machine.slug}/decisions", json=body)
        assert made.status_code == 201, made.text
        found.append(source)
    return found


def test_each_line_names_its_own_machine(world: World, sources: list[Source]) -> None:
    made = drafted(world)
    lines = [(line["machine"], line["charge"]["amount"]) for line in made.document["lines"]]
    assert sorted(lines) == [("mill-1", 30_000), ("mill-2", 120_000)]
    assert len({line["charge"]["key"] for line in made.document["lines"]}) == 2
    evidence = made.document["evidence"]
    assert sorted(e["machine"] for e in evidence) == ["mill-1", "mill-2"]


def test_a_correction_says_which_of_the_two_changed(world: World, sources: list[Source]) -> None:
    statement = issued(world)
    assert sums(statement)["supply"] == 150_000
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]
    late = message(sources[0], at(world, 12) + timedelta(minutes=30), Channel.ACTIVITY, "idle")
    ingestion.commit(world.pool, world.centre.id, [late], [])
    found = corrections.propose(world.pool, world.manager, statement.id).difference
    assert [(c.line.machine, c.was, c.now) for c in found.changes] == [("mill-1", 30_000, 15_000)]
    assert found.amount == -16_500
