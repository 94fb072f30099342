"""A database in which others hold what ingest needs for longer than it waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gadong.core.database import Pool, alone_recorded, transaction
from gadong.core.domain.access import SYSTEM
from ingest.supervisor import Supervisor
from tests.ingest.publisher import Publisher
from tests.support.ingest.listening import heard, state, stored
from tests.support.waiting import until
from tests.support.world import World


def test_ingest_outlasts_a_lock_that_is_held_too_long_and_loses_nothing(
    world: World, pool: Pool, device: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    machine = world.machine()
    heard(world, world.source(machine, "gadong-json"))
    topic = f"gadong/v1/{world.centre.slug}/{machine.slug}/state"

    with transaction(pool, SYSTEM) as tx:
        # Recording a fact of the centre waits for this transaction, and for 20 s at most.
        alone_recorded(tx, world.centre.id)
        device.publish_all([(topic, state("b1", 1, "running", datetime.now(UTC)))])
        until(lambda: "the broker queues" in caplog.text, within=90, what="ingest waits")
    until(lambda: stored(pool) == 1, within=60, what="the message is stored")


def test_ingest_begins_with_the_others_where_a_centres_accounts_are_held(
    world: World, pool: Pool, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    other = World.made(pool)
    held, free = (each.source(each.machine(), "gadong-json") for each in (world, other))
    world.device("hall")

    with transaction(pool, SYSTEM) as tx:
        tx.execute("select from device_accounts where centre_id = %s for update", [world.centre.id])
        supervisor: Supervisor = request.getfixturevalue("ingest")
        until(lambda: "a centre waits" in caplog.text, within=90, what="the centre waits")
        heard(other, free)
    heard(world, held)
    assert not supervisor.stopping.is_set()
