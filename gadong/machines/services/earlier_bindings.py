"""Words of a device that was bound to another machine before, or that is bound to another now.

A word belongs to the machine to which its device was bound when the word was true. A session reads
by the bindings of now, a second old at most; a queue, an outbox and a retained message speak of
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from gadong.core.database import Tx
from gadong.core.domain.ids import CentreId, MessageId, SourceId, new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.signal import Channel, TimeRule
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.handover import Ends
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.shared_device import channels_of, device_of
from gadong.machines.store import handovers, machines

#: What a device is, and not what it did: counters and jobs of before are the other binding's.
STATES = frozenset(
    {
        Channel.LINK,
        Channel.POWER,
        Channel.ACTIVITY,
        Channel.ACTIVITY_HINT,
        Channel.ALARM,
        Channel.CONDITION,
        Channel.SETUP,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A batch, each word with the binding in force when it was true."""

    messages: Sequence[Message]
    rejected: Sequence[Rejected] = ()


def placed(tx: Tx, centre_id: CentreId, batch: Sequence[Message]) -> Placed:
    """Give each message to the binding of its device that was in force when it was true.

    What a device said last still holds when it is bound anew. So a word of before also counts for
    the present binding, from its beginning and as a state alone. That keeps a device with a slow
    clock, and one that publishes changes only. A binding to the same machine changes nothing.
    """
    ends = handovers.ends(tx, {m.source_id for m in batch})
    if not any(_is_of_another(m, ends) for m in batch):
        return Placed(messages=batch)
    known = {s.id: s for s in machines.sources(tx, centre_id=centre_id, with_retired=True)}
    bound = handovers.beginnings(tx, ends)
    kept: list[Message] = []
    rejected: list[Rejected] = []
    for message in batch:
        own = known[message.source_id]
        if not _is_of_another(message, ends):
            kept.append(message)
            continue
        others = _in_force(tx, own, known, _spoken(message))
        read = [i for o in others if o.id != own.id for i in _read_by(o, message, own)]
        kept += [item for item in read if isinstance(item, Message)]
        rejected += [item for item in read if isinstance(item, Rejected)]
        if own in others:
            kept.append(message)
        elif ends[own.id].own is None:
            kept.append(_as_bound(message, bound[own.id].bound_at))
    return Placed(messages=kept, rejected=rejected)


def of_device(tx: Tx, source: Source) -> list[Source]:
    """Return the other sources, retired ones too, that read a channel of the source's device."""
    found = machines.sources(tx, centre_id=source.centre_id, with_retired=True)
    return [s for s in found if s.id != source.id and _is_same(s, source)]


def _spoken(message: Message) -> datetime:
    return max(signal.event_time for signal in message.signals)


def _is_of_another(message: Message, ends: dict[SourceId, Ends]) -> bool:
    """Return whether a message may be another binding's, by the ends of its device's bindings."""
    if message.source_id not in ends or not message.signals:
        return False
    own, of_others = ends[message.source_id]
    spoken = _spoken(message)
    return (own is not None and spoken >= own) or (of_others is not None and spoken < of_others)


def _in_force(tx: Tx, own: Source, known: dict[SourceId, Source], at: datetime) -> list[Source]:
    """Return the bindings of the source's channels that were in force at an instant; else its own.

    They are several where single channels of the device were bound.
    """
    first: dict[frozenset[str], Source] = {}
    for source_id, ended_at in handovers.in_order(
        tx, [s.id for s in known.values() if _is_same(s, own)]
    ):
        if ended_at is None or at < ended_at:
            first.setdefault(channels_of(known[source_id]), known[source_id])
    others = [s for s in first.values() if s.id != own.id]
    return [s for s in others if s.machine_id != own.machine_id] or [own]


def _is_same(one: Source, other: Source) -> bool:
    """Return whether two sources read a channel of one device in common.

    Who names no channel reads the whole device.
    """
    own, theirs = channels_of(one), channels_of(other)
    return device_of(one) == device_of(other) and (not own or not theirs or bool(own & theirs))


def _read_by(other: Source, message: Message, own: Source) -> Sequence[Message | Rejected]:
    """Return the message as another binding of its device reads it.

    What reads the same is not read again: a node's words mean something only with those before.
    """
    if other.options == own.options or DIALECTS[other.dialect].partner:
        signals = tuple(msgspec.structs.replace(s, source_id=other.id) for s in message.signals)
        return [
            msgspec.structs.replace(
                message, source_id=other.id, machine_id=other.machine_id, signals=signals
            )
        ]
    delivery = BrokerMessage(
        topic=message.topic,
        payload=message.payload,
        qos=message.qos,
        retained=message.retained,
        is_repeated=message.is_repeated,
        packet=0,
        received_at=message.received_at,
    )
    return Router(other.centre_id, [other]).read(delivery, new_id())


def _as_bound(message: Message, bound_at: datetime) -> Message:
    """Return a word of before as the state in which the device was bound; later words follow it."""
    own_id, at = MessageId(new_id()), min(bound_at, message.received_at)
    signals = tuple(
        msgspec.structs.replace(s, message_id=own_id, event_time=at, time_rule=TimeRule.RECEIVED)
        for s in message.signals
        if s.channel in STATES
    )
    return msgspec.structs.replace(message, id=own_id, signals=signals)
