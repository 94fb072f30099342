"""A clock that a story moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.metering.metering import message
from tests.support.world import World

NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)


def observed(world: World, machine_slug: str, *, until: timedelta, watched: bool = True) -> None:
    """A machine that idles from an hour before noon on, heard every minute."""
    machine = world.machine(machine_slug)
    source = world.source(machine, "gadong-json")
    if watched:
        start, end = NOON - timedelta(hours=1), NOON + until
        minutes = int((end - start).total_seconds() // 60)
        batch = [
            message(source, start + timedelta(minutes=n), Channel.ACTIVITY, "idle")
            for n in range(minutes)
        ]
        ingestion.commit(world.pool, world.centre.id, batch, [])
        metering.catch_up(world.pool)
