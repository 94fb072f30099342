"""The bytes of a message at rest, for five dialects, and of ten years of fifty machines.
    python -m bench.storage [messages] [closed months in the database]
Ten machines of a dialect speak every ten seconds with values that change. Their messages go through
the real decoder and the real transaction; sizes are those of the tables with their indexes after a
vacuum. Then the real archive writes them into files (ADR 59), which are measured as well.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from bench.database import own_database
from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.archive.months import RawKind, closed_months
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import KEYS_KEPT, Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from gadong.machines.services.archive import writing
from gadong.machines.store import archives
from ingest.batch import BATCH_LIMIT
from tests.support.world import World

MESSAGES = 50_000
MACHINES = 10
INTERVAL = timedelta(seconds=10)
# The size that is computed: a centre's fifty machines, for ten years.
CENTRE_MACHINES = 50
YEAR = timedelta(days=365)
YEARS = 10
MONTH = YEAR / 12
# Closed months in the database, besides the running one: `GADONG_ARCHIVE_MONTHS` as it stands, and
# what was kept before there was an archive.
CLOSED_MONTHS, BEFORE_ARCHIVE = 6, 24
# Ten years may take so much in all.
GOAL_GB = 200
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
    # A message is under way for up to a second; without that, files would compress too well.
    underway = Random(0)  # the same each time, and no secret
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
                received_at=at + timedelta(microseconds=underway.randrange(1_000_000)),
            )
            read = [m for m in router.read(delivery, session) if isinstance(m, Message)]
            assert read, f"{dialect}: {topic} was not understood"
            batch += read
        if len(batch) >= BATCH_LIMIT - MACHINES or n == rounds - 1:
            ingestion.commit(world.pool, world.centre.id, batch, [])
            batch.clear()


def indexes(pool: Pool, messages: int) -> list[tuple[str, float]]:
    """Return the bytes a message of each table's rows and of each index, the largest first."""
    found: Counter[str] = Counter()
    with transaction(pool, SYSTEM) as tx:
        for row in many(
            tx,
            "select coalesce(h.hypertable_name, c.relname) as table_name,"
            " pg_table_size(c.oid) as rows,"
            " coalesce(i.relname, '') as index_name, coalesce(pg_relation_size(i.oid), 0) as bytes"
            " from pg_class c"
            " left join timescaledb_information.chunks h on h.chunk_name = c.relname"
            " left join pg_index x on x.indrelid = c.oid"
            " left join pg_class i on i.oid = x.indexrelid"
            " where c.relkind = 'r' and coalesce(h.hypertable_name, c.relname) = any(%(tables)s)",
            tables=list(TABLES),
        ):
            # A chunk's index has the name of its chunk before the hypertable's own.
            _, chunk, own = row["index_name"].rpartition("_chunk_")
            found[f"{row['table_name']} {own if chunk else row['index_name']}"] += row["bytes"]
            # Each index of a table's repeats the table's rows; one of them counts.
            rows = f"{row['table_name']} rows"
            found[rows] = max(found[rows], row["rows"])
    return [(name, size_ / messages) for name, size_ in found.most_common() if size_]


def archived(world: World, directory: Path) -> int:
    """Archive every month of a world's messages and return the bytes of its files."""
    with transaction(world.pool, SYSTEM) as tx:
        begin = archives.raw_begins(tx)
    if begin is None:
        raise LookupError("nothing was stored")
    written = 0
    for month in closed_months(begin, datetime.now(UTC) + 2 * MONTH, world.centre.zone):
        for kind in RawKind:
            written += writing.write(world.pool, directory, world.centre, month, kind).bytes
    return written


def ten_years(in_database: float, keys: float, in_files: float, closed: int) -> float:
    """Return the gigabytes of ten years: recent months in the database, the rest in files."""
    a_month = CENTRE_MACHINES * (MONTH / INTERVAL)
    # The running month, and the week in which the last closed one shares a chunk.
    months = min(closed + 1.25, YEARS * 12)
    stored = in_database * months + in_files * (YEARS * 12 - months)
    return (stored + keys * (KEYS_KEPT / MONTH)) * a_month / GIGABYTE


def main() -> None:
    """Measure and print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    closed = int(sys.argv[2]) if len(sys.argv) > 2 else CLOSED_MONTHS
    a_year = CENTRE_MACHINES * (YEAR / INTERVAL)
    print(
        f"{messages:,} messages each; {a_year / 1e6:.1f} million a year from {CENTRE_MACHINES} "
        f"machines; ten years with {closed} closed months in the database, with {BEFORE_ARCHIVE}, "
        f"and without an archive; {GOAL_GB} GB are the goal"
    )
    heads = (*TABLES, "sum", "in files", "signals", f"{closed} months", f"{BEFORE_ARCHIVE} months")
    print(f"{'dialect':12}" + "".join(f"{head:>13}" for head in (*heads, "no archive")))
    for dialect in DIALECTS:
        with own_database() as pool, TemporaryDirectory() as directory:
            world = World.made(pool)
            store(world, dialect, messages)
            stored = size(pool)
            each = {t: stored.tables[t] / stored.messages for t in TABLES}
            in_files = archived(world, Path(directory)) / stored.messages
            raw, keys = each["messages"] + each["signals"], each["message_keys"]
            kept = [ten_years(raw, keys, in_files, n) for n in (closed, BEFORE_ARCHIVE, YEARS * 12)]
            figures = [*each.values(), sum(each.values()), in_files]
            print(
                f"{dialect:12}"
                + "".join(f"{figure:13,.0f}" for figure in figures)
                + f"{stored.signals / stored.messages:13.2f}"
                + "".join(f"{gigabytes:10,.0f} GB" for gigabytes in kept)
            )
            for name, bytes_ in indexes(pool, stored.messages):
                print(f"{'':14}{bytes_:8,.0f}  {name}")


if __name__ == "__main__":
    main()
