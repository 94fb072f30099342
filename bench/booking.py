"""The speed of a calendar week and the earliest time, beside PostgreSQL's reading of the rows.

    python -m bench booking

A centre with fifty machines of one kind, each booked by the hour for sixty days (six bookings a
day): 18,000 bookings.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg

from bench.database import milliseconds, own_database
from bench.figures import Goal, Measurement
from gadong.booking.services.centre_calendar import agenda
from gadong.booking.services.waiting import earliest_slots
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.world import World

MACHINES = 50
DAYS = 60
FILL = """
    insert into bookings (
        id, centre_id, machine_id, company_id, person_id, during, held, state, version
    )
    select gen_random_uuid(), m.centre_id, m.id, %(company)s, %(person)s,
        tstzrange(s, s + interval '1 hour'), tstzrange(s, s + interval '1 hour'), 'confirmed', 1
    from machines m
    cross join generate_series(
        %(start)s::timestamptz,
        %(start)s::timestamptz + %(days)s * interval '1 day' - interval '4 hours',
        interval '4 hours'
    ) s
"""
READ = """
    select machine_id, during, held, state from bookings where held && tstzrange(%s, %s)
    order by machine_id, during
"""


def floor(pool: Pool, bounds: Period) -> float:
    """Return the milliseconds in which the database returns the same bookings."""

    def read() -> None:
        with transaction(pool, SYSTEM) as tx:
            tx.execute(READ, [bounds.start, bounds.end]).fetchall()

    return milliseconds(read)


def figures() -> Iterator[Measurement]:
    """Yield the time of a calendar week, and of the earliest time on any machine."""
    with own_database() as pool:
        yield from _measured(pool)


def _measured(pool: Pool) -> Iterator[Measurement]:
    world = World.made(pool)
    company, others, now = world.company(), world.company(), datetime.now(UTC)
    member = world.member(company)
    hall = [world.machine(f"mill-{n}") for n in range(MACHINES)]
    start = now.replace(minute=0, second=0, microsecond=0)
    with transaction(pool, SYSTEM) as tx:
        values = {
            "company": others.id,
            "person": world.manager.person_id,
            "start": start,
            "days": DAYS,
        }
        tx.execute(FILL, values)
    with psycopg.connect(str(pool.conninfo), autocommit=True) as tuner:
        tuner.execute("analyze bookings")
    week = Period(start, start + timedelta(days=7))
    whole = Period(start, start + timedelta(days=DAYS))
    drawn = milliseconds(
        lambda: agenda.of_centre(pool, world.manager, world.centre.id, week, kind=None, now=now)
    )
    # Four hours nowhere fit before the last booking ends, so every gap of every machine is looked
    # at.
    found = milliseconds(
        lambda: earliest_slots.earliest(
            pool,
            member,
            company=company.id,
            wanted=hall,
            length=timedelta(hours=4),
            not_before=now,
            now=now,
        )
    )
    yield Measurement(
        name=f"a calendar week of {MACHINES} machines (floor: its rows)",
        value=drawn,
        unit="ms",
        floor=floor(pool, week),
        goal=Goal(limit=1.5),
    )
    yield Measurement(
        name=f"earliest time on {MACHINES} machines in {DAYS} days (its rows)",
        value=found,
        unit="ms",
        floor=floor(pool, whole),
    )
