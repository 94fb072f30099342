"""The cost of fifty interlocks' decisions each second, beside one read row a machine.

    python -m bench interlocks

Every machine has a day of signals, one in ten seconds, and a contact that says where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg

from bench.database import milliseconds, own_database
from bench.figures import Measurement
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.dialects.domain.interlock_state import Failing
from gadong.interlock.services import interlocks, switching
from gadong.machines.store import machines
from gadong.metering.services import metering
from tests.support.world import World

MACHINES = 50
FILL = """
    insert into signals (
        centre_id, machine_id, source_id, message_id, channel, event_time, time_rule, received_at,
        recorded_at, ordinal, qos, text_value, part
    )
    select s.centre_id, s.machine_id, s.id, gen_random_uuid(), %(channel)s, at, 'device',
        at, at, 0, 1, %(word)s, ''
    from sources s
    cross join generate_series(
        %(now)s::timestamptz - interval '1 day', %(now)s, interval '10 seconds'
    ) at
    where s.dialect = %(dialect)s
"""


def figures() -> Iterator[Measurement]:
    """Yield the time of a turn over interlocks whose machines all rest."""
    with own_database() as pool:
        yield _measured(pool)


def _measured(pool: Pool) -> Measurement:
    world, now = World.made(pool), datetime.now(UTC).replace(microsecond=0)
    for number in range(MACHINES):
        machine = world.machine(f"mill-{number}")
        world.source(machine)
        contact = world.source(machine, "contact", base=f"{world.centre.slug}/contact-{number}")
        interlocks.set_up(
            pool,
            world.manager,
            machine,
            source_id=contact.id,
            fails=Failing.OPEN,
            quiet=timedelta(0),
            cool_below=60,
            shares_circuit=(),
            now=now,
        )
    with transaction(pool, SYSTEM) as tx:
        for dialect, channel, word in (
            ("octoprint", "activity", "idle"),
            ("contact", "interlock", "inhibited"),
        ):
            tx.execute(FILL, {"dialect": dialect, "channel": channel, "word": word, "now": now})
        for source in machines.sources(tx, centre_id=world.centre.id):
            machines.mark(tx, source, now - timedelta(days=1))
    metering.catch_up(pool, most=MACHINES)
    with psycopg.connect(str(pool.conninfo), autocommit=True) as tuner:
        tuner.execute("analyze")

    def read() -> None:
        for _ in range(MACHINES):
            with transaction(pool, SYSTEM) as tx:
                machines.every(tx)

    spent, least = (
        milliseconds(lambda: switching.decide_commands(pool, world.centre.id, now=now)),
        milliseconds(read),
    )
    return Measurement(
        name=f"a turn over {MACHINES} interlocks (floor: a statement each)",
        value=spent,
        unit="ms",
        floor=least,
    )
