"""Writing of a centre's closed month into files, of which the database keeps the digests (ADR 59).

The order loses nothing and doubles nothing wherever it ends: a file is written under another name,
read again, given its name, and recorded. Only then may its rows be dropped.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from gadong.core.database import Pool, cutoff, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.machines.domain.archive.months import (
    ArchivedMonth,
    RawKind,
    file_name,
    not_yet_written,
)
from gadong.machines.services.archive import columns
from gadong.machines.services.archive.columns import ArchiveUnavailable
from gadong.machines.store import archives
from gadong.machines.store.archives import RawStretch
from gadong.people.domain.centre import Centre

UNFINISHED = ".unfinished"


def write(
    pool: Pool, directory: Path, centre: Centre, month: Month, kind: RawKind
) -> ArchivedMonth:
    """Write the rows of a centre's month that no file of it has, and record the file.

    ArchiveUnavailable where it cannot be written; then nothing is recorded.
    """
    with transaction(pool, SYSTEM) as tx:
        known = archives.of_installation(tx)
    _need_mounted(directory, known)
    period = month.period(centre.zone)
    owned = [each for each in known if (each.centre_id, each.kind) == (centre.id, kind)]
    begin, others = not_yet_written([each for each in owned if each.period.overlap(period)], period)
    parts = [each.part for each in owned if each.month == str(month)]
    part = max(parts, default=0) + 1
    recorded = Period(begin, cutoff(pool, centre.id))
    file = directory / file_name(centre.slug, str(month), kind, part)
    wanted = RawStretch(centre_id=centre.id, period=period, recorded=recorded, others=others)
    rows = _put(pool, file, kind, wanted)
    with transaction(pool, SYSTEM) as tx:
        return archives.insert(
            tx,
            centre.id,
            month=str(month),
            kind=kind,
            part=part,
            period=period,
            recorded=recorded,
            file=str(file),
            digest=digest_of(file),
            size=file.stat().st_size,
            rows=rows,
        )


def digest_of(file: Path) -> bytes:
    """Return the SHA-256 digest of a file's bytes; ArchiveUnavailable where it cannot be read."""
    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").digest()
    except OSError as trouble:
        raise ArchiveUnavailable(f"{file} cannot be read: {trouble.strerror}") from trouble


def faults(archived: ArchivedMonth) -> Iterator[str]:
    """Yield what is wrong with a file: it is missing, or it is not the one that was recorded."""
    file = Path(archived.file)
    if not file.is_file():
        yield f"the archive {file} is missing"
    elif digest_of(file) != archived.digest:
        yield f"the archive {file} is not the one that was written: its digest is another"


def need_whole(archived: ArchivedMonth) -> None:
    """Raise ArchiveUnavailable where a file is missing or another."""
    for fault in faults(archived):
        raise ArchiveUnavailable(fault)


def _need_mounted(directory: Path, known: Sequence[ArchivedMonth]) -> None:
    """Raise ArchiveUnavailable where files of a directory are on record, and none of them is there.

    Files that are written below an empty mount point are hidden once the disk is back.
    """
    files = [Path(each.file) for each in known if not each.deleted_at]
    of_directory = [file for file in files if file.is_relative_to(directory)]
    if of_directory and not any(file.is_file() for file in of_directory):
        raise ArchiveUnavailable(
            f"{directory} has none of the {len(of_directory)} files on record: is its disk mounted?"
        )


def _put(pool: Pool, file: Path, kind: RawKind, wanted: RawStretch) -> int:
    """Write a file that is complete and on the disk under its name, and return its rows."""
    unfinished = file.with_name(file.name + UNFINISHED)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as opened:
            rows, said = _copy(pool, opened, kind, wanted)
            opened.flush()
            os.fsync(opened.fileno())
        if _said_in(unfinished, kind) != (rows, said):
            raise ArchiveUnavailable(f"{unfinished} does not have the rows that were written")
        unfinished.replace(file)
        _sync(file.parent)
    except OSError as trouble:
        unfinished.unlink(missing_ok=True)
        raise ArchiveUnavailable(f"{file} cannot be written: {trouble}") from trouble
    return rows


def _copy(pool: Pool, opened: Any, kind: RawKind, wanted: RawStretch) -> tuple[int, int]:
    """Copy the rows and return their number, with a figure that follows from all of them."""
    said = 0
    with columns.writing(opened, kind) as file, transaction(pool, SYSTEM) as tx:
        for rows in archives.raw_rows(tx, kind, wanted):
            file.add(rows)
            said = _said(said, rows)
    return file.rows, said


def _said_in(file: Path, kind: RawKind) -> tuple[int, int]:
    rows = said = 0
    for group in columns.groups(file, kind):
        said = _said(said, list(zip(*group.values(), strict=True)))
        rows += len(group[columns.MESSAGE_COLUMN[kind]])
    return rows, said


def _said(so_far: int, rows: Sequence[tuple[Any, ...]]) -> int:
    """Continue a figure that follows from rows; it compares within this process only."""
    for row in rows:
        so_far = hash((so_far, *row))
    return so_far


def _sync(directory: Path) -> None:
    """Bring a directory's new name to the disk."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def last_written(files: Sequence[ArchivedMonth]) -> datetime | None:
    """Return when the last of some files was recorded."""
    return max((each.written_at for each in files), default=None)
