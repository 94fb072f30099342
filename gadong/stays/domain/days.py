"""Days of a stay on the centre's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gadong.core.domain import clock
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """Days from the first until, and without, `end`. There may be none."""

    first: date
    end: date

    @property
    def count(self) -> int:
        """Return the number of days."""
        return max(0, (self.end - self.first).days)

    @property
    def last(self) -> date:
        """Return the last of the days."""
        return self.end - ONE_DAY

    def common(self, other: Days) -> Days:
        """Return the days that both have."""
        first = max(self.first, other.first)
        return Days(first, max(first, min(self.end, other.end)))

    @classmethod
    def of_month(cls, month: Month) -> Days:
        """Return the days of a month."""
        after = month.following
        return cls(date(month.year, month.number, 1), date(after.year, after.number, 1))

    @classmethod
    def begun_in(cls, period: Period, zone: ZoneInfo) -> Days:
        """Return the days that begin in a period, on a clock of the zone."""
        return cls(_beginning(period.start, zone), _beginning(period.end, zone))

    @classmethod
    def ended_in(cls, period: Period, zone: ZoneInfo) -> Days:
        """Return the days whose end lies after a period's start, and not after its end."""
        return cls(period.start.astimezone(zone).date(), period.end.astimezone(zone).date())


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins."""
    return clock.instant(day, time(0), zone)


def _beginning(at: datetime, zone: ZoneInfo) -> date:
    """Return the first day that begins at an instant or after it."""
    day = at.astimezone(zone).date()
    return day if start_of(day, zone) >= at else day + ONE_DAY
