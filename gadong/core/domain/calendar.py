"""A centre's own clock: opening hours, closures and months, in its zone."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from gadong.core.domain import clock
from gadong.core.domain.period import Period, span, union, without


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """One weekday's hours; Monday is 0, and `closes` 00:00 is the end of the day."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, written 2026-11."""

    year: int
    number: int

    def __post_init__(self) -> None:
        # A year more on either side, so that every month that can be written has one before and one after.
        if not 1 <= self.number <= 12 or not 1999 <= self.year <= 3000:
            raise ValueError("a month is written like 2026-11")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read 2026-11; ValueError for anything else."""
        year, _, number = text.partition("-")
        if len(year) != 4 or len(number) != 2 or not (year + number).isdecimal():
            raise ValueError("a month is written like 2026-11")
        month = cls(int(year), int(number))
        if not 2000 <= month.year <= 2999:
            raise ValueError("a month lies in the years 2000 to 2999")
        return month

    @classmethod
    def of(cls, instant: datetime, zone: ZoneInfo) -> Month:
        """The month an instant lies in, on the centre's calendar."""
        local = instant.astimezone(zone)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def following(self) -> Month:
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Month:
        """The month before it."""
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    def period(self, zone: ZoneInfo) -> Period:
        """From its first midnight to the next month's, in the zone."""
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
    """Whether a day is none of the weekend and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def open_periods(
    hours: Sequence[OpeningHours], closures: Sequence[Period], zone: ZoneInfo, bounds: Period
) -> list[Period]:
    """When the centre is open inside the bounds; days that touch at midnight are one period."""
    day = bounds.start.astimezone(zone).date() - timedelta(days=1)
    last = bounds.end.astimezone(zone).date()
    found: list[Period] = []
    while day <= last:
        for entry in hours:
            if entry.weekday == day.weekday():
                closing = day + timedelta(days=1) if entry.closes == time(0) else day
                opened = span(
                    clock.instant(day, entry.opens, zone), clock.instant(closing, entry.closes, zone)
                )
                inside = opened.overlap(bounds) if opened else None
                if inside:
                    found.append(inside)
        day += timedelta(days=1)
    return without(union(found), closures)
