"""Words about the past that came although their source had said more since, and the senders that
may owe them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from gadong.core.database import Tx, many, one
from gadong.core.domain.ids import CentreId, MachineId, MessageId, SourceId
from gadong.core.store.queries import statements
from gadong.dialects.domain.signal import METER_CHANNELS, TimeRule
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.senders.sender import (
    BEFORE_BINDING,
    BOOTS_PER_DAY,
    LateWords,
    Sender,
    late_instant,
    too_many_boots,
)

SQL = statements(__file__)
A_DAY = timedelta(days=1)


def of_machine(
    tx: Tx, machine_id: MachineId, *, since: datetime, until: datetime, recorded_before: datetime
) -> tuple[LateWords, frozenset[SourceId]]:
    """Return the late words about a stretch of a machine's time, as known before the instant, and
    their sources.
    """
    rows = many(
        tx,
        SQL["of_machine"],
        machine_id=machine_id,
        since=since,
        until=until,
        recorded_before=recorded_before,
    )
    return (
        {MessageId(row["message_id"]): row["trailed"] for row in rows},
        frozenset(SourceId(row["source_id"]) for row in rows),
    )


def of_too_many_boots(tx: Tx, batch: Sequence[Message], *, at: datetime) -> list[Message]:
    """Find the messages of boots beyond those that a source may begin in a day."""
    boots = {(m.source_id, m.position.boot) for m in batch if m.position}
    known = _senders(tx, boots)
    if known.keys() == boots:
        return []
    sources = sorted({source for source, _ in boots})
    rows = many(tx, SQL["begun_since"], source_ids=sources, since=at - A_DAY)
    return too_many_boots(batch, known=known.keys(), begun_today=[row["source_id"] for row in rows])


def refused(message: Message) -> Rejected:
    """Set a message aside whose sender began anew too often that day.

    Its number is not used up, so that the sender may send it again.
    """
    return Rejected(
        centre_id=message.centre_id,
        source_id=message.source_id,
        topic=message.topic,
        payload=message.payload,
        reason="too_many_boots",
        detail=f"more than {BOOTS_PER_DAY} boots in a day; keep one boot while the device is on",
        received_at=message.received_at,
        qos=message.qos,
        retained=message.retained,
    )


def find(tx: Tx, batch: Sequence[Message]) -> dict[MessageId, timedelta]:
    """Return the messages whose source had reported a later instant, each with its delay."""
    asked = [(n, m, at) for n, m in enumerate(batch) if (at := late_instant(m))]
    if not asked:
        return {}
    rows = many(
        tx,
        SQL["following"],
        places=[n for n, _, _ in asked],
        machine_ids=[m.machine_id for _, m, _ in asked],
        source_ids=[m.source_id for _, m, _ in asked],
        instants=[at for _, _, at in asked],
        channels=[c.value for c in METER_CHANNELS],
    )
    followed: dict[int, datetime] = {row["place"]: row["received_at"] for row in rows}
    boots = {(m.source_id, m.position.boot) for _, m, _ in asked if m.position}
    return _walked(batch, followed, dict(_senders(tx, boots)))


def of_unbound(
    batch: Sequence[Message], unbound: Collection[MessageId]
) -> dict[MessageId, timedelta]:
    """Return the messages that move runs and that a device sent before it was bound."""
    return {m.id: BEFORE_BINDING for m in batch if m.id in unbound and _spoken(m)}


def tell(tx: Tx, centre_id: CentreId, machine_id: MachineId, *, day: date, cause: str) -> bool:
    """Record a notice of a machine's contradictions of a day; return whether it is the first."""
    row = one(tx, SQL["tell"], centre_id=centre_id, machine_id=machine_id, day=day, cause=cause)
    return row is not None


def _walked(
    batch: Sequence[Message],
    followed: Mapping[int, datetime],
    senders: dict[tuple[SourceId, str], Sender],
) -> dict[MessageId, timedelta]:
    """Go through a batch in its order: what it says itself counts like what is stored."""
    found: dict[MessageId, timedelta] = {}
    said: dict[SourceId, list[tuple[datetime, datetime]]] = {}
    latest: dict[SourceId, datetime] = {}
    for place, message in enumerate(batch):
        at, own = late_instant(message), said.setdefault(message.source_id, [])
        # A queue that drains in its order says nothing later than the next: no list is read.
        is_behind = at is not None and at < latest.get(message.source_id, at)
        arrivals = [arrived for spoke, arrived in own if at and spoke > at] if is_behind else []
        if place in followed:
            arrivals.append(followed[place])
        key = (message.source_id, message.position.boot) if message.position else None
        sender = senders.get(key) if key else None
        spoken = _spoken(message)
        instant = at or (max(spoken) if spoken else None)
        is_owed = bool(
            sender and message.position and instant and sender.owes(message.position.seq, instant)
        )
        if at and arrivals and not is_owed:
            found[message.id] = message.received_at - min(arrivals)
            continue
        own += [(instant, message.received_at) for instant in spoken]
        if spoken:
            latest[message.source_id] = max(*spoken, latest.get(message.source_id, spoken[0]))
        if key and message.position and instant:
            seq = message.position.seq
            known = sender or Sender(highest=seq - 1, said_until=None, gap_after=None)
            senders[key] = known.after(seq, max(spoken, default=instant))
    return found


def spoken_span(message: Message) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last instant that a message speaks of, where it moves runs."""
    spoken = _spoken(message)
    return min(spoken, default=None), max(spoken, default=None)


def _spoken(message: Message) -> list[datetime]:
    """Return the instants that a message speaks of where it moves runs."""
    return [
        s.event_time
        for s in message.signals
        if s.channel in METER_CHANNELS and s.time_rule is not TimeRule.RETAINED
    ]


def _senders(tx: Tx, boots: set[tuple[SourceId, str]]) -> dict[tuple[SourceId, str], Sender]:
    if not boots:
        return {}
    asked = sorted(boots)
    rows = many(tx, SQL["senders"], source_ids=[s for s, _ in asked], boots=[b for _, b in asked])
    return {
        (SourceId(row["source_id"]), row["boot"]): Sender(
            highest=row["highest"], said_until=row["said_until"], gap_after=row["gap_after"]
        )
        for row in rows
    }
