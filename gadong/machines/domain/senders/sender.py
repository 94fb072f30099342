"""Limits of a sender of numbered messages: its words on the past, and its boots a day (ADR 32)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.core.domain.ids import MessageId
from gadong.dialects.domain.signal import METER_CHANNELS, TRAILS_LEAST, Signal, TimeRule
from gadong.machines.domain.message import Message

#: Messages that spoke of the past although their source had said more since, and how long before
#: them it had. A message that a device sent before it was bound has BEFORE_BINDING.
LateWords = Mapping[MessageId, timedelta]
BEFORE_BINDING = timedelta(seconds=-1)

# A gateway begins anew at a power cut or an update. One that does so every half hour all day is
# broken; a sender that does so more often than that opens a new count for each thing that it says.
BOOTS_PER_DAY = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One boot of a source: its highest number, the latest time it spoke of in its turn, and that
    before an open gap.
    """

    highest: int
    said_until: datetime | None
    gap_after: datetime | None

    def owes(self, seq: int, at: datetime) -> bool:
        """Tell whether a message about an instant stands where its number says: next in time, or in
        an open gap.
        """
        after = self.said_until if seq > self.highest else self.gap_after
        return after is not None and at >= after

    def after(self, seq: int, at: datetime) -> Sender:
        """Return the sender after a message that it owed."""
        latest = max(at, self.said_until) if self.said_until else at
        if seq <= self.highest:
            return replace(self, said_until=latest)
        is_gap = seq > self.highest + 1 and self.gap_after is None
        return Sender(
            highest=seq, said_until=latest, gap_after=self.said_until if is_gap else self.gap_after
        )


def speaks_late(signal: Signal) -> bool:
    """Tell whether a signal that moves runs came long after the instant it speaks of, by its
    device's clock.
    """
    return (
        signal.time_rule is TimeRule.DEVICE
        and signal.channel in METER_CHANNELS
        and signal.received_at - signal.event_time > TRAILS_LEAST
    )


def late_instant(message: Message) -> datetime | None:
    """Return the earliest instant of which a message speaks late.

    None where it speaks of the present.
    """
    return min((s.event_time for s in message.signals if speaks_late(s)), default=None)


def too_many_boots(
    batch: Sequence[Message],
    *,
    known: AbstractSet[tuple[object, str]],
    begun_today: Collection[object],
) -> list[Message]:
    """Return the messages of boots beyond the day's most: `known` boots go on, `begun_today` names
    a source per boot.
    """
    counts: dict[object, int] = {}
    for source_id in begun_today:
        counts[source_id] = counts.get(source_id, 0) + 1
    admitted = set(known)
    refused: list[Message] = []
    for message in batch:
        position = message.position
        if position is None or (message.source_id, position.boot) in admitted:
            continue
        if counts.get(message.source_id, 0) >= BOOTS_PER_DAY:
            refused.append(message)
            continue
        counts[message.source_id] = counts.get(message.source_id, 0) + 1
        admitted.add((message.source_id, position.boot))
    return refused
