"""A statement's evidence, altered behind its back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.world import World


def tampered(url: str, change: str) -> None:
    """Change what lies in the database past every trigger, as its owner can."""
    with psycopg.connect(url) as owner:
        owner.execute("set session_replication_role = replica")
        assert owner.execute(change.encode()).rowcount >= 1


def ran(world: World, months_ago: int = 1) -> Statement:
    """A statement of last month or an earlier one, issued, of two booked hours of which one ran."""
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    past = Month.of(datetime.now(UTC), world.centre.zone)
    for _ in range(months_ago):
        past = past.previous
    start = past.period(world.centre.zone).start
    noon = start + timedelta(days=9, hours=12)
    machine = world.machine("mill-1")
    source = world.source(machine)
    booking = world.booked(machine, world.company(), noon)
    words = ((-30, "idle"), (0, "running"), (20, "running"), (60, "idle"))
    said = [message(source, noon + timedelta(minutes=m), Channel.ACTIVITY, w) for m, w in words]
    ingestion.commit(world.pool, world.centre.id, said, [])
    month = str(Month.of(noon, world.centre.zone))
    drafted = statement_drafts.draft(
        world.pool, world.manager, centre=world.centre.id, company=booking.company_id, month=month
    )
    statements.approve(world.pool, world.manager, drafted.id)
    return statements.issue(
        world.pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC)
    )
