"""A relay is known as soon as it speaks, however soon after the start of ingest."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from gadong.core.database import Pool
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.relay import relays_topic
from gadong.machines.services import device_accounts
from ingest.relay_inlet import RelayInlet
from tests.support.world import World


def greeting(topic: str) -> BrokerMessage:
    """A relay's first message after its own start."""
    return BrokerMessage(
        topic=f"{topic}/hello",
        payload=json.dumps({"v": 1, "outbox": "a1", "first": 1}).encode(),
        qos=1,
        retained=False,
        is_repeated=False,
        packet=1,
        received_at=datetime.now(UTC),
    )


def moved(inlet: RelayInlet, topic: str) -> list[str]:
    """Return the outboxes that a greeting on the topic moves."""
    inlet.unpack([greeting(topic)], lambda _: False)
    return [progress.position.outbox for progress in inlet.take_progress()]


def test_a_relay_is_known_by_its_first_greeting(pool: Pool, world: World) -> None:
    inlet = RelayInlet(pool, world.centre)
    inlet.begin()
    topic = f"{relays_topic(world.centre.slug)}/hall"
    device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="hall",
        topics=[topic, f"gadong/v1/{world.centre.slug}/mill"],
        secret="a secret of this test",
        now=datetime.now(UTC),
    )
    # Another name is looked for before, and keeps this one waiting for nothing.
    assert moved(inlet, f"{relays_topic(world.centre.slug)}/nobody") == []
    assert moved(inlet, topic) == ["a1"]
