"""Relays whose words are lost, of every plug, through broker, ingest, runs and the preview."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from gadong.billing.services import statement_drafts
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine, Source
from gadong.metering.services import metering
from gadong.metering.store import runs
from tests.ingest.publisher import Publisher
from tests.support.dialects.switchings import PLUGS, SEQUENCES
from tests.support.dialects.wrong_readings import THRESHOLDS
from tests.support.ingest.listening import heard
from tests.support.ingest.script_clock import Barrier, scripted_clock
from tests.support.world import World

#: The sequences end by second 242; then the work is over in every one.
OVER = 245
#: Readings at rest for as long as a rest must last (`idle_after`).
AT_REST = tuple((OVER + second, 0.0) for second in range(0, 121, 30))
BEFORE_A_WORD: tuple[str, float] = ("unknown", 0)


def ran(found: list[tuple[str, float]]) -> float:
    """Return the seconds of work in runs by their starts."""
    edges = [*found, ("off", OVER)]
    return sum(after - at for (state, at), (_, after) in pairwise(edges) if state == "running")


def test_a_relay_whose_words_are_lost_is_billed_by_what_its_meter_proves(
    world: World, device: Publisher, pool: Pool
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    months = {(start + timedelta(minutes=m)).astimezone(world.ZONE).month for m in (-5, 60)}
    start -= timedelta(hours=3) if len(months) > 1 else timedelta(0)
    company, script = world.company(), defaultdict[float, list[tuple[str, object]]](list)
    world.tariff()
    barrier = Barrier.bound(world, device)
    acted: dict[str, tuple[str, Machine, list[tuple[str, float]]]] = {}
    sources: list[Source] = []
    for kind, plug in PLUGS.items():
        for number, (sequence, said, truth) in enumerate(SEQUENCES):
            given, relay, meter = plug()
            machine = world.machine(f"{kind}-{number}".replace(" ", "-"))
            _, _, name = given.base.rpartition("/")
            base = given.base.replace(name, machine.slug)
            source = world.source(
                machine, given.dialect, base=base, options=given.options, thresholds=THRESHOLDS
            )
            sources.append(source)
            world.booked(machine, company, start - timedelta(minutes=5), hours=1)
            acted[machine.slug] = f"{kind}: {sequence}", machine, list(truth)
            for second, value in (*said, *AT_REST):
                topic, body = relay(value) if isinstance(value, str) else meter(value)
                script[second].append((topic.replace(name, machine.slug), body))
    for source in sources:
        heard(world, source)
    with scripted_clock(start):
        for second in sorted(script):
            barrier.act(start + timedelta(seconds=second), script[second])
    metering.catch_up(pool)
    whole = Period(start, start + timedelta(seconds=OVER))
    for title, machine, truth in acted.values():
        with transaction(pool, SYSTEM) as tx:
            found = runs.of_machine(tx, machine.id, whole)
        seen = [(run.state.value, (run.start - start).total_seconds()) for run in found]
        known = [run for run in seen if run != BEFORE_A_WORD]
        assert known == [run for run in truth if run[0] != "unknown"], title
    month = f"{start.astimezone(world.ZONE):%Y-%m}"
    computed = statement_drafts.preview(
        pool, world.manager, centre=world.centre.id, company=company.id, month=month
    )
    billed = {line.machine: line.charge.trace.measured_seconds for line in computed.document.lines}
    # A session without work may have no line.
    for slug, (title, _, truth) in acted.items():
        assert billed.get(slug, 0) == ran(truth), title
