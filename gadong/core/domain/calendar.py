"""A centre's own clock: opening hours, holidays and months, in its zone."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from gadong.core.domain import clock
from gadong.core.domain.period import Period, span, union, without

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """One weekday's hours.

    Monday is 0. Hours that close no later than they open end on the next day.

    So 18:00 to 02:00 crosses midnight, and equal times are 24 hours.
    """

    weekday: int
    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{DAYS[self.weekday]} {self.opens:%H:%M}-{self.closes:%H:%M}"

    def on(self, day: date, zone: ZoneInfo) -> Period | None:
        """Return the hours that begin on the day, which is of their weekday.

        A skipped hour leaves none.
        """
        last = day if self.opens < self.closes else day + timedelta(days=1)
        return span(clock.instant(day, self.opens, zone), clock.instant(last, self.closes, zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A centre's opening hours from a day on."""

    since: date
    hours: tuple[OpeningHours, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The hours of a machine: its centre's weeks or its `own`, and on holidays `on_holidays`.

    A day's hours are those of the last week that began by then. `on_holidays` is None where a
    holiday is a day like any other. Hours belong to the day on which they begin: a night that began
    on the eve goes on.
    """

    weeks: Sequence[Week]
    own: tuple[OpeningHours, ...] | None = None
    holidays: Container[date] = frozenset()
    on_holidays: tuple[OpeningHours, ...] | None = None

    def hours_on(self, day: date) -> list[OpeningHours]:
        """Return the hours that begin on the day."""
        hours = self.own
        if self.on_holidays is not None and day in self.holidays:
            hours = self.on_holidays
        elif hours is None:
            begun = [week for week in self.weeks if week.since <= day]
            hours = begun[-1].hours if begun else ()
        return [entry for entry in hours if entry.weekday == day.weekday()]

    def periods(self, zone: ZoneInfo, bounds: Period) -> list[Period]:
        """Return the open time inside the bounds."""
        return _open(self.hours_on, zone, bounds)


def overlapping(hours: Sequence[OpeningHours]) -> tuple[OpeningHours, OpeningHours] | None:
    """Return two entries of a week that overlap, if any do; those that touch do not."""
    week = timedelta(days=7)
    spans = []
    for entry in hours:
        start = timedelta(days=entry.weekday) + _since_midnight(entry.opens)
        length = (_since_midnight(entry.closes) - _since_midnight(entry.opens)) % timedelta(days=1)
        spans.append((start, start + (length or timedelta(days=1)), entry))
    spans.sort(key=lambda s: s[0])
    # The week begins anew after Sunday.
    around = [*spans, *((start + week, end + week, entry) for start, end, entry in spans[:1])]
    pairs = ((one, other) for (_, end, one), (start, _, other) in pairwise(around) if start < end)
    return next(pairs, None)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written 2026-11."""

    year: int
    number: int

    def __post_init__(self) -> None:
        # A year more on either side, so that every month that can be written has a previous and a
        # following one.
        if not 1 <= self.number <= 12 or not 1999 <= self.year <= 3000:
            raise ValueError("a month is written like 2026-11")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Parse 2026-11; raise ValueError for anything else."""
        year, _, number = text.partition("-")
        if len(year) != 4 or len(number) != 2 or not (year + number).isdecimal():
            raise ValueError("a month is written like 2026-11")
        month = cls(int(year), int(number))
        if not 2000 <= month.year <= 2999:
            raise ValueError("a month lies in the years 2000 to 2999")
        return month

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> Month:
        """Return the month of an instant on the centre's calendar."""
        local = instant.astimezone(zone)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def following(self) -> Month:
        """Return the next month."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Month:
        """Return the month before."""
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    def period(self, zone: ZoneInfo) -> Period:
        """Return the period from the first midnight to the next month's, in the zone."""
        return _period_of(self, zone)


@lru_cache(maxsize=64)
def _period_of(month: Month, zone: ZoneInfo) -> Period:
    after = month.following
    return Period(
        clock.midnight(date(month.year, month.number, 1), zone),
        clock.midnight(date(after.year, after.number, 1), zone),
    )


def month_edges(period: Period, zone: ZoneInfo) -> list[datetime]:
    """Return the instants inside a period at which a month begins."""
    found: list[datetime] = []
    month = Month.of(period.start, zone).period(zone)
    while month.end < period.end:
        found.append(month.end)
        month = Month.of(month.end, zone).period(zone)
    return found


UTC_ZONE = ZoneInfo("UTC")
SATURDAY = 5


def is_working(day: date, holidays: Container[date]) -> bool:
    """Return whether a day is neither on a weekend nor a holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def open_periods(
    hours: Sequence[OpeningHours], closures: Sequence[Period], zone: ZoneInfo, bounds: Period
) -> list[Period]:
    """Return the open time of one week's hours inside the bounds, less the closures."""
    return without(
        _open(lambda day: [h for h in hours if h.weekday == day.weekday()], zone, bounds), closures
    )


def _open(
    hours_on: Callable[[date], Iterable[OpeningHours]], zone: ZoneInfo, bounds: Period
) -> list[Period]:
    """Days that touch at midnight are one period.

    Hours of the day before may reach into the bounds.
    """
    day = bounds.start.astimezone(zone).date() - timedelta(days=1)
    last = bounds.end.astimezone(zone).date()
    found: list[Period] = []
    while day <= last:
        for entry in hours_on(day):
            opened = entry.on(day, zone)
            inside = opened.overlap(bounds) if opened else None
            if inside:
                found.append(inside)
        day += timedelta(days=1)
    return union(found)
