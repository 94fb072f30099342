"""A programme's budget, wanted by several documents at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statements
from gadong.billing.services.proof import verification
from gadong.billing.store import statements as money
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict
from gadong.machines.domain.machine import Machine
from tests.support.api.attackers_hour import at_once
from tests.support.billing.lines_by_their_own_day import (
    API,
    at,
    drafted,
    mill,
    programme,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]  # pytest finds fixtures by their names here


@pytest.mark.parametrize(
    ("budget", "issues"),
    # Each of the three companies wants 30,000: just below, at and just above what all want.
    [(29_999, 1), (30_000, 1), (30_001, 1), (90_000, 3)],
)
def test_statements_issued_at_once_draw_no_more_than_the_budget(
    budget: int, issues: int, world: World, manager: TestClient, mill: Machine
) -> None:
    world.company()
    published(world, manager, subsidies=[programme(100, budget=budget)])
    for number, company in enumerate(world.companies[:3]):
        where = f"{API}/centres/{world.centre.id}/companies/{company.id}/extras"
        body = {"name": "바우처", "since": "2026-01-01", "proof": "협약서"}
        assert manager.post(where, json=body).status_code == 204
        used(world, mill, at(world, 10 + number), hours=1, company=number)
    approved = [drafted(world, number) for number in range(3)]
    for made in approved:
        statements.approve(world.pool, world.manager, made.id, accept=["statement.proof_expired"])

    def issue(made: Statement) -> Callable[[], int]:
        def act() -> int:
            try:
                statements.issue(
                    world.pool, world.manager, made.id, close_early=False, now=datetime.now(UTC)
                )
            except Conflict:
                return 409
            return 200

        return act

    statuses = at_once(*[issue(made) for made in approved])
    # Another's document may be the reason to look again even where the budget is enough for all.
    assert 1 <= statuses.count(200) <= issues, statuses
    assert drawn(world, approved[0]) == min(budget, 30_000 * statuses.count(200))
    assert all(not v.differences for v in verification.verify(world.pool, world.manager))


def drawn(world: World, statement: Statement) -> int:
    """Return what all documents together drew on the programme."""
    with transaction(world.pool, SYSTEM) as tx:
        found = money.programme_drawn(
            tx,
            world.centre.id,
            "바우처",
            by=(statement.company_id, statement.month),
            recorded_before=END_OF_TIME,
        )
    return found.others + found.own
