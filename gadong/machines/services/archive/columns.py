"""The columns of archived rows, and files of them: Parquet, compressed by zstd.

Only this module imports pyarrow, and only when an archive is written or read: it takes some 60 MB
of memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gadong.core.domain.problem import GadongError
from gadong.machines.domain.archive.months import RawKind

if TYPE_CHECKING:
    import pyarrow as pa

# A row group is what a reader unpacks at once, and what a writer keeps: some tens of megabytes. A
# payload may have two of them by itself (mosquitto.conf).
ROWS_A_GROUP = 100_000
BYTES_A_GROUP = 32_000_000
# Of zstd's 22 levels. Level 9 makes files a tenth smaller than level 3 in twice the time.
LEVEL = 9
# Columns with few distinct values, written as numbers of a dictionary.
REPEATED = (
    *("machine_id", "source_id", "topic", "qos", "retained", "channel", "part", "time_rule"),
    *("ordinal", "text_value", "uncertain_seconds"),
)
# Numbers that rise: the differences are small.
RISING = ("received_at", "recorded_at", "event_time")

MESSAGE_COLUMNS = (
    *("id", "machine_id", "source_id", "topic", "payload", "qos", "retained", "received_at"),
    "recorded_at",
)
SIGNAL_COLUMNS = (
    *("message_id", "machine_id", "source_id", "channel", "part", "event_time", "time_rule"),
    *("received_at", "recorded_at", "ordinal", "qos", "text_value", "number"),
    "uncertain_seconds",
)
COLUMNS = {RawKind.MESSAGES: MESSAGE_COLUMNS, RawKind.SIGNALS: SIGNAL_COLUMNS}
#: The column that names the message of a row.
MESSAGE_COLUMN = {RawKind.MESSAGES: "id", RawKind.SIGNALS: "message_id"}
_PAYLOAD = MESSAGE_COLUMNS.index("payload")

ArchivedRow = dict[str, Any]


class ArchiveUnavailable(GadongError):
    """An archive that cannot be read or written here; the message says why."""

    code = "archive_unavailable"


class RowFile:
    """A file of rows that is being written, a row group at a time."""

    def __init__(self, writer: Any, kind: RawKind) -> None:
        """Write to an open writer."""
        self._writer, self._kind = writer, kind
        self._waiting: list[tuple[Any, ...]] = []
        self._bytes = 0
        self.rows = 0

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows, in the order of the kind's columns."""
        for row in rows:
            self._waiting.append(row)
            self._bytes += payload_size(self._kind, row)
            if len(self._waiting) >= ROWS_A_GROUP or self._bytes >= BYTES_A_GROUP:
                self.finish()
        self.rows += len(rows)

    def finish(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._write(self._waiting)
            self._waiting, self._bytes = [], 0

    def _write(self, rows: list[tuple[Any, ...]]) -> None:
        pa, _ = _arrow()
        schema = schema_of(self._kind)
        columns = list(zip(*rows, strict=True))
        arrays = [
            pa.array(values, type=field.type) for values, field in zip(columns, schema, strict=True)
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


@contextmanager
def writing(file: Any, kind: RawKind) -> Iterator[RowFile]:
    """Write rows of a kind to an open binary file; complete when the block ends."""
    _, parquet = _arrow()
    names = COLUMNS[kind]
    encodings = {name: "DELTA_BINARY_PACKED" for name in RISING if name in names}
    if kind is RawKind.MESSAGES:
        # Ids of one computer differ in some of their bytes only. Those of signals repeat instead.
        encodings["id"] = "BYTE_STREAM_SPLIT"
    with parquet.ParquetWriter(
        file,
        schema_of(kind),
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=[name for name in names if name in REPEATED],
        column_encoding=encodings,
        write_page_checksum=True,
    ) as writer:
        rows = RowFile(writer, kind)
        yield rows
        rows.finish()


def schema_of(kind: RawKind) -> pa.Schema:
    """Return the schema of a kind's files."""
    pa, _ = _arrow()
    text, instant = pa.string(), pa.timestamp("us", tz="UTC")
    types = {
        "id": pa.binary(16),
        "message_id": pa.binary(16),
        "payload": pa.binary(),
        "qos": pa.int16(),
        "ordinal": pa.int16(),
        "retained": pa.bool_(),
        "number": pa.float64(),
        "uncertain_seconds": pa.float32(),
        **dict.fromkeys(("received_at", "recorded_at", "event_time"), instant),
    }
    optional = {"text_value", "number"}
    return pa.schema(
        [pa.field(n, types.get(n, text), nullable=n in optional) for n in COLUMNS[kind]]
    )


def payload_size(kind: RawKind, row: Sequence[Any]) -> int:
    """Return the bytes of a row that have no bound but the broker's: those of its payload."""
    return len(row[_PAYLOAD]) if kind is RawKind.MESSAGES else 0


def groups(file: Path, kind: RawKind) -> Iterator[dict[str, list[Any]]]:
    """Yield a file's rows as columns, a row group at a time."""
    with _opened(file) as opened:
        for number in range(opened.num_row_groups):
            yield opened.read_row_group(number, columns=list(COLUMNS[kind])).to_pydict()


def count(file: Path) -> int:
    """Return how many rows a file has."""
    with _opened(file) as opened:
        return int(opened.metadata.num_rows)


def of_messages(
    file: Path, kind: RawKind, ids: Collection[UUID], machines: Collection[UUID] = ()
) -> list[ArchivedRow]:
    """Return the rows of some messages, in the order of the file.

    Row groups that hold none by their bounds are not read, nor those of other machines than the
    named ones.
    """
    pa, _ = _arrow()
    compute = _compute()
    column = MESSAGE_COLUMN[kind]
    bounds: dict[str, list[Any]] = {column: sorted(one.bytes for one in ids)}
    if machines:
        bounds["machine_id"] = [str(machine) for machine in machines]
    asked = pa.array(bounds[column], type=pa.binary(16))
    found: list[ArchivedRow] = []
    with _opened(file) as opened:
        for number in range(opened.num_row_groups):
            group = opened.metadata.row_group(number)
            if not all(_may_hold(group, opened, name, bounds[name]) for name in bounds):
                continue
            only = opened.read_row_group(number, columns=[column]).column(0)
            mask = compute.is_in(only, value_set=asked)
            if compute.any(mask).as_py():
                whole = opened.read_row_group(number, columns=list(COLUMNS[kind]))
                found += whole.filter(mask).to_pylist()
    return found


def _may_hold(group: Any, opened: Any, name: str, values: Sequence[Any]) -> bool:
    """Return whether one of some values may lie in a row group, by the bounds of its column."""
    bounds = group.column(opened.schema_arrow.get_field_index(name)).statistics
    if bounds is None or not bounds.has_min_max:
        return True
    return any(bounds.min <= value <= bounds.max for value in values)


def instant(value: datetime) -> datetime:
    """Return an instant of a file in UTC, as the database gives it."""
    return value.astimezone(UTC)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """Open a file; ArchiveUnavailable where it is missing or no such file."""
    pa, parquet = _arrow()
    try:
        opened = parquet.ParquetFile(file, page_checksum_verification=True)
    except (OSError, pa.ArrowInvalid) as trouble:
        raise ArchiveUnavailable(f"{file} cannot be read: {trouble}") from trouble
    with opened:
        try:
            yield opened
        except (OSError, pa.ArrowInvalid) as trouble:
            raise ArchiveUnavailable(f"{file} cannot be read: {trouble}") from trouble


def _arrow() -> tuple[Any, Any]:
    """Return pyarrow and its Parquet module; ArchiveUnavailable where it is not installed."""
    try:
        import pyarrow as pa  # noqa: PLC0415  # heavy, and few programs need it
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError as trouble:
        raise ArchiveUnavailable(
            "archives need pyarrow: pip install --require-hashes -r requirements/runtime.txt"
        ) from trouble
    return pa, parquet


def _compute() -> Any:
    from pyarrow import compute  # noqa: PLC0415  # as above

    return compute
