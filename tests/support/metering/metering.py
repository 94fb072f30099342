"""Messages of a source as the broker delivers them."""

from __future__ import annotations

from datetime import datetime

from gadong.core.domain.ids import MessageId, new_id
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message


def message(
    source: Source, at: datetime, channel: Channel, value: str | float, part: str = ""
) -> Message:
    """A message that says one thing."""
    identity = MessageId(new_id())
    signal = Signal(
        source_id=source.id,
        message_id=identity,
        channel=channel,
        event_time=at,
        received_at=at,
        time_rule=TimeRule.DEVICE,
        qos=1,
        ordinal=0,
        text=value if isinstance(value, str) else None,
        number=None if isinstance(value, str) else value,
        part=part,
    )
    return Message(
        id=identity,
        centre_id=source.centre_id,
        machine_id=source.machine_id,
        source_id=source.id,
        topic="t",
        payload=str(identity).encode(),
        qos=1,
        retained=False,
        is_repeated=False,
        is_timeless=False,
        received_at=at,
        key=identity.bytes,
        position=None,
        signals=(signal,),
    )
