"""Adopted, set aside, replayed: what the session recorded of a device is not counted again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import SourceId, new_id
from gadong.dialects.domain.formats.reading import Recognised
from gadong.interlock.services import unbinding
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.services import handover, ingestion
from gadong.metering.services import onboarding, replay, source_settings
from tests.support.machines.handover import causes
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
READ = {"value": "s", "states": "on=running,off=idle"}
UNREAD = {"value": "s", "channel": "energy_wh"}
SHARED = {"shared": True}
ON, OFF = b'{"s": "on"}', b'{"s": "off"}'


def delivery(base: str, word: bytes, second: int, *, retained: bool = False) -> BrokerMessage:
    """A message of a device at a second of the test."""
    return BrokerMessage(
        topic=base,
        payload=word,
        qos=1,
        retained=retained,
        is_repeated=False,
        packet=second,
        received_at=START + timedelta(seconds=second),
    )


def collect(world: World, *said: BrokerMessage) -> None:
    """Let the inbox hear messages."""
    found = Recognised(base=said[0].topic, certainty=0.5)
    onboarding.collect(
        world.pool, world.centre.id, {("mapper", said[0].topic): (found, said, len(said))}
    )


def receive(world: World, *said: BrokerMessage) -> None:
    """Let the session hear messages."""
    router = Router(world.centre.id, ingestion.sources(world.pool, world.centre.id))
    session = new_id()
    read = [item for one in said for item in router.read(one, session)]
    ingestion.commit(
        world.pool,
        world.centre.id,
        [item for item in read if isinstance(item, Message)],
        [item for item in read if isinstance(item, Rejected)],
    )


def adopt(world: World, *fresh: Source, since: int, until: int = 100) -> int:
    """Hand sources over whose session subscribed at one second and received the mark at another."""
    return handover.adopt(
        world.pool,
        world.centre.id,
        [SourceId(source.id) for source in fresh],
        since=START + timedelta(seconds=since),
        until=START + timedelta(seconds=until),
    )


def rows(pool: Pool, table: str) -> list[bytes]:
    """The payloads of a table, in the order of arrival."""
    with transaction(pool, SYSTEM) as tx:
        # The test's own word.
        found = many(tx, f"select payload from {table} order by received_at")  # noqa: S608
        return [bytes(row["payload"]) for row in found]


@pytest.mark.parametrize(
    ("options", "table"), [(READ, "messages"), (UNREAD, "quarantined_messages")]
)
def test_what_both_received_counts_once_stored_or_set_aside(
    world: World, pool: Pool, options: dict[str, str], table: str
) -> None:
    base = f"{world.centre.slug}/plug"
    both = [delivery(base, ON, 10), delivery(base, ON, 11), delivery(base, OFF, 12)]
    collect(world, delivery(base, ON, 1), delivery(base, OFF, 2), *both)
    source = world.source(world.machine(), "mapper", base=base, options=options)
    receive(world, *both)
    assert adopt(world, source, since=9) == 5
    assert rows(pool, table) == [ON, OFF, ON, ON, OFF]
    assert sum(cause.occurrences for cause in causes(world)) in (0, 5)
    assert adopt(world, source, since=9) == 0
    assert rows(pool, table) == [ON, OFF, ON, ON, OFF]


def test_what_the_session_received_after_the_mark_takes_no_word_from_the_inbox(
    world: World, pool: Pool
) -> None:
    base = f"{world.centre.slug}/plug"
    collect(world, delivery(base, ON, 10), delivery(base, OFF, 11))
    source = world.source(world.machine(), "mapper", base=base, options=READ)
    receive(world, delivery(base, OFF, 20), delivery(base, ON, 21))
    adopt(world, source, since=9, until=20)
    assert rows(pool, "messages") == [ON, OFF, ON]


def test_what_the_session_set_aside_and_the_inbox_understands_is_stored_and_set_aside_no_more(
    world: World, pool: Pool
) -> None:
    base, machine = f"{world.centre.slug}/plug", world.machine()
    collect(world, delivery(base, ON, 10), delivery(base, OFF, 11))
    source = world.source(machine, "mapper", base=base, options=UNREAD)
    receive(world, delivery(base, ON, 10), delivery(base, OFF, 11))
    now = datetime.now(UTC)
    source_settings.change(
        pool, world.manager, machine, source.id, effective_from=now, now=now, options=READ
    )
    adopt(world, source, since=9)
    assert rows(pool, "messages") == [ON, OFF]
    assert causes(world) == []


def test_a_source_that_is_unbound_again_is_given_nothing_and_leaves_no_copy_behind(
    world: World, pool: Pool
) -> None:
    base, machine = f"{world.centre.slug}/plug", world.machine()
    collect(world, delivery(base, ON, 1), delivery(base, OFF, 10))
    source = world.source(machine, "mapper", base=base, options=READ)
    receive(world, delivery(base, OFF, 10))
    unbinding.unbind(pool, world.manager, machine, source.id)
    adopt(world, source, since=9)
    assert (rows(pool, "inbox_messages"), rows(pool, "messages")) == ([ON], [OFF])


def test_reading_again_gives_a_message_to_its_own_source_alone(world: World, pool: Pool) -> None:
    base = f"{world.centre.slug}/plug"
    world.source(world.machine(), "mapper", base=base, options=READ | SHARED)
    machine = world.machine("mill-2")
    other = world.source(machine, "mapper", base=base, options=UNREAD | SHARED)
    receive(world, delivery(base, ON, 1), delivery(base, ON, 2))
    assert (len(rows(pool, "messages")), len(rows(pool, "quarantined_messages"))) == (2, 2)
    now = datetime.now(UTC)
    source_settings.change(
        pool, world.manager, machine, other.id, effective_from=now, now=now, options=READ | SHARED
    )
    done = replay.replay(pool, world.manager, causes(world)[0].id, now=now)
    assert (done.understood, done.left) == (2, 0)
    assert len(rows(pool, "messages")) == 4


def test_reading_again_after_a_new_binding_passes_over_who_recorded_the_message(
    world: World, pool: Pool
) -> None:
    base = f"{world.centre.slug}/plug"
    world.source(world.machine(), "mapper", base=base, options=READ | SHARED)
    machine = world.machine("mill-2")
    wrong = world.source(machine, "mapper", base=base, options=UNREAD | SHARED)
    receive(world, delivery(base, ON, 1), delivery(base, ON, 2))
    unbinding.unbind(pool, world.manager, machine, wrong.id)
    right = world.source(machine, "mapper", base=base, options=READ | SHARED)
    done = replay.replay(pool, world.manager, causes(world)[0].id, now=datetime.now(UTC))
    assert (done.understood, done.left) == (2, 0)
    with transaction(pool, SYSTEM) as tx:
        found = many(tx, "select source_id from messages where source_id = %(id)s", id=right.id)
    assert (len(found), len(rows(pool, "messages"))) == (2, 4)
