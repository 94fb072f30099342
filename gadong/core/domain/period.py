"""Half-open stretches of time, and the arithmetic of sets of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from itertools import islice, pairwise


def whole_second(instant: datetime) -> datetime:
    """The instant without its fraction of a second: edges of runs are whole seconds (ADR 4)."""
    return instant.replace(microsecond=0)


def whole_minutes(length: timedelta) -> int:
    """The length in minutes, what is left of one dropped: as limits are written."""
    return int(length.total_seconds() // 60)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of time that includes its start and not its end.

    Two instants of one zone are subtracted and compared by their clock's reading, which is wrong where the clock
    jumps. Instants of such a zone are kept in UTC (docs/adr/0028-each-line-by-its-own-day.md).
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a period needs instants with a time zone")
        for name in ("start", "end"):
            instant: datetime = getattr(self, name)
            if instant.tzinfo is not None and _jumps(instant.tzinfo, instant.year):
                object.__setattr__(self, name, instant.astimezone(UTC))
        if self.start >= self.end:
            raise ValueError("a period must end after it starts")

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    @property
    def seconds(self) -> int:
        """How long it lasts, in whole seconds."""
        return int(self.length.total_seconds())

    def contains(self, instant: datetime) -> bool:
        """Whether the instant lies in it; the end does not."""
        return self.start <= instant < self.end

    def overlap(self, other: Period) -> Period | None:
        """What the two have in common, if anything."""
        return span(max(self.start, other.start), min(self.end, other.end))

    def hull(self, other: Period) -> Period:
        """The shortest period that holds both."""
        return Period(min(self.start, other.start), max(self.end, other.end))

    def widened(self, *, before: timedelta, after: timedelta) -> Period:
        """The same period with room on either side."""
        return Period(self.start - before, self.end + after)


@cache
def _jumps(zone: tzinfo, year: int) -> bool:
    """Return whether the zone's offset changes in the year."""
    months = [datetime(year, month, 1, tzinfo=zone) for month in range(1, 13)]
    return len({month.utcoffset() for month in [*months, datetime(year, 12, 31, tzinfo=zone)]}) > 1


def span(start: datetime, end: datetime) -> Period | None:
    """A period, or None where nothing lies between the two instants."""
    return Period(start, end) if start < end else None


def union(periods: Iterable[Period]) -> list[Period]:
    """The same instants as sorted periods that neither overlap nor touch."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return merged


def without(periods: Iterable[Period], cuts: Iterable[Period]) -> list[Period]:
    """The instants of the periods that lie in none of the cuts."""
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
    """The parts of the periods that lie inside the bounds, in order."""
    parts = (period.overlap(bounds) for period in sorted(periods))
    return [part for part in parts if part]


def total_seconds(periods: Iterable[Period]) -> int:
    """The seconds of the periods' union: time counted twice counts once."""
    return sum(period.seconds for period in union(periods))


def split_at(period: Period, instants: Iterable[datetime]) -> list[Period]:
    """The period cut at those of the instants that lie inside it."""
    edges = [period.start, *sorted({i for i in instants if period.start < i < period.end}), period.end]
    return [Period(start, end) for start, end in pairwise(edges)]
