"""Half-open periods of time, and the arithmetic of sets of periods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from itertools import islice, pairwise


def whole_second(instant: datetime) -> datetime:
    """Return the instant without its fraction of a second: edges of runs are whole seconds (ADR
    4).
    """
    return instant.replace(microsecond=0)


def whole_minutes(length: timedelta) -> int:
    """Return the length in whole minutes, rounded down, as limits are written."""
    return int(length.total_seconds() // 60)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of time that includes its start and not its end.

    Python subtracts and compares two instants of one zone by their local times, which is wrong at a
    clock change. Instants of a zone with clock changes are kept in UTC
    (docs/adr/0028-each-line-by-its-own-day.md).
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        # The database's instants are in UTC, and a month's statement makes thousands of periods.
        if not (self.start.tzinfo is UTC is self.end.tzinfo):
            self._need_zones()
        if self.start >= self.end:
            raise ValueError("a period must end after it starts")

    def _need_zones(self) -> None:
        """Raise ValueError without time zones; keep instants of zones that change clocks in UTC."""
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a period needs instants with a time zone")
        for name in ("start", "end"):
            instant: datetime = getattr(self, name)
            if instant.tzinfo is not None and _jumps(instant.tzinfo, instant.year):
                object.__setattr__(self, name, instant.astimezone(UTC))

    @property
    def length(self) -> timedelta:
        """Return the duration."""
        return self.end - self.start

    @property
    def seconds(self) -> int:
        """Return the duration in whole seconds."""
        return int(self.length.total_seconds())

    def contains(self, instant: datetime) -> bool:
        """Return whether the instant lies in the period; the end does not."""
        return self.start <= instant < self.end

    def overlap(self, other: Period) -> Period | None:
        """Return the common part of the two periods, or None."""
        return span(max(self.start, other.start), min(self.end, other.end))

    def hull(self, other: Period) -> Period:
        """Return the shortest period that includes both."""
        return Period(min(self.start, other.start), max(self.end, other.end))

    def widened(self, *, before: timedelta, after: timedelta) -> Period:
        """Return the period extended on either side."""
        return Period(self.start - before, self.end + after)


@cache
def _jumps(zone: tzinfo, year: int) -> bool:
    """Return whether the zone's offset changes in the year."""
    months = [datetime(year, month, 1, tzinfo=zone) for month in range(1, 13)]
    return len({month.utcoffset() for month in [*months, datetime(year, 12, 31, tzinfo=zone)]}) > 1


def span(start: datetime, end: datetime) -> Period | None:
    """Return a period, or None if the end is not after the start."""
    return Period(start, end) if start < end else None


def union(periods: Iterable[Period]) -> list[Period]:
    """Return the same instants as sorted periods that neither overlap nor touch."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return merged


def without(periods: Iterable[Period], cuts: Iterable[Period]) -> list[Period]:
    """Return the instants of the periods that lie in none of the cuts."""
    rest: list[Period] = []
    ordered = union(cuts)
    first = 0
    for period in union(periods):
        start = period.start
        # Both are sorted, so a cut that ends before this period concerns no later one.
        while first < len(ordered) and ordered[first].end <= start:
            first += 1
        for cut in islice(ordered, first, None):
            if cut.start >= period.end:
                break
            rest += [piece] if (piece := span(start, cut.start)) else []
            start = max(start, cut.end)
        rest += [piece] if (piece := span(start, period.end)) else []
    return rest


def within(periods: Iterable[Period], bounds: Period) -> list[Period]:
    """Return the parts of the periods that lie inside the bounds, in order."""
    # Bounds are mostly narrow beside the periods: the few that reach into them are sorted.
    near = (p for p in periods if p.start < bounds.end and bounds.start < p.end)
    return [part for period in sorted(near) if (part := period.overlap(bounds))]


def total_seconds(periods: Iterable[Period]) -> int:
    """Return the seconds of the periods' union; an instant in two periods counts once."""
    return sum(period.seconds for period in union(periods))


def split_at(period: Period, instants: Iterable[datetime]) -> list[Period]:
    """Split the period at the instants that lie inside it."""
    edges = [
        period.start,
        *sorted({i for i in instants if period.start < i < period.end}),
        period.end,
    ]
    return [Period(start, end) for start, end in pairwise(edges)]
