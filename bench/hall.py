"""Server time of the heaviest pages of a large hall: 200 machines and 2,000 bookings.

    python -m bench hall

The machines are of five kinds. Each is heard every ten minutes since the month began, and has ten
bookings around today. The report is as the scheduler keeps it each hour. The floor is /healthz,
which reads nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psycopg

from bench.database import milliseconds, own_database
from bench.figures import Goal, Measurement
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.machines.store import machines
from gadong.metering.services import metering
from gadong.reports.services import monthly_reports
from gadong.settings import Settings
from tests.support.programs import serving
from tests.support.world import PASSWORD, World

MACHINES, BOOKINGS_EACH, KINDS = 200, 10, 5
# The limit for each of the pages, in milliseconds of the server's time.
GOAL = Goal(limit=300, of_ratio=False)
PAGES = ("/machines", "/floor", "/calendar", "/reports", "/desk/figures")
BOOK = """
    insert into bookings (
        id, centre_id, machine_id, company_id, person_id, during, held, state, version
    )
    select gen_random_uuid(), m.centre_id, m.id, %(company)s, %(person)s,
        tstzrange(s, s + interval '2 hours'), tstzrange(s, s + interval '2 hours'), 'confirmed', 1
    from machines m
    cross join generate_series(
        %(start)s::timestamptz,
        %(start)s::timestamptz + (%(each)s - 1) * interval '8 hours',
        interval '8 hours'
    ) s
"""
SIGNALS = """
    insert into signals (
        centre_id, machine_id, source_id, message_id, channel, event_time, time_rule, received_at,
        recorded_at, ordinal, qos, text_value, part
    )
    select s.centre_id, s.machine_id, s.id, gen_random_uuid(), 'activity', at, 'device',
        at, at, 0, 1, case when extract(hour from at)::int %% 4 < 2 then 'running' else 'idle' end,
        ''
    from sources s
    cross join generate_series(
        %(start)s::timestamptz, %(end)s::timestamptz, interval '10 minutes'
    ) at
"""


def fill(pool: Pool) -> World:
    """Make the hall with a tariff, bookings, signals and the runs derived from them."""
    world = World.made(pool)
    world.tariff(kind="mill")
    company, now = world.company(), datetime.now(UTC)
    for number in range(MACHINES):
        world.source(world.machine(f"machine-{number}", kind=f"kind-{number % KINDS}"))
    with transaction(pool, SYSTEM) as tx:
        start = now.replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
        values = {"company": company.id, "person": world.manager.person_id, "start": start}
        tx.execute(BOOK, {**values, "each": BOOKINGS_EACH})
    month = Month.of(now, world.centre.zone).period(world.centre.zone)
    with psycopg.connect(str(pool.conninfo), autocommit=True) as maker:
        maker.execute(SIGNALS, {"start": month.start, "end": now})
        maker.execute("analyze")
    with transaction(pool, SYSTEM) as tx:
        for source in machines.sources(tx, centre_id=world.centre.id):
            machines.mark(tx, source, month.start)
    while metering.catch_up(pool):
        pass
    with transaction(pool, SYSTEM) as tx:
        monthly_reports.keep_running(tx, world.centre, recorded_before=now)
    return world


def figures() -> Iterator[Measurement]:
    """Yield the server's time of each page."""
    with own_database() as pool, tempfile.TemporaryDirectory() as logs:
        world = fill(pool)
        settings = Settings(
            database_url=str(pool.conninfo), insecure_cookies=True, points_per_minute=1_000_000
        )
        with (
            serving(settings, Path(logs)) as site,
            httpx2.Client(base_url=site, headers={"accept": "text/html"}, timeout=600) as client,
        ):
            client.post("/login", data={"email": world.manager_email, "password": PASSWORD})
            least = milliseconds(lambda: client.get("/healthz"))
            for path in PAGES:
                answer = client.get(path)
                if answer.status_code != 200:
                    raise AssertionError(f"{path} answers {answer.status_code}")
                # Bound by its default.
                spent = milliseconds(lambda path=path: client.get(path))  # type: ignore[misc]
                yield Measurement(
                    name=f"{path}, {MACHINES} machines, {MACHINES * BOOKINGS_EACH:,} bookings",
                    value=spent,
                    unit="ms",
                    floor=least,
                    goal=GOAL,
                )
