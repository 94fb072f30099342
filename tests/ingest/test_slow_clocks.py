"""Slow clocks of every dialect that carries event times, through broker, ingest and the preview."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gadong.billing.services import statement_drafts
from gadong.billing.services.statement_document import Computed
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.dialects.domain.formats import DIALECTS
from gadong.machines.domain.machine import Machine, Source
from gadong.metering.services import metering
from gadong.metering.store import runs
from gadong.people.domain.company import Company
from tests.ingest.publisher import Publisher
from tests.support.dialects.slow_senders import LASTS, SLOW_SENDERS, WORKS_UNTIL, SlowClock
from tests.support.dialects.wrong_readings import THRESHOLDS
from tests.support.ingest.listening import heard
from tests.support.ingest.script_clock import Barrier, scripted_clock
from tests.support.world import World

SLOW, EVERY = timedelta(hours=9), 60


def computed(world: World, company: Company, at: datetime) -> Computed:
    """Return the preview of a company's month that holds an instant."""
    return statement_drafts.preview(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=company.id,
        month=f"{at.astimezone(world.ZONE):%Y-%m}",
    )


def seconds(found: Computed) -> Mapping[str, int]:
    """Return the measured seconds of each machine's line."""
    return {line.machine: line.charge.trace.measured_seconds for line in found.document.lines}


def test_a_slow_clock_bills_no_company_of_before_and_asks_the_present_one(
    world: World, device: Publisher, pool: Pool
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    months = {(start + timedelta(minutes=m)).astimezone(world.ZONE).month for m in (0, 60)}
    start -= timedelta(hours=3) if len(months) > 1 else timedelta(0)
    before, present = world.company(), world.company()
    world.tariff()
    barrier = Barrier.bound(world, device)
    clock = SlowClock(start, SLOW)
    script = defaultdict[int, list[tuple[str, object]]](list)
    acted: dict[str, tuple[str, Machine]] = {}
    sources: list[Source] = []
    for number, (title, sender) in enumerate(SLOW_SENDERS.items()):
        machine = world.machine(f"mill-{number}")
        base = sender.base.replace("NAME", machine.slug)
        thresholds = THRESHOLDS if DIALECTS[sender.dialect].needs_thresholds else None
        sources.append(
            world.source(
                machine, sender.dialect, base=base, options=sender.options, thresholds=thresholds
            )
        )
        world.booked(machine, before, start - SLOW - timedelta(minutes=10), hours=1)
        world.booked(machine, present, start - timedelta(minutes=10), hours=1)
        acted[machine.slug] = title, machine
        script[0] += sender.first(base, clock)
        for second in range(10, LASTS, EVERY):
            script[second] += sender.said(base, second, clock)
    for source in sources:
        heard(world, source)
    with scripted_clock(start):
        for second in sorted(script):
            barrier.act(start + timedelta(seconds=second), script[second])
    metering.catch_up(pool)
    whole = Period(start - SLOW - timedelta(hours=1), start + timedelta(hours=1))
    for title, machine in acted.values():
        with transaction(pool, SYSTEM) as tx:
            found = runs.of_machine(tx, machine.id, whole)
        (ran,) = [run for run in found if run.state is State.RUNNING]
        rest = next(run for run in found if run.start == ran.end)
        assert 0 <= (ran.start - start).total_seconds() <= EVERY + 10, title
        assert WORKS_UNTIL <= (rest.start - start).total_seconds() <= WORKS_UNTIL + EVERY + 10
        assert abs(rest.uncertain_seconds - SLOW.total_seconds()) <= EVERY + 10, title
    then = computed(world, before, start - SLOW)
    assert set(seconds(then).values()) <= {0}, "nobody pays for another's work"
    assert then.document.totals.lines == 0
    now = computed(world, present, start)
    assert "statement.uncertain" in [blocker.code for blocker in now.blockers]
    billed = seconds(now)
    assert billed.keys() == acted.keys()
    assert all(abs(ran - WORKS_UNTIL) <= EVERY + 10 for ran in billed.values()), billed
