"""Files of closed months: raw messages and signals that leave the database (ADR 59)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period

# Words come up to 46 days after their time (docs/adr/0042-duplicate-keys-end-with-a-window.md), so
# that a month is complete in the database for two months at least.
LEAST_MONTHS = 2
# A chunk of the hypertables (migration 0002), which leaves as a whole: the first and last week of a
# month may lie in a neighbour's.
CHUNK = timedelta(days=7)
# Since before anything was recorded.
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
# A statement's sessions may last beyond its month by this at most, so a month that is read again
# needs so much of the following one.
BEYOND_MONTH = timedelta(days=28)


class RawKind(StrEnum):
    """A kind of raw rows, each in files of its own."""

    MESSAGES = "messages"
    SIGNALS = "signals"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedMonth:
    """A file of a centre's month: its rows by their time and their recording, and its digest."""

    id: UUID
    centre_id: CentreId
    month: str
    kind: RawKind
    part: int
    since: datetime
    until: datetime
    recorded_from: datetime
    recorded_before: datetime
    file: str
    digest: bytes
    bytes: int
    rows: int
    written_at: datetime
    restored_until: datetime | None
    deleted_at: datetime | None

    @property
    def period(self) -> Period:
        """Return the month as a period."""
        return Period(self.since, self.until)

    def is_restored(self, now: datetime) -> bool:
        """Return whether its rows lie in the database again."""
        return self.restored_until is not None and self.restored_until > now


def file_name(slug: str, month: str, kind: RawKind, part: int) -> str:
    """Return a file's name within the archive's directory: seoul/2026-01-signals-1.parquet."""
    return f"{slug}/{month}-{kind.value}-{part}.parquet"


def not_yet_written(
    files: Sequence[ArchivedMonth], period: Period
) -> tuple[datetime, list[ArchivedMonth]]:
    """Return since which recording the next file of a period has rows, and the files whose rows it
    leaves out.

    `files` are those of its centre and kind that overlap the period. A centre that changed its
    clock has files of other periods, beside which each row of this one must be looked at.
    """
    if files and all(each.period == period for each in files):
        return max(each.recorded_before for each in files), []
    return BEGINNING, list(files)


def closed_months(first: datetime, horizon: datetime, zone: ZoneInfo) -> Iterator[Month]:
    """Yield the months from that of an instant on which end by the horizon."""
    month = Month.of(first, zone)
    while month.period(zone).end <= horizon:
        yield month
        month = month.following


def horizon_of(now: datetime, months: int, zone: ZoneInfo) -> datetime:
    """Return the instant before which months leave: so many closed ones stay in the database."""
    month = Month.of(now, zone)
    for _ in range(months):
        month = month.previous
    return month.period(zone).start


def restored_stretches(files: Iterable[ArchivedMonth], now: datetime) -> list[Period]:
    """Return the periods of a centre whose files are all restored, joined where they touch.

    Months of a centre that changed its clock may overlap.
    """
    return _joined(files, lambda file: file.is_restored(now))


def whole_stretches(files: Iterable[ArchivedMonth], now: datetime) -> list[Period]:
    """Return the periods of a centre whose files are all restored or empty, joined."""
    return _joined(files, lambda file: not file.rows or file.is_restored(now))


def _joined(
    files: Iterable[ArchivedMonth], is_there: Callable[[ArchivedMonth], bool]
) -> list[Period]:
    months: dict[Period, list[bool]] = {}
    for file in files:
        months.setdefault(file.period, []).append(is_there(file))
    joined: list[Period] = []
    for period in sorted(period for period, there in months.items() if all(there)):
        if joined and joined[-1].end >= period.start:
            joined[-1] = Period(joined[-1].start, max(joined[-1].end, period.end))
        else:
            joined.append(period)
    return joined


def restored_since(stretches: Sequence[Period], period: Period, gone: datetime) -> datetime | None:
    """Return since when rows are whole for a period that lies before the `gone` instant.

    None where its rows, or those shortly after it, are not restored.
    """
    for stretch in stretches:
        is_followed = stretch.end >= min(period.end + BEYOND_MONTH, gone)
        if stretch.start <= period.start and is_followed:
            return stretch.start
    return None
