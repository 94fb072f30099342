"""Entry point of `make soak`: an hour of the demonstration at ten times its rates, among faults.

python -m tests.drills.soak [MINUTES]

Each minute a line says what each program holds in memory, what waits, and what is stored.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from zoneinfo import ZoneInfo

from deploy.run import SPEED
from deploy.stack import choice
from deploy.stack import root as private_root
from deploy.stack.servers import Mosquitto, Postgres
from gadong import migrations
from gadong.billing.services import statement_drafts
from gadong.cli import demonstration
from gadong.cli.demonstration_hall import CENTRE
from gadong.core.database import DatabaseAway, Pool, many, one, open_pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.services import machines
from gadong.metering.services import metering
from gadong.people.services import accounts
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings
from tests.conftest import private_broker, private_postgres
from tests.drills import memory
from tests.drills.memory import Memory
from tests.drills.visitor import Visitor
from tests.support.programs import ROOT, Program, running, serving_program
from tests.support.waiting import until

MINUTES = 60
FASTER = 10
SECRET = "an-hour-s-own-words-7319"
# The devices lose the network, send twice, start anew, and have a clock that is ahead.
DEVICES = (
    *("--speed", str(int(SPEED) * FASTER)),
    *("--drop-outs", "0.002", "--duplicates", "0.01"),
    *("--restarts", "0.001", "--clock-skew", "2"),
)
# A fault happens in one minute of so many.
MINUTES_A_FAULT = 3
# A program reads much for the first time in its first minutes.
WARM_UP = 10
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\d+")
COUNTS = {
    "messages": "select count(*) as n from messages",
    "signals": "select count(*) as n from signals",
    "quarantined": "select coalesce(sum(occurrences), 0) as n from quarantine",
    "missing": "select coalesce(sum(highest - upto), 0) as n from sequence_positions",
    # Of the press alone: its gateway numbers what it says.
    "doubled": "select count(*) - count(distinct payload) as n from messages"
    " where topic like '%%/press-1/state'",
    "underived": "select count(distinct machine_id) as n from derivation_marks",
    "outbox": "select count(*) as n from outbox where sent_at is null",
    "deliveries": "select count(*) as n from deliveries where state = 'due'",
    "failed_jobs": "select count(*) as n from job_runs where outcome = 'failed'",
    "bookings": "select count(*) as n from bookings",
    "statements": "select count(*) as n from statements",
    "checks": "select count(*) as n from check_states where level <> 'good'",
}


@dataclass(slots=True)
class Hour:
    """The demonstration's programs and servers, and what was read of them."""

    pool: Pool
    broker: Mosquitto
    postgres: Postgres
    programs: dict[str, Program]
    visitor: Visitor
    readings: dict[str, list[Memory]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def kill_broker(self) -> None:
        self.broker.stop("KILL")
        self.broker.start()

    def restart_broker(self) -> None:
        self.broker.stop()
        self.broker.start()

    def crash_database(self) -> None:
        self.postgres.stop("immediate")
        self.postgres.start()

    def kill_ingest(self) -> None:
        """Kill ingest; its memory is read anew from then on."""
        self.programs["ingest"].kill()
        self.programs["ingest"].again()
        self.readings.pop("ingest", None)

    def read(self, minute: int) -> None:
        """Write one line of what is held, what waits and what is stored."""
        held = {name: memory.read(one.process.pid) for name, one in self.programs.items()}
        for name, found in held.items():
            self.readings.setdefault(name, []).append(found)
        shown = " ".join(f"{name} {found.megabytes:.1f}" for name, found in held.items())
        inner = held["scheduler"]
        parts = f"(heap {inner.heap} objects {inner.objects} stacks {inner.stacks} kB)"
        counts = " ".join(f"{name} {self.ask(statement)}" for name, statement in COUNTS.items())
        faults, self.faults = ", ".join(self.faults) or "none", []
        say(f"minute {minute}: MB: {shown} {parts}; {counts}; faults: {faults}")

    def ask(self, statement: str) -> int:
        """Return a figure of the database's; -1 while it is away."""
        try:
            with transaction(self.pool, SYSTEM) as tx:
                row = one(tx, statement)
        except DatabaseAway:
            return -1
        return int(row["n"]) if row else 0


def main(arguments: list[str]) -> int:
    """Return 1 where something is missing, doubled, failed, or differs when derived again."""
    minutes = int(arguments[0]) if arguments else MINUTES
    root = private_root.ensure(choice.STACK)
    with TemporaryDirectory() as directory, demonstration_site(root, Path(directory)) as hour:
        _last(hour, minutes)
        hour.programs.pop("deploy.simulator").stop()
        hour.visitor.stop()
        until(lambda: not hour.ask(COUNTS["underived"]), within=300, what="all is derived")
        sleep(60)  # the last minute's jobs
        hour.read(minutes + 1)
        say(f"answers: {dict(sorted(hour.visitor.answers.items()))}")
        for name, readings in hour.readings.items():
            settled = [one.megabytes for one in readings[WARM_UP:]]
            say(
                f"{name}: {readings[0].megabytes:.1f} to {readings[-1].megabytes:.1f} MB, after "
                f"{WARM_UP} minutes {memory.growth(settled):+.3f} MB a minute in {len(settled)}"
            )
        wrong = {name: hour.ask(COUNTS[name]) for name in ("missing", "doubled", "failed_jobs")}
        before, after = _totals(hour.pool), _totals_anew(hour.pool)
        say(f"statements: {before}, derived again: {after}; {wrong}")
        _show_failures(hour)
        _show_errors(Path(directory))
    return int(any(wrong.values()) or before != after)


def say(words: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {words}\n")
    sys.stdout.flush()


@contextmanager
def demonstration_site(root: Path, directory: Path) -> Iterator[Hour]:
    """The demonstration on servers of its own, with devices and a visitor at work."""
    with ExitStack() as stack:
        broker = stack.enter_context(private_broker(root))
        postgres = stack.enter_context(private_postgres(root))
        migrations.upgrade(postgres.url)
        settings = Settings.model_validate(
            {
                "database_url": postgres.url,
                "mqtt_url": broker.programs_url,
                "mqtt_admin_url": broker.admin_url,
                "secret": SECRET,
                "insecure_cookies": True,
                "points_per_minute": 1_000_000,
            }
        )
        pool = open_pool(postgres.url, size=4, name="soak")
        stack.callback(pool.close)
        demonstration.seed(pool, SECRET)
        logins = directory / "hall.accounts"
        logins.write_text(_accounts(postgres.url))
        ports = {"GADONG_DATA_DIRECTORY": str(directory)}
        programs = {
            name: stack.enter_context(running(name, settings, directory, **ports))
            for name in ("ingest", "scheduler")
        }
        api, url = stack.enter_context(serving_program(settings, directory))
        programs["api"] = api
        hall = running(
            "deploy.simulator",
            settings,
            directory,
            *DEVICES,
            "--accounts",
            str(logins),
            GADONG_DEVICES_MQTT_URL=broker.url,
        )
        programs["deploy.simulator"] = stack.enter_context(hall)
        visitor = Visitor(url)
        stack.callback(visitor.stop)
        yield Hour(pool, broker, postgres, programs, visitor)


def _accounts(database: str) -> str:
    """Return the devices' logins as the administrator's command line shows them."""
    command = [sys.executable, "-c", "from gadong.cli import main; main()", "device", "list"]
    return subprocess.run(
        [*command, "--passwords", "--centre", CENTRE],
        cwd=ROOT,
        env={"GADONG_DATABASE_URL": database, "GADONG_SECRET": SECRET},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def _last(hour: Hour, minutes: int) -> None:
    """Read the figures each minute, and let faults happen in between."""
    chance, began = random.Random(26), monotonic()
    kinds: list[Callable[[], None]] = [hour.kill_broker, hour.restart_broker, hour.crash_database]
    for minute in range(1, minutes + 1):
        if chance.randrange(MINUTES_A_FAULT) == 0:
            # Later, its memory is read over a long time.
            early = [hour.kill_ingest] if minute < minutes // 3 else []
            fault = chance.choice(kinds + early)
            sleep(chance.uniform(5, 40))
            fault()
            hour.faults.append(fault.__name__)
        sleep(max(began + 60 * minute - monotonic(), 0))
        hour.read(minute)


def _totals(pool: Pool) -> dict[str, int]:
    """Return what each company's month comes to so far."""
    centre = next(c for c in accounts.every_centre(pool) if c.slug == CENTRE)
    month = f"{datetime.now(ZoneInfo(centre.zone.key)):%Y-%m}"
    return {
        company.name: statement_drafts.preview(
            pool, OPERATOR, centre=centre.id, company=company.id, month=month
        ).document.totals.lines
        for company in accounts.companies(pool, OPERATOR, centre.id)
    }


def _totals_anew(pool: Pool) -> dict[str, int]:
    """Return the same after all runs are derived from the signals again."""
    centre = next(c for c in accounts.every_centre(pool) if c.slug == CENTRE)
    for slug in machines.slugs_of_centre(pool, OPERATOR, centre.id).values():
        metering.rebuild(pool, OPERATOR, machines.find(pool, OPERATOR, slug, centre=centre.id))
    return _totals(pool)


def _show_errors(directory: Path) -> None:
    """Show each kind of error that a program logged, how often, and when it was first."""
    for log in sorted(directory.glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()
        errors = [json.loads(one) for one in lines if '"ERROR"' in one or '"CRITICAL"' in one]
        say(f"{log.name}: {len(lines)} lines, {len(errors)} errors")
        kinds: dict[str, list[str]] = {}
        for said in errors:
            # Its last line names what was raised; identifiers in it make no kind of their own.
            raised = said.get("exc_info", "").strip().rpartition("\n")[2]
            kind = IDENTIFIER.sub("…", f"{said['name']}: {said['message']} {raised}")[:400]
            kinds.setdefault(kind, []).append(said["at"])
        for kind, instants in kinds.items():
            say(f"    {len(instants)} times from {instants[0]} to {instants[-1]}: {kind}")


def _show_failures(hour: Hour) -> None:
    """Show each slot that failed, with what it said."""
    with transaction(hour.pool, SYSTEM) as tx:
        failed = many(
            tx, "select job, slot, detail from job_runs where outcome = 'failed' order by slot"
        )
    for row in failed:
        say(f"    {row['job']} of {row['slot']:%H:%M}: {row['detail'][:300]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
