"""The speed of one centre's ingest, beside a bare COPY of the same rows in the same run.

    make bench

Messages of Gadong's own JSON (120 bytes, one state each) go through the real decoder and the real
transaction: staging, duplicate keys, marks, watermark, live state. The broker and the network are
left out; what is measured is what ingest adds to the database's own work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from urllib.parse import urlsplit, urlunsplit

import psycopg

from deploy.stack import choice
from gadong import migrations
from gadong.core.database import open_pool, run, transaction
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


def main() -> None:
    """Measure and print."""
    server = choice.up()["GADONG_DATABASE_URL"]
    name = f"gadong_bench_{new_id().hex[-12:]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}")
        url = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        try:
            migrations.upgrade(url)
            _measure(url)
        finally:
            admin.execute(f"drop database {name} with (force)")


def _measure(url: str) -> None:
    pool = open_pool(url, size=2, name="bench")
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

    with transaction(pool, SYSTEM) as tx:
        run(tx, "create table floor (id uuid, topic text, payload bytea, at timestamptz)")
    floor = rate(copy)
    stored = rate(
        lambda: [ingestion.commit(pool, world.centre.id, b, []) for b in batches(decoded)]
    )
    again = rate(lambda: [ingestion.commit(pool, world.centre.id, b, []) for b in batches(decoded)])
    for what, figure, against in (
        ("json.loads alone", parsed, parsed),
        ("decode into signals", understood, parsed),
        (f"COPY alone, {BATCH_LIMIT} a commit", floor, floor),
        ("store as facts", stored, floor),
        ("the same again (duplicates)", again, floor),
    ):
        print(f"{what:32} {figure:10,.0f} /s   {against / figure:5.1f} x the floor's time")
    pool.close()


if __name__ == "__main__":
    main()
