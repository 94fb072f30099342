"""Files of closed months in the database's record, and the raw rows that go into them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import tuple_row

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.machines.domain.archive.months import ArchivedMonth, RawKind

SQL = statements(__file__)

# Rows that travel together: some megabytes in memory. A message may have two of them by itself.
ROWS_AT_ONCE = {RawKind.MESSAGES: 200, RawKind.SIGNALS: 10_000}
# Of each kind the column by which an index leads to its rows, the statement that names a centre's
# values of it, and the statement that reads the rows of one.
READ_BY = {
    RawKind.MESSAGES: ("source_id", SQL["source_ids"], SQL["messages"]),
    RawKind.SIGNALS: ("machine_id", SQL["machine_ids"], SQL["signals"]),
}

RawRows = Sequence[tuple[Any, ...]]


def raw_begins(tx: Tx) -> datetime | None:
    """Return since when messages or signals lie in the database; None where there are none."""
    row = one(tx, SQL["raw_begins"])
    return row["at"] if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawStretch:
    """Raw rows of a centre, by their time and their recording, without those of other files."""

    centre_id: CentreId
    period: Period
    recorded: Period
    others: Sequence[ArchivedMonth] = ()


def raw_rows(tx: Tx, kind: RawKind, wanted: RawStretch) -> Iterator[RawRows]:
    """Yield a centre's rows in the order of a file."""
    column, owners, rows_of_one = READ_BY[kind]
    bounds = {
        "centre_id": wanted.centre_id,
        "since": wanted.period.start,
        "until": wanted.period.end,
        "recorded_from": wanted.recorded.start,
        "recorded_before": wanted.recorded.end,
        "others_since": [each.since for each in wanted.others],
        "others_until": [each.until for each in wanted.others],
        "others_from": [each.recorded_from for each in wanted.others],
        "others_before": [each.recorded_before for each in wanted.others],
    }
    for owner in many(tx, owners, centre_id=wanted.centre_id):
        with tx.cursor(name="archive", row_factory=tuple_row) as cursor:
            cursor.execute(rows_of_one, {column: owner["id"], **bounds}, binary=True)
            while rows := cursor.fetchmany(ROWS_AT_ONCE[kind]):
                yield rows


def insert(
    tx: Tx,
    centre_id: CentreId,
    *,
    month: str,
    kind: RawKind,
    part: int,
    period: Period,
    recorded: Period,
    file: str,
    digest: bytes,
    size: int,
    rows: int,
) -> ArchivedMonth:
    """Record a file that is complete."""
    row = one(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre_id,
        month=month,
        kind=kind.value,
        part=part,
        since=period.start,
        until=period.end,
        recorded_from=recorded.start,
        recorded_before=recorded.end,
        file=file,
        digest=digest,
        bytes=size,
        rows=rows,
    )
    if row is None:
        raise LookupError("an insert returns its row")
    return _archived(row)


def of_installation(tx: Tx) -> list[ArchivedMonth]:
    """Return every file, also those that retention deleted."""
    return [_archived(row) for row in many(tx, SQL["of_installation"])]


def of_centre(tx: Tx, centre_id: CentreId) -> list[ArchivedMonth]:
    """Return a centre's files that are there."""
    return of_centres(tx, [centre_id])[centre_id]


def of_centres(tx: Tx, centre_ids: Collection[CentreId]) -> dict[CentreId, list[ArchivedMonth]]:
    """Return each centre's files that are there."""
    found: dict[CentreId, list[ArchivedMonth]] = {centre_id: [] for centre_id in centre_ids}
    for row in many(tx, SQL["of_centres"], centre_ids=list(centre_ids)):
        found[row["centre_id"]].append(_archived(row))
    return found


def readable(tx: Tx, kind: RawKind, near: datetime) -> list[ArchivedMonth]:
    """Return the files of a kind that the permit reaches, those around an instant first."""
    return [_archived(row) for row in many(tx, SQL["readable"], kind=kind.value, near=near)]


def of_stretch(tx: Tx, centre_id: CentreId, kind: RawKind, period: Period) -> list[ArchivedMonth]:
    """Return a centre's files of a kind that overlap a period."""
    bounds = {"from": period.start, "until": period.end}
    rows = many(tx, SQL["of_stretch"], centre_id=centre_id, kind=kind.value, **bounds)
    return [_archived(row) for row in rows]


def lock_month(tx: Tx, centre_id: CentreId, month: str) -> list[ArchivedMonth]:
    """Return the files of a centre's month, locked until the transaction ends."""
    return [_archived(row) for row in many(tx, SQL["lock_month"], centre_id=centre_id, month=month)]


def set_restored(tx: Tx, archived: ArchivedMonth, until: datetime | None) -> None:
    """Record until when a file's rows lie in the hypertable."""
    run(tx, SQL["set_restored"], id=archived.id, until=until)


def end_restored(tx: Tx, now: datetime) -> int:
    """End the restorations that are over, and return how many files they concern."""
    return run(tx, SQL["end_restored"], now=now)


def restored_from(tx: Tx) -> datetime | None:
    """Return since when the earliest restored month lasts; None where none is restored."""
    row = one(tx, SQL["restored_from"])
    return row["at"] if row else None


def set_deleted(tx: Tx, archived: ArchivedMonth, now: datetime) -> None:
    """Record that retention deletes a file."""
    run(tx, SQL["set_deleted"], id=archived.id, now=now)


def unarchived(tx: Tx, before: datetime) -> list[tuple[CentreId, RawKind, datetime]]:
    """Return each centre and kind with rows before an instant that no file has, and the first."""
    _take_as_long_as_it_takes(tx)
    rows = many(tx, SQL["unarchived"], before=before)
    return [(row["centre_id"], RawKind(row["kind"]), row["earliest"]) for row in rows]


def drop(tx: Tx, before: datetime) -> int:
    """Drop the chunks from before an instant and return their number.

    The database refuses while a row of them is in no file.
    """
    _take_as_long_as_it_takes(tx)
    row = one(tx, SQL["drop"], before=before)
    return row["chunks"] if row else 0


def gone_before(tx: Tx) -> datetime | None:
    """Return before which instant raw rows were dropped; None where they never were."""
    row = one(tx, SQL["gone_before"])
    return row["before"] if row else None


def chunks(tx: Tx, before: datetime) -> int:
    """Return the number of chunks that end before an instant."""
    row = one(tx, SQL["chunks"], before=before)
    return row["chunks"] if row else 0


def return_rows(
    tx: Tx, centre_id: CentreId, kind: RawKind, columns: Mapping[str, Sequence[object]]
) -> int:
    """Insert rows of a file that the hypertable does not have, and return how many."""
    is_message = kind is RawKind.MESSAGES
    statement = SQL["return_messages"] if is_message else SQL["return_signals"]
    return run(tx, statement, centre_id=centre_id, **columns)


def _take_as_long_as_it_takes(tx: Tx) -> None:
    """Let the next statements read a month of rows, which may take minutes."""
    tx.execute("set local statement_timeout = 0")


def _archived(row: Mapping[str, Any]) -> ArchivedMonth:
    values = {**row, "kind": RawKind(row["kind"]), "digest": bytes(row["digest"])}
    return ArchivedMonth(**values)
