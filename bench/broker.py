"""Ingest through the broker beside plain paho and COPY: messages a second, and CPU of a message.

    python -m bench broker

Fifty machines' gateways speak Gadong's JSON with QoS 1, the state changing every hundred messages.
Both acknowledge after the commit. The floor is paho in one thread with `json.loads` and a binary
COPY of four columns, by 400 messages or 50 ms. Runs alternate, and the medians are shown. CPU is
that of the receiving process alone, as the kernel counts it.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psycopg
from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench.database import own_database
from bench.figures import Goal, Measurement
from bench.raw_publisher import publish
from deploy.stack import choice
from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.services import ingestion
from gadong.settings import Settings
from ingest.batch import BATCH_AGE, BATCH_LIMIT
from tests.support.gateway import gateway
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

MACHINES, MESSAGES, RUNS = 50, 20_000, 3
CHANGE_EVERY = 100
PROCESSES = multiprocessing.get_context("spawn")
MILLION = 1_000_000
SentMessage = tuple[str, bytes]


def cpu_seconds(pid: int) -> float:
    """Return the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def messages(topics: Sequence[str], boot: str) -> list[SentMessage]:
    """Return the messages of one run, in the order in which they are published."""
    now = datetime.now(UTC).isoformat()
    found: list[SentMessage] = []
    for number in range(MESSAGES):
        turn, place = divmod(number, len(topics))
        state = "running" if turn // CHANGE_EVERY % 2 else "idle"
        said = {"v": 1, "boot": boot, "seq": turn + 1, "at": now, "state": state}
        found.append((topics[place], json.dumps(said).encode()))
    return found


def plain_paho(
    database: str, broker: str, name: str, password: str, topic: str, done: Connection
) -> None:
    """Store MESSAGES as plain paho does, and send the seconds and the CPU of it."""
    waiting: list[MQTTMessage] = []
    client = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv5, manual_ack=True)
    client.username_pw_set(name, password)
    client.on_message = lambda _client, _data, message: waiting.append(message)

    def subscribe(*_: object) -> None:
        client.subscribe(topic, 1)

    client.on_connect = subscribe
    client.on_subscribe = lambda *_: done.send(None)
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho left it so
    properties.ReceiveMaximum = BATCH_LIMIT
    where = urlsplit(broker)
    client.connect(where.hostname or "", where.port or 0, properties=properties)
    stored, began, computed, since = 0, 0.0, 0.0, 0.0
    with psycopg.connect(database) as connection:
        while stored < MESSAGES:
            client.loop(0.02)
            if waiting and not since:
                since = time.monotonic()
                began, computed = began or since, computed or time.process_time()
            is_young = len(waiting) < BATCH_LIMIT and time.monotonic() - since < BATCH_AGE
            if not waiting or is_young:
                continue
            batch, since = waiting[:], 0.0
            waiting.clear()
            command = "copy floor (at, topic, seq, payload) from stdin (format binary)"
            with connection.cursor().copy(command) as rows:
                rows.set_types(["timestamptz", "text", "int8", "bytea"])
                for message in batch:
                    sequence = json.loads(message.payload)["seq"]
                    now = datetime.now(UTC)
                    rows.write_row((now, message.topic, sequence, bytes(message.payload)))
            connection.commit()
            for message in batch:
                client.ack(message.mid, message.qos)
            stored += len(batch)
    done.send((time.monotonic() - began, time.process_time() - computed))
    client.disconnect()


def floor_run(
    pool: Pool, stack: dict[str, str], sent: Sequence[SentMessage]
) -> tuple[float, float]:
    """Return the seconds and the CPU of plain paho for the messages."""
    name, password = gateway(stack["GADONG_MQTT_ADMIN_URL"], stack["GADONG_SECRET"])
    here, there = PROCESSES.Pipe()
    broker = stack["GADONG_MQTT_URL"]
    receiver = PROCESSES.Process(
        target=plain_paho,
        args=(str(pool.conninfo), broker, name, password, "floor/#", there),
    )
    receiver.start()
    here.recv()
    _publish_apart(stack, sent)
    seconds, computed = here.recv()
    receiver.join()
    return float(seconds), float(computed)


def product_run(
    world: World, settings: Settings, stack: dict[str, str], sent: Sequence[SentMessage]
) -> tuple[float, float]:
    """Return the seconds and the CPU of ingest for the messages."""
    before = _stored(world.pool)
    with tempfile.TemporaryDirectory() as logs, running("ingest", settings, Path(logs)) as ingest:
        until(lambda: _is_listening(world), within=60, what="ingest listens")
        time.sleep(3)  # its first reading of everything is not a message's
        began, computed = time.monotonic(), cpu_seconds(ingest.process.pid)
        _publish_apart(stack, sent)
        _until_stored(world.pool, before + len(sent))
        return time.monotonic() - began, cpu_seconds(ingest.process.pid) - computed


def figures() -> Iterator[Measurement]:
    """Yield messages a second, and CPU of a message."""
    stack = choice.up()
    with own_database() as pool:
        world = World.made(pool)
        topics = [
            f"{world.source(world.machine(f'mill-{n}'), 'gadong-json').prefixes[0]}/state"
            for n in range(MACHINES)
        ]
        with psycopg.connect(str(pool.conninfo), autocommit=True) as owner:
            owner.execute(
                "create table floor (at timestamptz, topic text, seq int8, payload bytea)"
            )
            owner.execute("select create_hypertable('floor', 'at')")
        settings = Settings(
            database_url=str(pool.conninfo),
            mqtt_url=stack["GADONG_MQTT_URL"],
            mqtt_admin_url=stack["GADONG_MQTT_ADMIN_URL"],
            secret=stack["GADONG_SECRET"],
            insecure_cookies=True,
        )
        floors, runs = [], []
        for turn in range(RUNS):
            floor_topics = [f"floor/{n}" for n in range(MACHINES)]
            floors.append(floor_run(pool, stack, messages(floor_topics, f"f{turn}")))
            runs.append(product_run(world, settings, stack, messages(topics, f"b{turn}")))
    yield Measurement(
        name=f"ingest through the broker, {MACHINES} machines",
        value=MESSAGES / median(seconds for seconds, _ in runs),
        unit="/s",
        floor=MESSAGES / median(seconds for seconds, _ in floors),
        goal=Goal(limit=0.8, is_most=False),
    )
    yield Measurement(
        name="CPU of ingest for a message (floor: plain paho)",
        value=median(computed for _, computed in runs) / MESSAGES * MILLION,
        unit="µs",
        floor=median(computed for _, computed in floors) / MESSAGES * MILLION,
        goal=Goal(limit=80, of_ratio=False),
    )


def _publish_apart(stack: dict[str, str], sent: Sequence[SentMessage]) -> None:
    name, password = gateway(stack["GADONG_MQTT_ADMIN_URL"], stack["GADONG_SECRET"])
    work: Callable[..., None] = publish
    process = PROCESSES.Process(target=work, args=(stack["GADONG_MQTT_URL"], name, password, sent))
    process.start()
    process.join()


def _is_listening(world: World) -> bool:
    with transaction(world.pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n from listening where is_connected")
    sources = ingestion.sources(world.pool, world.centre.id)
    return bool(row and row["n"]) and all(
        ingestion.is_heard(world.pool, world.manager, source) for source in sources[:1]
    )


def _stored(pool: Pool) -> int:
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n from messages")
    return int(row["n"]) if row else 0


def _until_stored(pool: Pool, count: int) -> None:
    while _stored(pool) < count:
        time.sleep(0.2)
