"""The grid of times on which bookings start and end: whole steps from the centre's own midnight."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gadong.core.domain import clock


def on_grid(instant: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """Return the last instant of the grid that is not after it."""
    midnight = clock.midnight(clock.day_of(instant, zone), zone)
    return midnight + (instant - midnight) // step * step


def next_on_grid(instant: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    """Return the first instant of the grid that is not before it.

    The grid begins anew at every midnight.
    """
    before = on_grid(instant, step, zone)
    return instant if before == instant else min(before + step, next_midnight(before, zone))


def next_midnight(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the midnight after the instant, on the centre's clock."""
    return clock.midnight(clock.day_of(instant, zone) + timedelta(days=1), zone)
