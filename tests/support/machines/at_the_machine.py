"""Messages of a machine at which somebody stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.metering.metering import message
from tests.support.world import World

NOW = datetime.now(UTC)


def said(world: World, source: Source, minutes: int, *words: tuple[Channel, str | float]) -> None:
    """Store a printer's messages some minutes from now, and derive its runs."""
    at = NOW + timedelta(minutes=minutes)
    batch = [message(source, at, channel, word) for channel, word in words]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    metering.catch_up(world.pool)
