"""Days and hours of a quota's month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def far(world: World, day: int = 10, hour: int = 10) -> datetime:
    """A day of the month after next on the centre's clock, so that no month ends meanwhile."""
    local = datetime.now(UTC).astimezone(world.ZONE)
    month = (local.replace(day=1) + 62 * DAY).replace(day=1)
    return month.replace(day=day, hour=hour, minute=0, second=0, microsecond=0)
