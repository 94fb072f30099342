"""Sources whose clock is judged while they speak, and the messages that are dated anew once it is
proven wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from gadong.core.domain.ids import MessageId, SourceId, new_id
from gadong.core.domain.period import Period
from gadong.dialects.domain.formats.reading import Understood
from gadong.dialects.domain.signal import Signal, TimeRule
from gadong.machines.domain.message import Message
from gadong.machines.domain.senders.device_clock import ClockVerdict, SourceClock

# Some minutes of the chattiest printer host; beyond them a doubt that was not settled is given up.
DOUBTED_MOST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Redating:
    """Messages of a source whose clock was wrong: the span of their arrivals, and the same dated by
    them.
    """

    source_id: SourceId
    arrived: Period
    slow_by: timedelta
    messages: Sequence[Message]


def said_at(understood: Understood, message: Message) -> datetime | None:
    """Return the instant by which a message shows its source's clock.

    Where values carry times of their own, the instant is the latest among the values that are new.
    A list and a document of an agent repeat old values, and another clock may date the message
    around them.
    """
    own = {fact.at for fact in understood.facts if fact.at}
    if not own:
        return understood.device_time
    return max((s.event_time for s in message.signals if s.event_time in own), default=None)


@dataclass(slots=True)
class Watch:
    """One source's clock, and what came since it was first doubted."""

    clock: SourceClock = field(default_factory=SourceClock)
    doubted: list[Message] = field(default_factory=list)

    def take(
        self, message: Message, device_time: datetime | None
    ) -> tuple[Message, Redating | None]:
        """Judge a message that came straight from its device.

        The message as it counts, and what is dated anew.
        """
        verdict = ClockVerdict.BELIEVED
        if device_time is not None:
            verdict = self.clock.judge(device_time, message.received_at)
            if verdict is ClockVerdict.SET:
                return message, self._redated(self.clock.first_trail, message.received_at)
            if verdict is ClockVerdict.BELIEVED:
                self.doubted.clear()
        if verdict is ClockVerdict.DOUBTED and message.received_at == self.clock.first_at:
            self.doubted.clear()
        slow_by = self.clock.slow_by
        if slow_by is None:
            if self.clock.first_at is not None and len(self.doubted) < DOUBTED_MOST:
                self.doubted.append(message)
            return message, None
        if device_time is None:
            return message, None
        counted = _dated(message, slow_by)
        if verdict is not ClockVerdict.PROVEN_WRONG:
            return counted, None
        return counted, self._redated(slow_by, message.received_at)

    def _redated(self, slow_by: timedelta, at: datetime) -> Redating | None:
        """Date the doubted messages by their arrivals, from an instant on; None without any."""
        if not self.doubted:
            return None
        arrived = Period(self.doubted[0].received_at, at)
        again = [_again(m, slow_by, at=at) for m in self.doubted]
        self.doubted.clear()
        return Redating(
            source_id=again[0].source_id, arrived=arrived, slow_by=slow_by, messages=again
        )


def _dated(message: Message, slow_by: timedelta) -> Message:
    """Date a message by its arrival; what it says of earlier moments keeps its distance."""
    return replace(
        message, signals=tuple(_shifted(s, slow_by, message.received_at) for s in message.signals)
    )


def _shifted(signal: Signal, slow_by: timedelta, arrived_at: datetime) -> Signal:
    if signal.time_rule is not TimeRule.DEVICE:
        return signal
    at = min(signal.event_time + slow_by, arrived_at)
    return replace(signal, event_time=at, time_rule=TimeRule.SKEWED, uncertain=slow_by)


def _again(message: Message, slow_by: timedelta, *, at: datetime) -> Message:
    """Say a message again, dated by its arrival, as one that was recorded when the clock was proven
    wrong.
    """
    dated, identity = _dated(message, slow_by), MessageId(new_id())
    signals = tuple(replace(s, message_id=identity, received_at=at) for s in dated.signals)
    return replace(
        dated,
        id=identity,
        received_at=at,
        key=b"c " + message.key,
        is_repeated=False,
        signals=signals,
    )
