"""An issue reads a draft's facts once where none has changed, and as of the draft's own instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statements
from gadong.billing.services.proof import verification
from gadong.billing.services.proof.dossier import opened, read
from gadong.billing.store import evidence
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    MILL,
    at,
    drafted,
    mill,
    published,
    used,
)
from tests.support.statements_executed import statements_executed
from tests.support.world import World

__all__ = ["mill"]

Later = Callable[[World, Machine], None]


def nothing(_world: World, _mill: Machine) -> None:
    """No fact comes after the draft."""


def booked_by_another(world: World, machine: Machine) -> None:
    """Record a fact of the machine after the draft, which changes no line of it."""
    world.booked(machine, world.companies[1], at(world, 20))


@pytest.mark.parametrize(("later", "readings"), [(nothing, 1), (booked_by_another, 2)])
def test_a_draft_is_read_again_only_where_a_fact_has_come_since(
    later: Later, readings: int, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, MILL)
    used(world, mill, at(world, 12))
    draft = drafted(world)
    statements.approve(world.pool, world.manager, draft.id)
    later(world, mill)
    with statements_executed() as executed:
        made = _issued(world, draft)
    # Each reading of the machine's month asks once for its decisions.
    assert sum("from decisions d" in statement for statement in executed) == readings
    _holds(world, made)


def _issued(world: World, draft: Statement) -> Statement:
    return statements.issue(
        world.pool, world.manager, draft.id, close_early=False, now=datetime.now(UTC)
    )


def _holds(world: World, made: Statement) -> None:
    """Assert that the evidence is of the draft's own instant, and that the statement verifies."""
    with transaction(world.pool, SYSTEM) as tx:
        kept = evidence.find(tx, made.id)
    assert kept
    inputs = read(opened(kept)).inputs
    assert (inputs.recorded_before, inputs.digest) == (made.recorded_before, made.input_digest)
    (verdict,) = verification.verify(world.pool, world.manager, number=made.number)
    assert not verdict.differences
