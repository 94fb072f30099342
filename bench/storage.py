"""The bytes of a message at rest, for five dialects, and of ten years of fifty machines.
    python -m bench.storage [messages]
Ten machines of a dialect speak every ten seconds with values that change. Their messages go through
the real decoder and the real transaction; sizes are those of the tables with their indexes after a
vacuum.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench.database import own_database
from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import KEYS_KEPT, Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from ingest.batch import BATCH_LIMIT
from tests.support.world import World

MESSAGES = 50_000
MACHINES = 10
INTERVAL = timedelta(seconds=10)
# The size that is computed: a centre's fifty machines, for ten years.
CENTRE_MACHINES = 50
YEAR = timedelta(days=365)
YEARS = 10
# `signal_days` of the rule book: 24 months.
SIGNALS_KEPT = timedelta(days=730)
GIGABYTE = 10**9
TABLES = ("messages", "signals", "message_keys")

SentReading = tuple[str, Mapping[str, object]]


def gadong_json(base: str, n: int, at: datetime) -> SentReading:
    """A gateway's state with a counter, numbered."""
    return f"{base}/state", {
        "v": 1,
        "boot": "b7",
        "seq": n,
        "at": at.isoformat(),
        "state": "running",
        "counters": {"run_s": n * 10},
    }


def shelly(base: str, n: int, at: datetime) -> SentReading:
    """A plug's full status of its meter."""
    meter = {
        "id": 0,
        "output": True,
        "apower": 400 + n % 97,
        "voltage": 221.4,
        "current": 1.9,
        "aenergy": {"total": 1000 + n},
    }
    return f"{base}/events/rpc", {
        "src": base.rsplit("/", 1)[-1],
        "dst": f"{base}/events",
        "method": "NotifyStatus",
        "params": {"ts": at.timestamp(), "switch:0": meter},
    }


def tasmota(base: str, n: int, at: datetime) -> SentReading:
    """A plug's telemetry."""
    energy = {"Total": 1 + n / 1000, "Power": 400 + n % 97, "Voltage": 220, "Current": 1.9}
    return f"tele/{base}/SENSOR", {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "ENERGY": energy}


def zigbee(base: str, n: int, at: datetime) -> SentReading:  # noqa: ARG001  # it has no clock
    """A plug's report through Zigbee2MQTT."""
    return base, {"state": "ON", "power": 400 + n % 97, "energy": 1 + n / 1000, "linkquality": 90}


def bambu(base: str, n: int, at: datetime) -> SentReading:  # noqa: ARG001  # likewise
    """A printer's report of its progress."""
    job = {
        "gcode_state": "RUNNING",
        "mc_percent": n // 50 % 100,
        "mc_remaining_time": 300 - n % 300,
    }
    return f"{base}/report", {"print": {"command": "push_status", "msg": 1, **job}}


DIALECTS: dict[str, tuple[str, Callable[[str, int, datetime], SentReading]]] = {
    "gadong-json": ("", gadong_json),
    "shelly": ("shellyplus1pm-{}", shelly),
    "tasmota": ("plug{}", tasmota),
    "zigbee2mqtt": ("zigbee2mqtt/plug {}", zigbee),
    "bambu": ("device/01S00TEST{}", bambu),
}
PLUGS = frozenset({"shelly", "tasmota", "zigbee2mqtt"})
METER = PowerThresholds(run_above=400, idle_below=250)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The bytes of each table, and the number of messages and signals."""

    tables: Mapping[str, int]
    messages: int
    signals: int


def size(pool: Pool) -> Size:
    """Vacuum the three tables and measure them."""
    with psycopg.connect(str(pool.conninfo), autocommit=True) as owner:
        for table in TABLES:
            owner.execute(f"vacuum analyze {table}")
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx,
            "select t as name, coalesce(hypertable_size(h.hypertable_name::regclass),"
            " pg_total_relation_size(t::regclass)) as bytes"
            " from unnest(%(tables)s::text[]) t"
            " left join timescaledb_information.hypertables h on h.hypertable_name = t",
            tables=list(TABLES),
        )
        counts = one(
            tx,
            "select (select count(*) from messages) as messages, (select count(*) from signals) "
            "as signals",
        )
    assert counts is not None
    return Size(tables={row["name"]: row["bytes"] for row in rows}, **counts)


def store(world: World, dialect: str, messages: int) -> None:
    """Let ten machines of a dialect speak so many messages in all."""
    pattern, say = DIALECTS[dialect]
    sources = []
    for number in range(MACHINES):
        given: dict[str, Any] = {"base": pattern.format(number)} if pattern else {}
        if dialect in PLUGS:
            given["thresholds"] = METER
        machine = world.machine(f"{dialect}-{number}")
        sources.append(world.source(machine, dialect, **given))
    router, session = Router(world.centre.id, sources), new_id()
    rounds = messages // MACHINES
    begun = datetime.now(UTC) - rounds * INTERVAL
    batch: list[Message] = []
    for n in range(rounds):
        at = begun + n * INTERVAL
        for place, source in enumerate(sources):
            topic, body = say(source.base, n + 1, at)
            delivery = BrokerMessage(
                topic=topic,
                payload=json.dumps(body).encode(),
                qos=1,
                retained=False,
                is_repeated=False,
                packet=(n * MACHINES + place) % 65535 + 1,
                received_at=at,
            )
            read = [m for m in router.read(delivery, session) if isinstance(m, Message)]
            assert read, f"{dialect}: {topic} was not understood"
            batch += read
        if len(batch) >= BATCH_LIMIT - MACHINES or n == rounds - 1:
            ingestion.commit(world.pool, world.centre.id, batch, [])
            batch.clear()


def main() -> None:
    """Measure and print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    a_year = CENTRE_MACHINES * (YEAR / INTERVAL)
    print(
        f"{messages:,} messages each; {a_year / 1e6:.1f} million a year from {CENTRE_MACHINES} "
        "machines"
    )
    print(
        f"{'dialect':14}"
        + "".join(f"{t:>14}" for t in TABLES)
        + f"{'sum':>8}{'signals':>9}{'ten years':>12}"
    )
    with own_database() as pool:
        world = World.made(pool)
        before = size(pool)
        for dialect in DIALECTS:
            store(world, dialect, messages)
            after = size(pool)
            stored = after.messages - before.messages
            each = {t: (after.tables[t] - before.tables[t]) / stored for t in TABLES}
            signals = (after.signals - before.signals) / stored
            kept = (each["messages"] + each["signals"]) * a_year * min(SIGNALS_KEPT / YEAR, YEARS)
            keys = each["message_keys"] * a_year * (KEYS_KEPT / YEAR)
            print(
                f"{dialect:14}"
                + "".join(f"{each[t]:14,.0f}" for t in TABLES)
                + f"{sum(each.values()):8,.0f}{signals:9.2f}{(kept + keys) / GIGABYTE:9,.0f} GB"
                + f"  (keys {keys / GIGABYTE:.1f} GB; kept for ever they were"
                + f" {each['message_keys'] * a_year * YEARS / GIGABYTE:,.0f} GB)"
            )
            before = after


if __name__ == "__main__":
    main()
