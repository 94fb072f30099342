"""Storage of a batch of messages as facts, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import DataError, IntegrityError

from gadong.core.database import Tx, many, one, recorded_at, run
from gadong.core.domain.ids import CentreId, MachineId, MessageId, SourceId
from gadong.core.store.queries import statements
from gadong.dialects.domain.signal import Channel, TimeRule
from gadong.machines.domain.message import KEYS_KEPT, Committed, Message, Rejected
from gadong.machines.store import late_words, quarantine

SQL = statements(__file__)

FORGOTTEN = (
    f"a number from more than {KEYS_KEPT.days} days ago; whether it came before is not known"
)
CONFLICT = "a number that was used before came again with other words; the first was kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A message as it was received, and what it was understood as."""

    id: MessageId
    centre_id: CentreId
    machine_id: MachineId
    source_id: SourceId
    topic: str
    payload: bytes
    qos: int
    retained: bool
    received_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One canonical fact of a stored message."""

    channel: str
    part: str
    event_time: datetime
    time_rule: str
    uncertain_seconds: float
    value: str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWithMeaning:
    """A message as it came in, and what it means."""

    id: MessageId
    machine: str
    topic: str
    payload: bytes
    received_at: datetime
    meaning: list[Meaning]


class BadRow(ValueError):
    """The database refuses a row of the batch, whatever is tried.

    It is for the caller to find which.
    """


def store(
    tx: Tx,
    centre_id: CentreId,
    batch: Sequence[Message],
    rejected: Sequence[Rejected],
    *,
    unbound: Collection[MessageId] = (),
) -> Committed:
    """Store a batch of one centre: what is new once, what repeats not at all, what conflicts set
    aside.

    `unbound` are messages that devices sent before they were bound.
    """
    try:
        return _store(tx, centre_id, batch, rejected, unbound)
    except (DataError, IntegrityError, UnicodeEncodeError) as trouble:
        raise BadRow(str(trouble).splitlines()[0]) from trouble


def _store(
    tx: Tx,
    centre_id: CentreId,
    batch: Sequence[Message],
    rejected: Sequence[Rejected],
    unbound: Collection[MessageId],
) -> Committed:
    now = recorded_at(tx, centre_id)
    beyond = late_words.of_too_many_boots(tx, batch, at=now)
    gone = {m.id for m in beyond}
    messages, conflicts = _distinct([m for m in batch if m.id not in gone] if gone else batch)
    conflicts += [late_words.refused(m) for m in beyond]
    late = late_words.find(tx, messages) | late_words.of_unbound(messages, unbound)
    _stage(tx, messages, late)
    counts = one(tx, SQL["insert_new"], recorded_at=now) or {"stored": 0}
    if counts["stored"] < len(messages):
        conflicts += [_conflict(**row) for row in many(tx, SQL["conflicts"])]
    watermarks = many(tx, SQL["advance"], recorded_at=now)
    for item in [*rejected, *conflicts]:
        quarantine.set_aside(tx, item)
    _update_live(tx, messages)
    return Committed(
        stored=counts["stored"],
        duplicates=len(batch) - counts["stored"] - len(conflicts),
        quarantined=len(rejected) + len(conflicts),
        watermarks=tuple((r["source_id"], r["boot"], r["upto"]) for r in watermarks),
        restarting=frozenset(m.machine_id for m in beyond),
    )


def _distinct(batch: Sequence[Message]) -> tuple[list[Message], list[Rejected]]:
    """Return the batch without repetitions; one number with two contents is a conflict."""
    first: dict[tuple[SourceId, bytes], Message] = {}
    distinct: list[Message] = []
    conflicts: list[Rejected] = []
    for message in batch:
        known = first.setdefault((message.source_id, message.key), message)
        if known is message or message.is_timeless:
            distinct.append(message)
        elif known.digest != message.digest and message.position:
            conflicts.append(
                _conflict(
                    message.centre_id,
                    message.source_id,
                    message.topic,
                    message.payload,
                    message.received_at,
                )
            )
    return distinct, conflicts


def _conflict(
    centre_id: CentreId,
    source_id: SourceId,
    topic: str,
    payload: bytes,
    received_at: datetime,
    *,
    is_forgotten: bool = False,
) -> Rejected:
    return Rejected(
        centre_id=centre_id,
        source_id=source_id,
        topic=topic,
        payload=payload,
        reason="sequence_conflict",
        detail=FORGOTTEN if is_forgotten else CONFLICT,
        received_at=received_at,
    )


def _stage(tx: Tx, messages: Iterable[Message], late: Mapping[MessageId, timedelta]) -> None:
    tx.execute(SQL["stage"])
    with tx.cursor() as cursor:
        with cursor.copy(SQL["copy_messages"]) as copy:
            for m in messages:
                boot, seq = (m.position.boot, m.position.seq) if m.position else (None, None)
                copy.write_row(
                    (
                        *(m.id, m.centre_id, m.machine_id, m.source_id),
                        *(m.topic, m.payload, m.qos, m.retained),
                        *(m.is_repeated, m.is_timeless, m.received_at, m.key, m.digest, boot, seq),
                        *(*late_words.spoken_span(m), late.get(m.id)),
                    )
                )
        with cursor.copy(SQL["copy_signals"]) as copy:
            for m in messages:
                for s in m.signals:
                    copy.write_row(
                        (
                            *(
                                m.id,
                                m.centre_id,
                                m.machine_id,
                                m.source_id,
                                s.channel.value,
                                s.event_time,
                            ),
                            *(s.time_rule.value, s.received_at, s.ordinal, s.qos, s.text, s.number),
                            *(s.part, s.uncertain.total_seconds()),
                        )
                    )


def _update_live(tx: Tx, messages: Iterable[Message]) -> None:
    latest: dict[MachineId, dict[str, Any]] = {}
    for message in messages:
        for signal in message.signals:
            if signal.time_rule is TimeRule.RETAINED:
                continue
            live = latest.setdefault(message.machine_id, {"centre_id": message.centre_id})
            live["heard_at"] = max(signal.event_time, live.get("heard_at", signal.event_time))
            if signal.channel is Channel.JOB:
                live["job"] = signal.text
            elif signal.channel is Channel.POWER_WATTS and signal.part:
                continue  # one phase of several: their sum comes with the runs
            elif signal.channel in {Channel.PROGRESS, Channel.POWER_WATTS}:
                live[signal.channel.value] = signal.number
            elif signal.channel is Channel.REMAINING_SECONDS and signal.number is not None:
                # No shop's job lasts a year; beyond it the device has no estimate.
                left = timedelta(seconds=min(signal.number, 366 * 86400))
                live["ends_at"] = signal.event_time + left
    empty = {"job": None, "progress": None, "power_watts": None, "ends_at": None}
    for machine_id in sorted(latest):
        run(tx, SQL["heard"], machine_id=machine_id, **{**empty, **latest[machine_id]})


def message(tx: Tx, message_id: MessageId) -> tuple[StoredMessage, list[Meaning]] | None:
    """Return a stored message and its meaning."""
    row = one(tx, SQL["message"], id=message_id)
    if row is None:
        return None
    found = StoredMessage(**row)
    return found, _meanings(tx, found.id, found.machine_id, found.received_at)


def meanings(tx: Tx, message_ids: Collection[MessageId]) -> dict[MessageId, list[Meaning]]:
    """Return the facts of each of the messages that came within an hour of what it speaks of."""
    found: dict[MessageId, list[Meaning]] = {}
    for row in many(tx, SQL["signals_of_many"], ids=list(message_ids)):
        found.setdefault(row["message_id"], []).append(_meaning(row))
    return found


def told_since(tx: Tx, centre_id: CentreId, *, after: UUID) -> list[MessageWithMeaning]:
    """List the centre's messages within the last hour after a given one, at most 500."""
    return [
        MessageWithMeaning(
            id=row["id"],
            machine=row["machine"],
            topic=row["topic"],
            payload=row["payload"],
            received_at=row["received_at"],
            meaning=_meanings(tx, row["id"], row["machine_id"], row["received_at"]),
        )
        for row in many(tx, SQL["told_since"], centre_id=centre_id, after=after)
    ]


