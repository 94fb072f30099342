"""Runs that are kept are those that the facts give, whatever comes later; and what is verified is
read from facts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from gadong.core.database import cutoff, recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.domain.outage import Outage
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.metering.services.metering import Memory
from gadong.metering.store import derived_runs
from gadong.operations.services.jobs import RUNS_KEPT
from tests.support.metering.metering import message
from tests.support.world import World


@pytest.fixture
def hall(world: World) -> tuple[Machine, Source, Period]:
    """A machine that worked in a month that is over."""
    machine = world.machine("mill-1")
    source = world.source(machine)
    period = Month.of(datetime.now(UTC), world.centre.zone).previous.period(world.centre.zone)
    bounds = Period(period.start, period.end - timedelta(days=1))
    said(
        world,
        source,
        bounds.start,
        (0, "idle"),
        (60, "running"),
        (150, "idle"),
        (400, "running"),
        (430, "idle"),
    )
    return machine, source, bounds


def said(world: World, source: Source, start: datetime, *words: tuple[int, str]) -> None:
    """Words at so many minutes after the start."""
    batch = [message(source, start + timedelta(minutes=m), Channel.ACTIVITY, w) for m, w in words]
    ingestion.commit(world.pool, world.centre.id, batch, [])


def seconds(world: World, machine: Machine, bounds: Period, *, from_facts: bool = False) -> int:
    """Return the running seconds, as known now."""
    before = cutoff(world.pool, world.centre.id)
    with transaction(world.pool, SYSTEM) as tx:
        memory: Memory | None = {} if from_facts else None
        runs, _ = metering.as_known(tx, machine, bounds, recorded_before=before, memory=memory)
    return sum(p.seconds for r in runs if r.state == "running" and (p := r.clipped(bounds)))


def emptied(world: World) -> int:
    """Make what is kept plainly wrong, to see where it is read; how many stretches there were."""
    with transaction(world.pool, SYSTEM) as tx:
        return tx.execute("update known_runs set runs = '[]'").rowcount


def test_a_month_is_folded_once_and_again_when_something_comes(
    world: World, hall: tuple[Machine, Source, Period]
) -> None:
    machine, source, bounds = hall
    assert seconds(world, machine, bounds) == 120 * 60
    assert emptied(world) == 1
    assert seconds(world, machine, bounds) == 0
    assert seconds(world, machine, bounds, from_facts=True) == 120 * 60
    # A message about a later time does not change the month; a message about the month does.
    said(world, source, bounds.end, (10, "running"))
    assert seconds(world, machine, bounds) == 0
    said(world, source, bounds.start, (420, "idle"))
    assert seconds(world, machine, bounds) == 110 * 60
    assert emptied(world) == 1
    assert seconds(world, machine, bounds) == 0


def test_another_reading_or_a_time_unheard_is_read_anew(
    world: World, hall: tuple[Machine, Source, Period]
) -> None:
    machine, _, bounds = hall
    assert seconds(world, machine, bounds) == 120 * 60
    emptied(world)
    with transaction(world.pool, SYSTEM) as tx:
        unheard = Outage(
            period=Period(
                bounds.start + timedelta(minutes=90), bounds.start + timedelta(minutes=100)
            ),
            session_kept=False,
        )
        at = recorded_at(tx, world.centre.id)
        tx.execute(
            "insert into outages (centre_id, during, session_kept, recorded_at)"
            " values (%s, tstzrange(%s, %s), false, %s)",
            [world.centre.id, unheard.period.start, unheard.period.end, at],
        )
    assert seconds(world, machine, bounds) == 60 * 60
    emptied(world)
    world.source(machine, base=f"{world.centre.slug}/second")
    assert seconds(world, machine, bounds) == 60 * 60


def test_what_was_known_earlier_is_not_read_from_what_is_known_now(
    world: World, hall: tuple[Machine, Source, Period]
) -> None:
    machine, source, bounds = hall
    early = cutoff(world.pool, world.centre.id)
    said(world, source, bounds.start, (420, "idle"))
    assert seconds(world, machine, bounds) == 110 * 60
    with transaction(world.pool, SYSTEM) as tx:
        runs, _ = metering.as_known(tx, machine, bounds, recorded_before=early)
    parts = [p for r in runs if r.state == "running" and (p := r.clipped(bounds))]
    assert sum(p.seconds for p in parts) == 120 * 60


def test_a_time_that_is_not_over_is_not_kept(
    world: World, hall: tuple[Machine, Source, Period]
) -> None:
    machine, _, bounds = hall
    seconds(world, machine, Period(bounds.start, datetime.now(UTC) + timedelta(days=1)))
    assert emptied(world) == 0
    seconds(world, machine, bounds)
    with transaction(world.pool, SYSTEM) as tx:
        assert derived_runs.forget(tx, datetime.now(UTC) - RUNS_KEPT) == 0
        assert derived_runs.forget(tx, bounds.end + timedelta(seconds=1)) == 1


def test_kept_runs_are_the_folded_ones_through_a_random_month(
    world: World, hall: tuple[Machine, Source, Period]
) -> None:
    machine, source, bounds = hall
    chance = Random(20261124)
    memory: Memory = {}
    for _ in range(25):
        start = bounds.start + timedelta(minutes=chance.randrange(0, 3000))
        said(
            world,
            source,
            start,
            *((m, chance.choice(["running", "idle", "paused"])) for m in (0, 7, 19)),
        )
        before = cutoff(world.pool, world.centre.id)
        for _ in range(2):
            with transaction(world.pool, SYSTEM) as tx:
                kept = metering.as_known(tx, machine, bounds, recorded_before=before)
            with transaction(world.pool, SYSTEM) as tx:
                folded = metering.as_known(
                    tx, machine, bounds, recorded_before=before, memory=memory
                )
            assert kept == folded


def test_what_came_late_is_looked_for_by_when_it_came_however_long_the_past(
    world: World, hall: tuple[Machine, Source, Period]
) -> None:
    machine, source, bounds = hall
    said(world, source, bounds.start - timedelta(days=30), *((n * 60, "idle") for n in range(500)))
    asked = {
        "machine_id": machine.id,
        "until": bounds.end,
        "first": datetime.now(UTC) - timedelta(minutes=1),
        "last": datetime.now(UTC),
    }
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute("explain " + derived_runs.SQL["heard_between"], asked).fetchall()
    plan = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    # The owner is looked up last: the machine's index would read all its messages.
    assert not re.search("Index Cond:.*machine_id", plan), plan
    assert "recorded_at" in plan
