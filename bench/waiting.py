"""Time of an accepted booking on a machine that others wait for.

It must not grow with their number.

    python -m bench waiting

The machine is taken for all the time that is waited for, so that nobody can be served. Each who
waits is somebody else. The floor is the same booking where nobody waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from bench.database import milliseconds, own_database
from bench.figures import Measurement
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.world import World

WAITERS = (0, 50, 200)
HOUR = timedelta(hours=1)
WAIT = """
    with made as (
        insert into people (id, email, name, password_hash)
        select gen_random_uuid(), 'waits-' || n || '-' || gen_random_uuid() || '@bench.example',
            'W ' || n, '!'
        from generate_series(1, %(waiters)s) n
        returning id
    ), joined as (
        insert into company_people (company_id, person_id, is_owner)
        select %(company)s, id, false from made
        returning person_id
    )
    insert into waiting (
        id, centre_id, machine_id, company_id, person_id, during, minutes, answers, turn
    )
    select gen_random_uuid(), %(centre)s, %(machine)s, %(company)s, person_id,
        tstzrange(%(start)s, %(start)s + interval '8 hours'), 60, '{}', now()
    from joined
"""


def figures() -> Iterator[Measurement]:
    """Yield the time of booking a free hour behind the waiting list, by how many wait."""
    with own_database() as pool:
        yield from _measured(pool)


def _measured(pool: Pool) -> Iterator[Measurement]:
    world = World.made(pool)
    company, others = world.company(), world.company()
    member = world.member(company)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    floor = 0.0
    for waiters in WAITERS:
        machine = world.machine(f"mill-{waiters}")
        start = now + timedelta(days=1)
        world.booked(machine, others, start, 8)
        with transaction(pool, SYSTEM) as tx:
            tx.execute(
                WAIT,
                {
                    "waiters": waiters,
                    "company": others.id,
                    "centre": world.centre.id,
                    "machine": machine.id,
                    "start": start,
                },
            )
        hours = count()

        def book() -> None:
            # Called in this turn.
            begin = start + timedelta(days=1) + next(hours) * HOUR  # noqa: B023
            period = Period(begin, begin + HOUR)
            wanted = Request(machine=machine, company=company.id, period=period)  # noqa: B023
            bookings.request(pool, member, wanted, now=now)

        spent = milliseconds(book)
        floor = floor or spent
        yield Measurement(
            name=f"an accepted booking with {waiters} waiting (floor: nobody)",
            value=spent,
            unit="ms",
            floor=floor,
        )
