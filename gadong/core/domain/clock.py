"""Local times of a zone as UTC instants, and the instants at which the zone's clock jumps.

Arithmetic on local times is wrong at a clock change, so every function here returns UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gadong.core.domain.period import Period

# No zone changes its offset twice in half a day.
STRIDE = timedelta(hours=12)
SECOND = timedelta(seconds=1)


def write_instant(at: datetime) -> str:
    """Write an instant in the API's one form: in UTC with a Z, as in 2026-11-24T01:00:00Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# Some months of midnights and opening hours, for some zones.
@lru_cache(maxsize=4096)
def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first instant of the day at which the clock shows or has passed the time.

    A time that the clock skips is the instant of the jump. Of a time that the clock shows twice the
    first counts.
    """
    shown = datetime.combine(day, at)
    early, late = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None, fold=0) == shown:
        return early
    # In a gap the offsets before and after give an instant on either side of the jump.
    return _jump(late, early, zone)


def later(start: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clock shows a time that is so much later, or earlier.

    Of a time that the clock shows twice the second counts where the start is a second one too.
    """
    shown = start.astimezone(zone)
    early, late = ((shown + by).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    # In a gap the order is the other way round, and the first counts alone.
    return max(early, late) if shown.fold else early


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day; a day whose midnight is skipped begins at the jump."""
    return instant(day, time(0), zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """Return the day that the clock shows at an instant."""
    return moment.astimezone(zone).date()


def edges(period: Period, times: Iterable[time], zone: ZoneInfo) -> list[datetime]:
    """Return the instants near which the local time enters or leaves a time, and every jump.

    Between two neighbouring instants, or a neighbour and an end of the period, the clock runs
    evenly and passes none of the times.
    """
    day, last = day_of(period.start, zone), day_of(period.end, zone)
    every = {time(0), *times}
    found = jumps(period, zone)
    while day <= last:
        for at in every:
            # A time that is shown twice has two instants.
            for fold in (0, 1):
                found.append(
                    datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)
                )
        day += timedelta(days=1)
    return found


def jumps(period: Period, zone: ZoneInfo) -> list[datetime]:
    """Return the instants in the period at which the zone's offset changes."""
    found: list[datetime] = []
    start = period.start
    while start < period.end:
        end = min(start + STRIDE, period.end)
        if start.astimezone(zone).utcoffset() != end.astimezone(zone).utcoffset():
            found.append(_jump(start, end, zone))
        start = end
    return found


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole second after `before` at which the zone has its offset of `after`."""
    offset = after.astimezone(zone).utcoffset()
    before = before.replace(microsecond=0)
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
