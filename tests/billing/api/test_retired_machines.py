"""Machines that were retired after their use of a month: nothing of it is lost by that."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from tests.support.billing.lines_by_their_own_day import (
    API,
    amounts,
    at,
    drafted,
    mill,
    month_of,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]


def retire(world: World, machine: Machine) -> None:
    """Take a machine out of service now."""
    with transaction(world.pool, SYSTEM) as tx:
        machines.retire(tx, machine.id)


def test_a_months_drafts_have_the_use_of_a_machine_that_was_retired_since(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    retire(world, mill)
    month = str(month_of(world))
    done = statement_drafts.draft_all(world.pool, world.manager, world.centre.id, month)
    assert (done.count, done.faults) == (1, ())
    assert amounts(drafted(world)) == [60_000]


def test_a_month_is_not_locked_over_use_of_a_machine_that_was_retired_since(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    retire(world, mill)
    where = f"{API}/centres/{world.centre.id}/months/{month_of(world)}/lock"
    refused = manager.post(where, json={"reason": "마감"})
    assert refused.status_code == 422
    assert [p["code"] for p in refused.json()["problems"]] == ["month.unstated"]


def test_a_draft_is_issued_as_it_was_approved_though_its_machine_was_retired_since(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    draft = drafted(world)
    retire(world, mill)
    opened = statements.open_month(world.pool, world.manager, world.centre.id, str(month_of(world)))
    statements.approve(world.pool, world.manager, draft.id, opened=opened)
    issued = statements.issue(
        world.pool,
        world.manager,
        draft.id,
        close_early=False,
        now=datetime.now(UTC),
        opened=opened,
    )
    assert amounts(issued) == [60_000]
    assert [v.differences for v in verification.verify(world.pool, world.manager)] == [()]
