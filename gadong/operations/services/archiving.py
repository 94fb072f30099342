"""Closed months leave the database for files, once a backup holds these files (ADR 59)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gadong.billing.services.proof import signal_retention
from gadong.core.database import Pool, Tx, holding, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.problem import Conflict
from gadong.machines.domain.archive import months as rules
from gadong.machines.domain.archive.months import ArchivedMonth, RawKind
from gadong.machines.services.archive import writing
from gadong.machines.store import archives
from gadong.operations.store import checks
from gadong.people.domain.centre import Centre
from gadong.people.store import people

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePlan:
    """The directory of the files, and how many closed months stay in the database."""

    directory: Path
    months: int

    def __post_init__(self) -> None:
        if self.months < rules.LEAST_MONTHS:
            raise ValueError(f"at least {rules.LEAST_MONTHS} closed months stay in the database")

    @classmethod
    def of(cls, directory: str, months: int) -> ArchivePlan | None:
        """Return the plan of a program's settings; None where there is no directory for files."""
        return cls(directory=Path(directory), months=months) if directory else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """The work of one pass: files written, chunks dropped, and files that retention deleted."""

    written: int
    dropped: int
    deleted: int
    waits_for: str = ""

    def __str__(self) -> str:
        """Return one line for the record of jobs."""
        waits = f"; {self.waits_for}" if self.waits_for else ""
        return (
            f"{self.written} files written, {self.dropped} chunks dropped, "
            f"{self.deleted} files deleted{waits}"
        )


def archive(pool: Pool, plan: ArchivePlan, *, now: datetime) -> Archived:
    """Write what is due, drop what a backup holds, and delete what retention ends.

    Conflict where another process is at it. Each step is whole by itself, so that it may end
    anywhere and be done again.
    """
    with holding(pool, "archive") as is_ours:
        if not is_ours:
            raise Conflict("Another process is archiving right now")
        written = sum(1 for _ in _write_due(pool, plan, now))
        dropped, waits_for = _drop(pool, plan, now)
        return Archived(
            written=written,
            dropped=dropped,
            deleted=_delete_expired(pool, now),
            waits_for=waits_for,
        )


def horizon(tx: Tx, centre: Centre, plan: ArchivePlan, now: datetime) -> datetime | None:
    """Return the instant before which a centre's closed months may leave the database now.

    They wait as retention does: for open statements, and for the evidence of issued ones.
    """
    before = rules.horizon_of(now, plan.months, centre.zone)
    return signal_retention.waiting(tx, before)


def _write_due(pool: Pool, plan: ArchivePlan, now: datetime) -> Iterator[ArchivedMonth]:
    """Write and yield the first files of months that are due, one after the other."""
    with transaction(pool, SYSTEM) as tx:
        begin = archives.raw_begins(tx)
        due = [
            (centre, month)
            for centre in people.centres(tx)
            if begin and (before := horizon(tx, centre, plan, now))
            for month in rules.closed_months(begin, before, centre.zone)
        ]
        known = {(a.centre_id, a.month, a.kind) for a in archives.of_installation(tx)}
    for centre, month in due:
        for kind in RawKind:
            if (centre.id, str(month), kind) not in known:
                yield _written(pool, plan, centre, month, kind)


def _written(
    pool: Pool, plan: ArchivePlan, centre: Centre, month: Month, kind: RawKind
) -> ArchivedMonth:
    archived = writing.write(pool, plan.directory, centre, month, kind)
    log.info(
        "month archived",
        extra={
            "centre": centre.slug,
            "month": archived.month,
            "kind": kind.value,
            "rows": archived.rows,
            "bytes": archived.bytes,
        },
    )
    return archived


