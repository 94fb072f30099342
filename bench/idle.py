"""Cost of ingest and the scheduler while no machine says anything, by the number of centres.

    python -m bench idle

Each centre has ten machines with a bound device each. Two numbers of centres give a line, and the
line the cost at 200 centres.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg

from bench.broker import cpu_seconds
from bench.database import own_database
from bench.figures import Goal, Measurement
from deploy.stack import choice
from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.settings import Settings
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

STEPS = (10, 30)
MACHINES = 10
WATCHED_SECONDS = 30
WANTED = 200
PROGRAMS = ("ingest", "scheduler")
# A scheduler that starts anew does the last slots of a centre's own jobs first.
JOBS = 3


def figures() -> Iterator[Measurement]:
    """Yield CPU and transactions at each number of centres, and at 200 by the line through both."""
    stack = choice.up()
    points: list[dict[str, float]] = []
    with own_database() as pool:
        settings = Settings(
            database_url=str(pool.conninfo),
            mqtt_url=stack["GADONG_MQTT_URL"],
            mqtt_admin_url=stack["GADONG_MQTT_ADMIN_URL"],
            secret=stack["GADONG_SECRET"],
            insecure_cookies=True,
        )
        for count in STEPS:
            _grow(pool, count)
            points.append(_watched(pool, settings, count))
            yield from _shown(points[-1], f"at {count} centres")
    (few, many), distance = points, STEPS[1] - STEPS[0]
    line = {
        name: few[name] + (many[name] - few[name]) / distance * (WANTED - STEPS[0]) for name in few
    }
    yield from _shown(line, f"at {WANTED} centres, by the line", has_goal=True)


def _grow(pool: Pool, count: int) -> None:
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n from centres")
    for _ in range(count - (row["n"] if row else 0)):
        world = World.made(pool)
        for _ in range(MACHINES):
            world.source(world.machine())


def _watched(pool: Pool, settings: Settings, count: int) -> dict[str, float]:
    """Return the cost a second while all centres are listened to and nothing happens."""
    with ExitStack() as stack:
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        programs = {name: stack.enter_context(running(name, settings, logs)) for name in PROGRAMS}
        until(lambda: _listening(pool) == count, within=300, what="every centre is listened to")
        until(lambda: _jobs_done(pool) >= count * JOBS, within=300, what="the first slots are done")
        time.sleep(5)  # the first readings of everything
        before = _counters(pool)
        cpu = {name: cpu_seconds(p.process.pid) for name, p in programs.items()}
        time.sleep(WATCHED_SECONDS)
        found = {
            f"{name}: CPU": (cpu_seconds(p.process.pid) - cpu[name]) / WATCHED_SECONDS * 100
            for name, p in programs.items()
        }
        return found | {"transactions": (_counters(pool) - before) / WATCHED_SECONDS}


def _shown(cost: dict[str, float], where: str, *, has_goal: bool = False) -> Iterator[Measurement]:
    for name, value in cost.items():
        is_cpu = name != "transactions"
        yield Measurement(
            name=f"idle {name} {where}",
            value=value,
            unit="%" if is_cpu else "/s",
            goal=Goal(limit=5 if is_cpu else 50, of_ratio=False) if has_goal else None,
        )


def _listening(pool: Pool) -> int:
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select count(*) as n from listening where is_connected")
    return int(row["n"]) if row else 0


def _jobs_done(pool: Pool) -> int:
    with transaction(pool, SYSTEM) as tx:
        row = one(
            tx,
            "select count(distinct job) as n from job_runs"
            " where job ~ '^(figures|reminders|statement drafts) ' and outcome = 'done'",
        )
    return int(row["n"]) if row else 0


def _counters(pool: Pool) -> int:
    with psycopg.connect(str(pool.conninfo), autocommit=True) as connection:
        row = connection.execute(
            "select xact_commit from pg_stat_database where datname = current_database()"
        ).fetchone()
    return int(row[0]) if row else 0
