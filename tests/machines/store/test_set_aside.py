"""The exclusion of a stolen credential's messages: still readable, and without effect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from gadong.billing.services import corrections, statement_blockers, statement_drafts, statements
from gadong.billing.services.proof import verification
from gadong.booking.services import timeline
from gadong.core.database import Pool
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import MessageId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.services import device_accounts, ingestion
from gadong.metering.services import metering
from tests.support.metering.metering import message
from tests.support.world import World

MONTH = Month.of(datetime.now(UTC), World.ZONE).previous
NOON = MONTH.period(World.ZONE).start + timedelta(days=9, hours=12)


def heard(world: World, source: Source, *words: tuple[int, str]) -> MessageId:
    """A source says something at so many minutes after noon, now; the last message's id."""
    now = datetime.now(UTC)
    made = [
        message(source, NOON + timedelta(minutes=m), Channel.ACTIVITY, word) for m, word in words
    ]
    said = [
        replace(m, received_at=now, signals=tuple(replace(s, received_at=now) for s in m.signals))
        for m in made
    ]
    ingestion.commit(world.pool, world.centre.id, said, [])
    return said[-1].id


def ran(world: World, source: Source) -> int:
    """For how many minutes the machine ran, as it is derived now."""
    metering.catch_up(world.pool)
    machine = next(
        s.machine
        for s in timeline.seen(world.pool, world.manager)
        if s.machine.id == source.machine_id
    )
    span = Period(NOON - timedelta(hours=1), NOON + timedelta(hours=6))
    shown = timeline.timeline(world.pool, world.manager, machine, span, now=datetime.now(UTC))
    lengths = [r.end - r.start for r in shown.runs if r.state is State.RUNNING and r.end]
    return sum(lengths, timedelta()) // timedelta(minutes=1)


def test_a_forged_run_is_taken_back_everywhere(world: World, pool: Pool) -> None:
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    machine, company = world.machine("mill-1"), world.company()
    source = world.source(machine)
    world.booked(machine, company, NOON, hours=5)
    heard(world, source, (0, "running"), (30, "idle"))
    account, _ = device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="plug",
        source=source.id,
        secret="0123456789abcdef",  # a test's
        now=datetime.now(UTC),
    )
    stolen = datetime.now(UTC)
    forged = heard(world, source, (60, "running"), (240, "idle"))
    assert ran(world, source) == 210
    drafted = statement_drafts.draft(
        pool, world.manager, centre=world.centre.id, company=company.id, month=str(MONTH)
    )
    statements.approve(
        pool, world.manager, drafted.id, accept=sorted(statement_blockers.ACCEPTABLE)
    )
    issued = statements.issue(
        pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
    # Read once, so that the month's runs are kept: what is kept must not outlive what it rests on.
    assert not corrections.propose(pool, world.manager, issued.id).difference.is_material
    device_accounts.revoke(pool, world.manager, account.id, reason="도난", since=stolen)
    assert ran(world, source) == 30
    found = corrections.propose(pool, world.manager, issued.id).difference
    assert found.amount < 0
    # The issued statement still says what was known, and what it was made of can still be read.
    assert [v.differences for v in verification.verify(pool, world.manager)] == [()]
    stored, _ = timeline.message(pool, world.manager, forged)
    assert stored.topic


def test_what_was_sent_before_and_by_others_stays(world: World, pool: Pool) -> None:
    first, second = (
        world.source(world.machine("a"), base="hall/a"),
        world.source(world.machine("b"), base="else/b"),
    )
    for source in (first, second):
        heard(world, source, (0, "running"), (30, "idle"))
    account, _ = device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="gateway",
        topics=["hall"],
        secret="0123456789abcdef",  # a test's
        now=datetime.now(UTC),
    )
    since = datetime.now(UTC)
    for source in (first, second):
        heard(world, source, (60, "running"), (90, "idle"))
    assert (ran(world, first), ran(world, second)) == (60, 60)
    device_accounts.revoke(pool, world.manager, account.id, reason="도난", since=since)
    assert (ran(world, first), ran(world, second)) == (30, 60)
