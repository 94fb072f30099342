"""Messages that left the database, read from their files (ADR 59)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, clock, once
from gadong.core.domain.ids import CentreId, MachineId, MessageId, SourceId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem, Refused
from gadong.machines.domain.archive.months import ArchivedMonth, RawKind, whole_stretches
from gadong.machines.services.archive import columns
from gadong.machines.store import archives
from gadong.machines.store.machines import meterings
from gadong.machines.store.messages import Meaning, StoredMessage

# A message speaks of a time up to so long before its arrival, and hardly ever of one after it
# (gadong.dialects.domain.signal.PAST_LIMIT, and a clock that is fast).
SPEAKS_OF = timedelta(days=46)
AHEAD = timedelta(days=1)


def message(tx: Tx, message_id: MessageId) -> tuple[StoredMessage, list[Meaning]] | None:
    """Return a message of the archive that the permit reaches, and what it means."""
    found = messages(tx, [message_id])
    if not found:
        return None
    (stored,) = found.values()
    return stored, meanings(tx, found).get(message_id, [])


def messages(
    tx: Tx, ids: Collection[MessageId], machines: Collection[MachineId] = ()
) -> dict[MessageId, StoredMessage]:
    """Return those of some messages that lie in the archive, by their ids.

    Where it is known of which `machines` they are, the rows of others are not looked through.
    """
    missing, found = set(ids), dict[MessageId, StoredMessage]()
    if not missing:
        return found
    for archived in archives.readable(tx, RawKind.MESSAGES, made_at(min(missing))):
        if not missing:
            break
        for row in columns.of_messages(Path(archived.file), RawKind.MESSAGES, missing, machines):
            stored = _stored(archived, row)
            found[stored.id] = stored
            missing.discard(stored.id)
    return found


def meanings(tx: Tx, stored: Mapping[MessageId, StoredMessage]) -> dict[MessageId, list[Meaning]]:
    """Return the facts of some messages of the archive, each in its own order."""
    found: dict[MessageId, list[tuple[int, Meaning]]] = {}
    machines = {one.machine_id for one in stored.values()}
    for archived in _signal_files(tx, stored.values()):
        for row in columns.of_messages(Path(archived.file), RawKind.SIGNALS, stored, machines):
            id_ = MessageId(UUID(bytes=row["message_id"]))
            found.setdefault(id_, []).append((row["ordinal"], _meaning(row)))
    return {
        id_: [meaning for _, meaning in sorted(rows, key=lambda row: row[0])]
        for id_, rows in found.items()
    }


def missing_signals(
    tx: Tx, centre_id: CentreId, period: Period, *, of: MachineId | None = None
) -> Problem | None:
    """Return where signals of a period are that left the database; None where it has them all.

    They lie in a month's file, or retention deleted them. Those `of` a machine that never had a
    device cannot be missing.
    """
    gone = once(tx, "gone before", lambda: archives.gone_before(tx))
    if gone is None or period.start >= gone:
        return None
    if of is not None and not meterings(tx, of):
        return None
    files, now = archives.of_centre(tx, centre_id), clock(tx)
    # Later signals never left.
    end = min(period.end, gone)
    stretches = whole_stretches(files, now)
    if any(each.start <= period.start and end <= each.end for each in stretches):
        return None
    for file in files:
        if file.rows and not file.is_restored(now) and file.period.overlap(period):
            return Problem(code="signals.archived", actual=file.month)
    return Problem(code="signals.deleted", actual=gone.date().isoformat())


def need_signals(
    tx: Tx, centre_id: CentreId, period: Period, *, of: MachineId | None = None
) -> None:
    """Raise Refused where signals of a period left the database: a sum of the rest is wrong."""
    if problem := missing_signals(tx, centre_id, period, of=of):
        raise Refused([problem])


def made_at(message_id: UUID) -> datetime:
    """Return when an id was made: its first 48 bits are milliseconds (RFC 9562, section 5.7)."""
    return datetime.fromtimestamp((message_id.int >> 80) / 1000, UTC)


def _signal_files(tx: Tx, stored: Iterable[StoredMessage]) -> list[ArchivedMonth]:
    """Return the files in which the signals of some messages may lie, each once."""
    found: dict[UUID, ArchivedMonth] = {}
    for one in stored:
        around = Period(one.received_at - SPEAKS_OF, one.received_at + AHEAD)
        for archived in archives.of_stretch(tx, one.centre_id, RawKind.SIGNALS, around):
            found[archived.id] = archived
    return list(found.values())


def _stored(archived: ArchivedMonth, row: Mapping[str, Any]) -> StoredMessage:
    return StoredMessage(
        id=MessageId(UUID(bytes=row["id"])),
        centre_id=archived.centre_id,
        machine_id=MachineId(UUID(row["machine_id"])),
        source_id=SourceId(UUID(row["source_id"])),
        topic=row["topic"],
        payload=row["payload"],
        qos=row["qos"],
        retained=row["retained"],
        received_at=columns.instant(row["received_at"]),
        recorded_at=columns.instant(row["recorded_at"]),
    )


def _meaning(row: Mapping[str, Any]) -> Meaning:
    return Meaning(
        channel=row["channel"],
        part=row["part"],
        event_time=columns.instant(row["event_time"]),
        time_rule=row["time_rule"],
        uncertain_seconds=row["uncertain_seconds"],
        value=row["text_value"] if row["text_value"] is not None else row["number"],
    )
