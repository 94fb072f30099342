"""Messages on their way in: understood or not, but never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec

from gadong.core.domain.ids import CentreId, MachineId, MessageId, SourceId
from gadong.dialects.domain.formats.reading import Understood
from gadong.dialects.domain.sequence_position import Position
from gadong.dialects.domain.signal import PAST_LIMIT, Signal

#: The reason of a message that speaks of time before its device's words count.
UNCOUNTED = "before_counting"

#: The window in which a second delivery is known. A number with its own time is refused after
#: PAST_LIMIT, and the broker keeps a delivery for 30 days; the day more is for a clock that is
#: minutes apart (docs/adr/0042-duplicate-keys-end-with-a-window.md).
KEYS_KEPT = PAST_LIMIT + timedelta(days=1)


def oldest_key_day(now: datetime) -> date:
    """Return the first day whose duplicate keys are kept."""
    return (now.astimezone(UTC) - KEYS_KEPT).date()


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was understood.

    `key` decides duplicates within its source. A message without any time of its own
    (`is_timeless`) may repeat in the same words. Such a message counts as a duplicate only where
    the broker marks its delivery as repeated.
    """

    id: MessageId
    centre_id: CentreId
    machine_id: MachineId
    source_id: SourceId
    topic: str
    payload: bytes
    qos: int
    retained: bool
    is_repeated: bool
    is_timeless: bool
    received_at: datetime
    key: bytes
    position: Position | None
    signals: tuple[Signal, ...]

    @property
    def digest(self) -> bytes:
        """Return the digest that distinguishes two messages of one key."""
        return sha256(self.topic.encode() + b"\0" + self.payload).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A message that was not understood, and why."""

    centre_id: CentreId
    source_id: SourceId | None
    topic: str
    payload: bytes
    reason: str
    detail: str
    received_at: datetime
    qos: int = 0
    retained: bool = False

    @property
    def digest(self) -> bytes:
        """Groups the rejected: one row per source, reason and detail, with one example."""
        group = f"{self.source_id}\0{self.reason}\0{self.detail}\0{self.topic}"
        return sha256(group.encode("utf-8", "surrogatepass")).digest()


def uncounted(message: Message, counts_from: datetime) -> Rejected | None:
    """Return a message as rejected if it speaks of time before an instant; else None."""
    if all(signal.event_time >= counts_from for signal in message.signals):
        return None
    return Rejected(
        centre_id=message.centre_id,
        source_id=message.source_id,
        topic=message.topic,
        payload=message.payload,
        reason=UNCOUNTED,
        detail="it speaks of time before the device's words count",
        received_at=message.received_at,
        qos=message.qos,
        retained=message.retained,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """The result of a stored batch.

    `watermarks` are the numbers up to which gateways may empty their outboxes. `restarting` are the
    machines of sources that began anew too often.
    """

    stored: int
    duplicates: int
    quarantined: int
    watermarks: tuple[tuple[SourceId, str, int], ...]
    restarting: frozenset[MachineId] = frozenset()


def message_key(
    topic: str, payload: bytes, understood: Understood, *, place: tuple[UUID, int]
) -> bytes:
    """Return what makes a message the same message: its number, else its words with their own time,
    else its delivery.

    `place` names the delivery: the broker's session and the packet in it.
    """
    if understood.position:
        return f"n {understood.position.boot} {understood.position.seq}".encode()
    words = topic.encode("utf-8", "surrogatepass") + b"\0" + payload
    if understood.device_time is not None:
        return b"w " + sha256(words).digest()
    session_id, packet = place
    return b"d " + sha256(words + f"\0{session_id} {packet}".encode()).digest()