def _drop(pool: Pool, plan: ArchivePlan, now: datetime) -> tuple[int, str]:
    """Drop the chunks whose rows all lie in files that a backup holds.

    Return their number, and what the rest waits for.
    """
    with transaction(pool, SYSTEM) as tx:
        archives.end_restored(tx, now)
        before, files = _complete_before(tx, plan, now)
        if before is None or not archives.chunks(tx, before):
            return 0, ""
        if any(each.is_restored(now) for each in archives.of_installation(tx)):
            return 0, "a restored month is in use"
        backed_up = checks.last_backup_began(tx)
        if backed_up is None or any(each.written_at >= backed_up for each in files):
            return 0, "waits for a backup with the files"
        begin = archives.raw_begins(tx)
        late = archives.unarchived(tx, before)
        centres = {centre.id: centre for centre in people.centres(tx)}
    for each in files:
        if begin and each.until > begin:
            writing.need_whole(each)
    if late:
        # Words that came after their month was written, such as those of the quarantine that were
        # read again. They leave once a backup holds their own file.
        for centre_id, kind, earliest in late:
            centre = centres[centre_id]
            _written(pool, plan, centre, Month.of(earliest, centre.zone), kind)
        return 0, "waits for a backup with late words"
    with transaction(pool, SYSTEM) as tx:
        return archives.drop(tx, before), ""


def _complete_before(
    tx: Tx, plan: ArchivePlan, now: datetime
) -> tuple[datetime | None, Sequence[ArchivedMonth]]:
    """Return the instant before which every centre's months lie in files, and these files."""
    begin = archives.raw_begins(tx)
    files = [each for each in archives.of_installation(tx) if each.deleted_at is None]
    ends: list[datetime] = []
    for centre in people.centres(tx):
        before = horizon(tx, centre, plan, now)
        if begin is None or before is None:
            return None, ()
        months = {(f.month, f.kind) for f in files if f.centre_id == centre.id}
        end = Month.of(begin, centre.zone).period(centre.zone).start
        for month in rules.closed_months(begin, before, centre.zone):
            if any((str(month), kind) not in months for kind in RawKind):
                break
            end = month.period(centre.zone).end
        ends.append(end)
    if not ends:
        return None, ()
    return min(ends), [each for each in files if each.since < min(ends)]


def _delete_expired(pool: Pool, now: datetime) -> int:
    """Delete the files of months that retention ends; their digests stay on record."""
    with transaction(pool, SYSTEM) as tx:
        before = signal_retention.horizon(tx, now)
        known = archives.of_installation(tx)
        expired = [
            each
            for each in known
            if before and each.until <= before and not each.is_restored(now) and not each.deleted_at
        ]
        for each in expired:
            archives.set_deleted(tx, each, now)
    for each in [*expired, *(each for each in known if each.deleted_at)]:
        with suppress(FileNotFoundError):
            Path(each.file).unlink()
    return len(expired)


def months_behind(tx: Tx, plan: ArchivePlan, now: datetime) -> int:
    """Return how many closed months lie in the database beyond those that should."""
    begin = archives.raw_begins(tx)
    if begin is None:
        return 0
    # Restored rows are no backlog.
    begin = max(begin, archives.gone_before(tx) or begin) + rules.CHUNK
    zones = {centre.zone for centre in people.centres(tx)}
    months = (
        rules.closed_months(begin, rules.horizon_of(now, plan.months, zone), zone) for zone in zones
    )
    return max((len(list(each)) for each in months), default=0)


def files_of(pool: Pool) -> list[ArchivedMonth]:
    """Return every file that is on record, for the administrator's command line."""
    with transaction(pool, SYSTEM) as tx:
        return archives.of_installation(tx)


def verify(pool: Pool) -> list[str]:
    """Return what is wrong with the files: one is missing, or is not the one that was written."""
    return [
        fault for each in files_of(pool) if not each.deleted_at for fault in writing.faults(each)
    ]


def gone_before(pool: Pool) -> datetime | None:
    """Return before which instant raw rows were dropped from the database; None if never."""
    with transaction(pool, SYSTEM) as tx:
        return archives.gone_before(tx)
