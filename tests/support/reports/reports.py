"""A month of work for the reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.world import World


def month_of_work(world: World) -> tuple[str, datetime]:
    """Two companies on two machines last month, in booked time and out of it, over the month's edge
    too.
    """
    world.tariff(
        minimum_seconds=0, noise_seconds=0, increment_seconds=60, increment_grace_seconds=0
    )
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    start = month.period(world.centre.zone).start
    one, other = world.company(), world.company()
    for number, shift in ((1, 0), (2, 37)):
        machine = world.machine(f"mill-{number}")
        source = world.source(machine)
        said = [(start - timedelta(hours=3), "idle")]
        # Into the month from the one before.
        world.booked(machine, one, start - timedelta(hours=2), hours=4)
        said += [
            (start - timedelta(minutes=50 + shift), "running"),
            (start + timedelta(minutes=30 + shift), "idle"),
        ]
        for day in range(1, 12):
            noon = start + timedelta(days=day, hours=12)
            world.booked(machine, other if day % 2 else one, noon, hours=2)
            said += [
                (noon + timedelta(minutes=7, seconds=shift), "running"),
                (noon + timedelta(minutes=60 + day, seconds=11), "idle"),
            ]
            if day % 3 == 0:
                said += [
                    (noon + timedelta(hours=6), "running"),
                    (noon + timedelta(hours=6, minutes=23), "idle"),
                ]
        batch = [message(source, at, Channel.ACTIVITY, word) for at, word in said]
        ingestion.commit(world.pool, world.centre.id, batch, [])
    return str(month), start
