"""Sources that share one device: a plug with two outputs, or a gateway whose tags belong to several
machines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gadong.core.domain.problem import Conflict
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected

#: A device by its format, its base topic, and the topics that it speaks under.
DeviceKey = tuple[str, str, tuple[str, ...]]
#: Reasons by which a source says that it knows nothing of a message that its device's other sources
#: may know.
ANOTHERS = frozenset({"unknown_topic", "no_value"})


def device_of(source: Source) -> DeviceKey:
    """Return what names the device that a source reads."""
    return source.dialect, source.base, source.prefixes


def channels_of(source: Source) -> frozenset[str]:
    """Return the channels of its device that a source reads; none: the whole device."""
    channels = DIALECTS[source.dialect].channels
    return channels.of(source.options) if channels else frozenset()


def beside(source: Source, bound: Iterable[Source]) -> list[Source]:
    """Return the other sources of the same centre that read the same device under the same
    topics.
    """
    return [
        other
        for other in bound
        if other.id != source.id
        and other.centre_id == source.centre_id
        and device_of(other) == device_of(source)
        and other.prefixes
    ]


def need_own_channels(source: Source, others: Iterable[Source]) -> None:
    """Raise Conflict unless a source reads channels that none of the device's other sources
    reads.
    """
    own = channels_of(source)
    for other in others:
        theirs = channels_of(other)
        if DIALECTS[source.dialect].channels is None:
            raise Conflict(
                f"Another source already listens at, above or below the topic {source.base}",
                base=source.base,
            )
        if not own:
            raise Conflict(
                f"Machines read single channels of {source.base}: name a channel in the options",
                base=source.base,
            )
        if not theirs:
            raise Conflict(
                f"A machine reads all of {source.base}: change its options to name a channel first",
                base=source.base,
            )
        if taken := sorted(own & theirs):
            raise Conflict(
                f"Another source already reads {', '.join(taken)} of {source.base}",
                base=source.base,
            )


def free_channels(
    tail: str, payload: bytes, sources: Iterable[Source]
) -> dict[str, dict[str, Any]]:
    """Find the channels that a message names and that none of the device's sources reads.

    Each comes with the options that would read it, and with those of the device itself.
    """
    found: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for source in sources:
        channels = DIALECTS[source.dialect].channels
        own = channels_of(source)
        if channels is None or not own:
            return {}
        taken |= own
        common: Mapping[str, Any] = {
            k: v for k, v in source.options.items() if k in channels.common
        }
        try:
            named = channels.named_in(tail, payload)
        except NotUnderstood:
            return {}
        found |= {channel: {**common, **options} for channel, options in named.items()}
    return {channel: options for channel, options in sorted(found.items()) if channel not in taken}


def settled(readings: Sequence[list[Message | Rejected]]) -> list[Message | Rejected]:
    """Settle what one message means to the several sources of its device.

    It is kept for the sources to which it says something, or else for the first. What a source does
    not know and another one reads is another machine's; what none of them understands is set aside
    once.
    """
    readings = [items for items in readings if items]
    if len(readings) < 2:
        return readings[0] if readings else []
    is_read = any(isinstance(items[0], Message) for items in readings)
    if not is_read:
        first: dict[str, Message | Rejected] = {}
        for items in readings:
            for item in items:
                first.setdefault(item.reason if isinstance(item, Rejected) else "", item)
        return list(first.values())
    kept = [
        item
        for items in readings
        for item in items
        if not (isinstance(item, Message) and not item.signals)
        and not (isinstance(item, Rejected) and len(items) == 1 and item.reason in ANOTHERS)
    ]
    return kept or [next(items[0] for items in readings if isinstance(items[0], Message))]
