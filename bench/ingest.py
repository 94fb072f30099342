"""The speed of one centre's ingest, beside a bare COPY of the same rows in the same run.

    python -m bench ingest

Messages of Gadong's own JSON (120 bytes, one state each) go through the real decoder and the real
transaction. The transaction includes staging, duplicate keys, marks, watermark and live state. The
broker and the network are left out; what is measured is what ingest adds to the database's own
work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter

import psycopg

from bench.database import own_database
from bench.figures import Measurement
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from ingest.batch import BATCH_LIMIT
from tests.support.world import World

MESSAGES = 20_000


def deliveries(topic: str) -> list[BrokerMessage]:
    """A gateway's stream, one message a second up to now."""
    now = datetime.now(UTC)
    return [
        BrokerMessage(
            topic=topic,
            payload=json.dumps(
                {
                    "v": 1,
                    "boot": "b1",
                    "seq": n,
                    "at": (now - timedelta(seconds=MESSAGES - n)).isoformat(),
                    "state": "running",
                }
            ).encode(),
            qos=1,
            retained=False,
            is_repeated=False,
            packet=n % 65535 + 1,
            received_at=now,
        )
        for n in range(MESSAGES)
    ]


def rate(work: Callable[[], object]) -> float:
    """Messages a second."""
    start = perf_counter()
    work()
    return MESSAGES / (perf_counter() - start)


def batches(messages: Sequence[Message]) -> list[Sequence[Message]]:
    """As ingest gathers them."""
    return [messages[n : n + BATCH_LIMIT] for n in range(0, len(messages), BATCH_LIMIT)]


def figures() -> Iterator[Measurement]:
    """Yield messages a second of each step of the transaction."""
    with own_database() as pool:
        yield from _measured(pool)


def _measured(pool: Pool) -> Iterator[Measurement]:
    world = World.made(pool)
    machine = world.machine()
    source = world.source(machine, "gadong-json")
    router, session = Router(world.centre.id, [source]), new_id()
    given = deliveries(f"{source.prefixes[0]}/state")

    decoded: list[Message] = []

    def decode() -> None:
        decoded.extend(m for d in given for m in router.read(d, session) if isinstance(m, Message))

    parsed = rate(lambda: [json.loads(d.payload) for d in given])
    understood = rate(decode)

    def copy() -> None:
        for batch in batches(decoded):
            with (
                transaction(pool, SYSTEM) as tx,
                tx.cursor().copy("copy floor (id, topic, payload, at) from stdin") as rows,
            ):
                for m in batch:
                    rows.write_row((m.id, m.topic, m.payload, m.received_at))

    with psycopg.connect(str(pool.conninfo), autocommit=True) as owner:
        owner.execute("create table floor (id uuid, topic text, payload bytea, at timestamptz)")
        owner.execute("grant insert on floor to gadong_system")
    floor = rate(copy)
    stored = rate(
        lambda: [ingestion.commit(pool, world.centre.id, b, []) for b in batches(decoded)]
    )
    again = rate(lambda: [ingestion.commit(pool, world.centre.id, b, []) for b in batches(decoded)])
    for name, value, least in (
        ("decode into signals (floor: json.loads)", understood, parsed),
        (f"store as facts (floor: COPY, {BATCH_LIMIT} a commit)", stored, floor),
        ("store the same again (duplicates)", again, floor),
    ):
        yield Measurement(name=name, value=value, unit="/s", floor=least)
