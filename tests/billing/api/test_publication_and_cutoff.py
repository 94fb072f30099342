"""A tariff that is published while a statement is issued: the statement holds for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.billing.store import statements
from gadong.core.database import transaction
from gadong.core.domain.ids import TariffId
from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    API,
    MILL,
    amounts,
    at,
    day_text,
    issued,
    mill,
    published,
    used,
)
from tests.support.waiting import until_locks_are_waited_for
from tests.support.world import World

__all__ = ["mill"]  # pytest finds fixtures by their names here


def test_a_statement_waits_for_a_publication_that_is_not_committed(
    world: World, manager: TestClient, mill: Machine, database_url: str
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    dearer = {
        "effective_from": day_text(world, 2),
        "items": [{**MILL, "rate_per_hour": "40000"}],
    }
    made = manager.post(
        f"{API}/tariffs", json={"centre": str(world.centre.id), "tariff": dearer}
    ).json()
    with ThreadPoolExecutor(1) as hands:
        with transaction(world.pool, world.manager.reach()) as tx:
            tariff = TariffId(made["id"])
            statements.publish_tariff(tx, tariff, by=world.manager.person_id)
            issuing = hands.submit(issued, world)
            until_locks_are_waited_for(database_url)
        assert amounts(issuing.result()) == [80_000]
    (verdict,) = verification.verify(world.pool, world.manager)
    assert list(verdict.differences) == []
