"""How long a centre's month takes to close, beside what PostgreSQL needs merely to read the same signals and bookings.

    python -m bench.closing

Fifty machines, two hundred companies, five thousand bookings in the month, each machine heard once a minute and with
every change. Making the month takes some minutes; it is not part of `make bench`.
"""

from __future__ import annotations

import resource
import sys
from datetime import UTC, datetime, timedelta
from time import perf_counter

import psycopg

from bench.database import milliseconds, own_database
from gadong.domain.calendar import Month
from gadong.domain.ids import new_id
from gadong.domain.machine import Machine
from gadong.services import accounts, metering, statements, verifying
from gadong.services.accounts import OPERATOR
from gadong.store import machines, people
from gadong.store.database import Pool, cutoff, transaction
from gadong.store.people import Company
from tests.world import World, registration_number

MACHINES, COMPANIES, BOOKINGS = 50, 200, 5000
SIGNALS = """
    insert into signals (centre_id, machine_id, source_id, message_id, channel, event_time, time_rule, received_at,
        recorded_at, ordinal, qos, text_value, part)
    select s.centre_id, s.machine_id, s.id, gen_random_uuid(), 'activity', at, 'device', at, at, 0, 1,
        case when exists (
            select from bookings b
            where b.machine_id = s.machine_id
              and at >= lower(b.during) + interval '5 minutes' and at < upper(b.during) - interval '10 minutes'
        ) then 'running' else 'idle' end, ''
    from sources s
    cross join generate_series(%(start)s::timestamptz, %(end)s::timestamptz, interval '1 minute') at
"""
READ_SIGNALS = """
    select machine_id, event_time, text_value from signals where event_time >= %s and event_time < %s
    order by machine_id, event_time
"""
READ_BOOKINGS = "select booking_id, snapshot from booking_events order by booking_id, version"


def fill(pool: Pool) -> tuple[World, Month, list[Company]]:
    """A centre with a month of work."""
    world = World.made(pool)
    world.tariff(tiers=[{"after_seconds": 36_000, "rate_per_hour": "27000"}])
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    period = month.period(world.centre.zone)
    companies = [
        accounts.create_company(
            pool,
            OPERATOR,
            centre=world.centre.id,
            name=f"회사 {n}",
            registration_number=registration_number(n),
            category="general",
            since=period.start.date() - timedelta(days=60),
        )
        for n in range(COMPANIES)
    ]
    hall: list[Machine] = [world.machine(f"mill-{n}") for n in range(MACHINES)]
    for machine in hall:
        world.source(machine)
    for n in range(BOOKINGS):
        slot, place = divmod(n, MACHINES)
        start = period.start + timedelta(hours=7 * slot + place % 5)
        world.booked(hall[place], companies[n * 7 % COMPANIES], start, hours=2)
    with psycopg.connect(str(pool.conninfo), autocommit=True) as tuner:
        tuner.execute("analyze bookings")
        tuner.execute(SIGNALS, {"start": period.start - timedelta(hours=1), "end": period.end})
        tuner.execute("analyze")
    with transaction(pool) as tx:
        for source in machines.sources(tx, centre_id=world.centre.id):
            machines.mark(tx, source, period.start - timedelta(hours=1))
    return world, month, companies


def measure(pool: Pool) -> None:
    """Close the month, and print what it took beside its floor."""
    begun = perf_counter()
    world, month, companies = fill(pool)
    print(f"made in {perf_counter() - begun:.0f} s (seed {new_id()})", file=sys.stderr)
    begun = perf_counter()
    while metering.catch_up(pool, most=MACHINES):
        pass
    print(f"runs derived: {perf_counter() - begun:.1f} s")
    period = month.period(world.centre.zone)

    def read() -> None:
        with transaction(pool) as tx:
            tx.execute(READ_SIGNALS, [period.start, period.end]).fetchall()
            tx.execute(READ_BOOKINGS).fetchall()

    before, begun = cutoff(pool, world.centre.id), perf_counter()
    with transaction(pool) as tx:
        centre = next(c for c in people.centres(tx) if c.id == world.centre.id)
        made = statements.draft_month(tx, centre, month, recorded_before=before)
    spent = perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # After the peak was taken: reading all rows at once is the greater part of it.
    begun = perf_counter()
    read()
    least = perf_counter() - begun
    print(
        f"a month of {MACHINES} machines, {COMPANIES} companies, {BOOKINGS} bookings: {spent:.1f} s,"
        f" {made / spent:.0f} statements/s, {peak:.0f} MB at most, {spent / least:.1f} x reading it ({least:.1f} s)"
    )
    one = milliseconds(
        lambda: statements.preview(
            pool, world.manager, centre=world.centre.id, company=companies[0].id, month=str(month)
        )
    )
    print(f"one statement's preview: {one:.0f} ms")
    drafts = [
        s.id
        for s in statements.page(
            pool, world.manager, centre=world.centre.id, month=str(month), before=None, most=20
        )
    ]
    begun = perf_counter()
    for draft in drafts:
        statements.approve(pool, world.manager, draft, accept=sorted(statements.ACCEPTABLE))
        statements.issue(pool, world.manager, draft, close_early=False, now=datetime.now(UTC))
    print(f"approving and issuing: {(perf_counter() - begun) / len(drafts) * 1000:.0f} ms a statement")
    begun = perf_counter()
    found = verifying.verify(pool, world.manager)
    print(
        f"verifying {len(found)}: {(perf_counter() - begun) / len(found) * 1000:.0f} ms each,"
        f" {sum(bool(v.differences) for v in found)} differ"
    )


if __name__ == "__main__":
    with own_database() as opened:
        measure(opened)
