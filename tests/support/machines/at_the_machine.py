"""Messages of a machine at which somebody stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from gadong.core.domain.ids import CentreId
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.metering.metering import message
from tests.support.world import World


@cache
def began(centre: CentreId) -> datetime:
    """Return the instant at which a test with the centre first asked; a suite lasts for long."""
    return datetime.now(UTC)


def said(world: World, source: Source, minutes: int, *words: tuple[Channel, str | float]) -> None:
    """Store a printer's messages some minutes from its beginning, and derive its runs."""
    at = began(world.centre.id) + timedelta(minutes=minutes)
    batch = [message(source, at, channel, word) for channel, word in words]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    metering.catch_up(world.pool)
