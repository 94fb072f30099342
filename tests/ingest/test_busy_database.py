"""A database in which others hold what ingest needs for longer than it waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gadong.core.database import Pool, alone_recorded, transaction
from gadong.core.domain.access import SYSTEM
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
