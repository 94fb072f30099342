"""The floor, unbooked runs and previews agree with what is known later of the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.billing.services import statement_drafts
from gadong.booking.services import timeline, unbooked_runs
from gadong.core.database import Pool
from gadong.core.domain.ids import new_id
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.people.domain.company import Company
from tests.support.ingest.acted_days import ActedDay, Later, delivery
from tests.support.scripted import BAD_DAYS, DEVICES, Arrival, Plug, shows
from tests.support.world import World

#: Minutes of the day, after and far from what happens; nothing but repetitions follows soon.
MOMENTS = (0.4, 5, 12.2, 20, 30.3, 31.6, 36, 45)
#: Rest is believed once it lasted two minutes, and a meter is read every half minute.
CONFIRMED_WITHIN = timedelta(seconds=120 + 30 + 2)
#: Edges are whole seconds; the preview and the list of unbooked runs are read after the floor.
WITHIN_SECONDS = 2


def excuse(later: Later, moment: datetime) -> str:
    """Say why what is shown may differ from what is known later; empty where it may not."""
    run = later.at(moment)
    assert run is not None
    if later.is_rewritten:
        return "a word that arrives later speaks of it"
    reading = later.acted.source.metering
    # A state that a lost link leaves unknown is so at once, and has the message that said it.
    is_silence = run.opened_by is None
    if is_silence and run.held_from and reading.stale and moment <= run.held_from + reading.stale:
        return "a silence is declared only once it lasted"
    if reading.thresholds and moment < run.start + CONFIRMED_WITHIN:
        return "a meter's reading is not confirmed yet"
    return ""


@pytest.mark.parametrize("day", BAD_DAYS)
def test_what_is_shown_now_is_what_is_known_later(world: World, pool: Pool, day: str) -> None:
    company = world.company()
    world.tariff()
    kinds = [kind for kind in DEVICES if shows(kind, day)]
    acted = [
        ActedDay.bound(world, kind, day, moment, datetime.now(UTC))
        for number, kind in enumerate(kinds)
        for moment in MOMENTS[number % 2 :: 2]
    ]
    booked = {one.machine.slug for one in acted[::2]}
    for one in acted[::2]:
        world.booked(one.machine, company, one.start - timedelta(minutes=15), hours=2)
    for one in acted:
        one.start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=one.until)
        one.store(pool)
    metering.catch_up(pool, most=1000)
    floor = {view.machine.slug: view.live for view in timeline.seen(pool, world.manager)}
    seen_at = datetime.now(UTC)
    unbooked, billed = unbooked_seconds(world, seen_at), billed_seconds(world, company, seen_at)
    slack = WITHIN_SECONDS + (datetime.now(UTC) - seen_at).total_seconds()
    excused, wrong = 0, list[object]()
    for one in acted:
        slug, later = one.machine.slug, one.later()
        run, live = later.at(seen_at), floor[slug]
        assert run is not None
        assert live is not None
        if excuse(later, seen_at):
            excused += 1
            continue
        name, seconds = (one.kind.__name__, one.until), billed if slug in booked else unbooked
        if (live.state, live.since) != (run.state, run.start):
            wrong.append((*name, live.state, live.since - run.start, run.state))
        if abs(seconds.get(slug, 0) - later.seconds(seen_at)) > slack:
            wrong.append((*name, slug in booked, seconds.get(slug, 0), later.seconds(seen_at)))
    assert wrong == []
    assert excused < len(acted) / 2


def unbooked_seconds(world: World, now: datetime) -> dict[str, int]:
    """Return the seconds of each machine's unbooked runs as they wait for a decision."""
    found: dict[str, int] = {}
    back = Period(now - timedelta(days=1), now)
    for ghost in unbooked_runs.waiting(world.pool, world.manager, world.centre.id, back, now=now):
        found[ghost.machine.slug] = found.get(ghost.machine.slug, 0) + ghost.usage.seconds
    return found


def billed_seconds(world: World, company: Company, now: datetime) -> dict[str, int]:
    """Return the measured seconds of each machine's lines in the preview."""
    found: dict[str, int] = {}
    months = {(now - timedelta(hours=h)).astimezone(world.ZONE).strftime("%Y-%m") for h in (0, 2)}
    for month in sorted(months):
        computed = statement_drafts.preview(
            world.pool, world.manager, centre=world.centre.id, company=company.id, month=month
        )
        for line in computed.document.lines:
            seconds = line.charge.trace.measured_seconds
            found[line.machine] = found.get(line.machine, 0) + seconds
    return found


def test_a_source_that_was_never_there_hides_no_other(world: World, pool: Pool) -> None:
    machine, now = world.machine(), datetime.now(UTC).replace(microsecond=0)
    start = now - timedelta(minutes=10)
    gone, there = (
        world.source(machine, "tasmota", base=name, precedence=rank, thresholds=Plug.thresholds)
        for rank, name in enumerate(("gone", "there"))
    )
    router, session = Router(world.centre.id, [gone, there]), new_id()
    said = [Arrival(0, "tele/gone/LWT", "Offline")]
    said += [
        Arrival(minute, "tele/there/SENSOR", {"ENERGY": {"Power": 900}}) for minute in range(10)
    ]
    items = [
        item
        for number, one in enumerate(said)
        for item in router.read(delivery(one, start, number), session)
    ]
    ingestion.commit(pool, world.centre.id, [i for i in items if isinstance(i, Message)], [])
    metering.catch_up(pool)
    (seen,) = timeline.seen(pool, world.manager)
    assert seen.live is not None
    assert (seen.live.state, seen.live.since) == (State.RUNNING, start)
