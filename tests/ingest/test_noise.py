"""Noise on a real broker: counted where people see it, neither stored nor set aside."""

from __future__ import annotations

from datetime import UTC, datetime

from gadong.core.database import Pool
from gadong.machines.services import machines
from tests.ingest.publisher import Publisher
from tests.support.ingest.inbox import event
from tests.support.ingest.listening import heard, stored
from tests.support.waiting import until
from tests.support.world import World


def test_noise_is_counted_and_not_kept(world: World, device: Publisher, pool: Pool) -> None:
    machine = world.machine("printer-1")
    source = world.source(machine)
    heard(world, source)
    now = datetime.now(UTC)
    topic = f"{source.base}/event/PrinterStateChanged"
    device.publish_all(
        [
            (f"{source.base}/progress/printing", ""),
            (topic, event("OPEN_SERIAL", now)),
            (topic, event("DETECT_SERIAL", now)),
            (topic, event("OPERATIONAL", now)),
        ]
    )
    until(lambda: stored(pool) == 1, what="the one word is stored")
    until(
        lambda: (
            machines.noise(pool, world.manager, machine)
            == {source.id: {"connecting": 2, "empty": 1}}
        ),
        what="the rest is counted",
    )
    assert stored(pool, "quarantine") == 0
