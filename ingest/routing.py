"""From a delivery to what it means: which source it came from, and what its dialect says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from gadong.domain.dialects import DIALECTS
from gadong.domain.dialects.reading import NotUnderstood, Understood
from gadong.domain.ids import CentreId, MessageId, new_id
from gadong.domain.machine import Source
from gadong.domain.message import Message, Rejected
from gadong.domain.signal import Signal, TimeRule, choose_time

# MQTT allows 64 kB; nothing that is a device's name comes near this.
TOPIC_LIMIT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message as the broker handed it over. `packet` is its number within the broker's session."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    is_repeated: bool
    packet: int
    received_at: datetime


class Router:
    """Knows a centre's sources by the topics they speak under."""

    def __init__(self, centre_id: CentreId, sources: Sequence[Source]) -> None:
        """Index the sources by prefix."""
        self.centre_id = centre_id
        self.sources = tuple(sources)
        self._by_prefix = {prefix: s for s in sources for prefix in s.prefixes}

    @property
    def filters(self) -> frozenset[str]:
        """Everything the centre wants to hear."""
        return frozenset(f for s in self.sources for f in s.filters)

    def read(self, delivery: Delivery, session_id: UUID) -> Message | Rejected:
        """What the delivery means, or why it means nothing; never raises for anything that a device can send."""
        found = self._find(delivery.topic)
        if found is None:
            return self._rejected(delivery, None, "no_source", "no source is bound to this topic")
        source, tail = found
        try:
            understood = DIALECTS[source.dialect].decode(tail, delivery.payload, source.options)
            return self._message(delivery, source, understood, session_id)
        except NotUnderstood as trouble:
            return self._rejected(delivery, source, trouble.reason, trouble.detail)
        except Exception as trouble:  # noqa: BLE001  # a decoder's mistake is one message's trouble, not the centre's
            return self._rejected(delivery, source, "decoder_failed", f"{type(trouble).__name__}: {trouble}")

    def _find(self, topic: str) -> tuple[Source, str] | None:
        if len(topic) > TOPIC_LIMIT:
            return None
        if own := self._by_prefix.get(topic):
            return own, ""  # some devices speak under their bare name
        end = len(topic)
        while (end := topic.rfind("/", 0, end)) > 0:
            source = self._by_prefix.get(topic[:end])
            if source is not None:
                return source, topic[end + 1 :]
        return None

    def _message(
        self, delivery: Delivery, source: Source, understood: Understood, session_id: UUID
    ) -> Message:
        message_id = MessageId(new_id())
        event_time, rule = choose_time(
            understood.device_time, delivery.received_at, retained=delivery.retained
        )
        if rule is TimeRule.SKEWED and understood.position:
            # A gateway with an outbox may be days late and owes a right clock; a guess would put a run in the wrong
            # month. Its number is not used up: sent again with a right time it is taken.
            raise NotUnderstood(
                "time_out_of_window", "at is not within 45 days before and 5 minutes after now"
            )
        signals = tuple(
            Signal(
                source_id=source.id,
                message_id=message_id,
                channel=fact.channel,
                event_time=event_time,
                received_at=delivery.received_at,
                time_rule=rule,
                qos=delivery.qos,
                ordinal=ordinal,
                text=fact.value if isinstance(fact.value, str) else None,
                number=fact.value if not isinstance(fact.value, str) else None,
            )
            for ordinal, fact in enumerate(understood.facts)
        )
        return Message(
            id=message_id,
            centre_id=self.centre_id,
            machine_id=source.machine_id,
            source_id=source.id,
            topic=delivery.topic,
            payload=delivery.payload,
            qos=delivery.qos,
            retained=delivery.retained,
            is_repeated=delivery.is_repeated,
            is_timeless=understood.position is None and understood.device_time is None,
            received_at=delivery.received_at,
            key=_key(delivery, understood, session_id),
            position=understood.position,
            signals=signals,
        )

    def _rejected(self, delivery: Delivery, source: Source | None, reason: str, detail: str) -> Rejected:
        return Rejected(
            centre_id=self.centre_id,
            source_id=source.id if source else None,
            topic=delivery.topic[:TOPIC_LIMIT],
            payload=delivery.payload,
            reason=reason,
            detail=detail,
            received_at=delivery.received_at,
        )


def _key(delivery: Delivery, understood: Understood, session_id: UUID) -> bytes:
    """What makes a message the same message: its number, else its words with their own time, else its delivery."""
    if understood.position:
        return f"n {understood.position.boot} {understood.position.seq}".encode()
    words = delivery.topic.encode("utf-8", "surrogatepass") + b"\0" + delivery.payload
    if understood.device_time is not None:
        return b"w " + sha256(words).digest()
    place = f"{session_id} {delivery.packet}".encode()
    return b"d " + sha256(words + b"\0" + place).digest()