def _meanings(
    tx: Tx, message_id: MessageId, machine_id: MachineId, received_at: datetime
) -> list[Meaning]:
    signals = many(
        tx, SQL["signals_of"], id=message_id, machine_id=machine_id, received_at=received_at
    )
    return [_meaning(row) for row in signals]


def _meaning(row: Mapping[str, Any]) -> Meaning:
    return Meaning(
        channel=row["channel"],
        part=row["part"],
        event_time=row["event_time"],
        time_rule=row["time_rule"],
        uncertain_seconds=row["uncertain_seconds"],
        value=row["text_value"] if row["text_value"] is not None else row["number"],
    )


def count_noise(tx: Tx, centre_id: CentreId, source_id: SourceId, kind: str, times: int) -> None:
    """Add to what a source said that means nothing."""
    run(tx, SQL["count_noise"], centre_id=centre_id, source_id=source_id, kind=kind, times=times)


def noise(tx: Tx, source_ids: Iterable[SourceId]) -> dict[SourceId, dict[str, int]]:
    """Return the number of each source's messages that were counted and not kept, by kind."""
    found: dict[SourceId, dict[str, int]] = {}
    for row in many(tx, SQL["noise"], source_ids=list(source_ids)):
        found.setdefault(SourceId(row["source_id"]), {})[row["kind"]] = row["times"]
    return found


def forget_keys(tx: Tx, *, before: date) -> int:
    """Delete the duplicate keys from before a day and return their number."""
    row = one(tx, SQL["forget_keys"], before=before)
    return row["gone"] if row else 0
