"""Hand a bound device over from the inbox to its centre's session, and count each of its words
once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import END_OF_TIME, Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CentreId, MessageId, SourceId, new_id
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.handover import Copy, Handover, matched
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected, uncounted
from gadong.machines.domain.routing import Router
from gadong.machines.domain.shared_device import ANOTHERS, beside, channels_of, free_channels
from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.machines.store import (
    broker_sessions,
    handovers,
    machines,
    messages,
    quarantine,
    unknown_devices,
)

log = logging.getLogger(__name__)

FIRST_MARK = UUID(int=0)


def begin(pool: Pool, centre_id: CentreId, sources: Iterable[SourceId], *, since: datetime) -> UUID:
    """Record that the session subscribed to these sources; return the mark for it to publish."""
    mark = new_id()
    with transaction(pool, SYSTEM) as tx:
        handovers.insert(tx, centre_id, mark, sources, since)
    return mark


def complete(pool: Pool, centre_id: CentreId, mark: UUID, *, until: datetime) -> None:
    """Record that everything before the mark is committed: the session hears the mark's sources."""
    with transaction(pool, SYSTEM) as tx:
        broker_sessions.set_heard(tx, centre_id, handovers.complete(tx, mark, until))


def following(pool: Pool, centre_id: CentreId, mark: UUID = FIRST_MARK) -> list[Handover]:
    """Return the centre's handovers after a mark, the earliest first."""
    with transaction(pool, SYSTEM) as tx:
        return handovers.after(tx, centre_id, mark)


def find(pool: Pool, mark: UUID) -> Handover | None:
    """Return the handover of a mark."""
    with transaction(pool, SYSTEM) as tx:
        return handovers.find(tx, mark)


def last_collected(pool: Pool, centre_id: CentreId) -> int:
    """Return the number of the last message in the centre's inbox."""
    with transaction(pool, SYSTEM) as tx:
        return unknown_devices.last_message(tx, centre_id)


def sources(pool: Pool, handover: Handover, centre_id: CentreId) -> list[Source]:
    """Return the sources that a session hears from a mark on, also those that are unbound since."""
    with transaction(pool, SYSTEM) as tx:
        bound = machines.sources(tx, centre_id=centre_id, with_retired=True)
    return [source for source in bound if source.id in handover.sources]


@retried
def adopt(
    pool: Pool,
    centre_id: CentreId,
    fresh: Sequence[SourceId],
    *,
    since: datetime,
    until: datetime = END_OF_TIME,
    upto: int | None = None,
    adopted: Collection[SourceId] | None = None,
) -> int:
    """Give newly heard sources what their devices said before their session heard them.

    Return how many messages.

    `since` and `until` are the handover's: in between, the session and the inbox heard the same.
    Messages that the session stored are not given again. Messages that the session set aside are
    given only where they are understood now: then they are set aside no longer. A source that is
    unbound by now is given nothing. Messages after `upto` reached the inbox after the mark.
    `adopted` are the sources that have been given what is theirs, with these; None: all.
    """
    with transaction(pool, SYSTEM) as tx:
        known = [
            s for s in machines.sources(tx, centre_id=centre_id, with_retired=True) if s.id in fresh
        ]
        live = machines.sources(tx, centre_id=centre_id)
        bound = {source.id for source in live}
        router = Router(centre_id, known)
        collected = [
            one
            for one in unknown_devices.everything(tx, centre_id)
            if router.is_bound(one[2].topic) and (upto is None or one[0] <= upto)
        ]
        readings = _readings(router, collected, shared={s.id for s in known if beside(s, live)})
        # A question to a device is forgotten: it is no word of the device.
        taken = {number for number, _, delivery in collected if router.is_question(delivery.topic)}
        found: list[Message | Rejected] = []
        for source_id, own in sorted(readings.items()):
            copies = handovers.copies(tx, [source_id], since, until)
            matches = matched([reading.delivery for reading in own], copies, since=since)
            for reading, copy in zip(own, matches, strict=True):
                if copy or source_id in bound:
                    taken.add(reading.number)
                if source_id in bound and (copy is None or _settles(tx, reading.item, copy)):
                    found.append(reading.item)
        if bound.intersection(fresh):
            # Messages that say nothing to the sources that take them over, or are noise.
            taken |= {number for number, _, _ in collected} - {
                r.number for own in readings.values() for r in own
            }
        found, unbound = _vouched(tx, found)
        # As they came: several sources' messages are one batch.
        found.sort(key=lambda item: item.received_at)
        messages.store(
            tx,
            centre_id,
            [item for item in found if isinstance(item, Message)],
            [item for item in found if isinstance(item, Rejected)],
            unbound=unbound,
        )
        served = [s for s in live if adopted is None or s.id in adopted]
        free = _still_free(tx, centre_id, router, collected, served)
        taken = {
            number for number, device, _ in collected if number in taken and device not in free
        }
        unknown_devices.forget(
            tx, taken, {device for number, device, _ in collected if number in taken}
        )
        for device in unknown_devices.devices(tx, centre_id):
            if device.id not in free and any(_reads(s, device) for s in served):
                unknown_devices.dismiss(tx, device.id)
    if taken:
        log.info(
            "unknown devices adopted", extra={"centre": str(centre_id), "messages": len(taken)}
        )
    return len(taken)


def _vouched(
    tx: Tx, found: Sequence[Message | Rejected]
) -> tuple[list[Message | Rejected], set[MessageId]]:
    """Reject what speaks of time that does not count.

    Also return the messages from before a binding.
    """
    beginnings = handovers.beginnings(tx, {item.source_id for item in found if item.source_id})
    kept: list[Message | Rejected] = []
    unbound: set[MessageId] = set()
    for item in found:
        beginning = beginnings.get(item.source_id) if item.source_id else None
        if isinstance(item, Rejected) or beginning is None:
            kept.append(item)
            continue
        rejected = uncounted(item, beginning.counts_from) if beginning.counts_from else None
        kept.append(rejected or item)
        if rejected is None and item.received_at < beginning.bound_at:
            unbound.add(item.id)
    return kept, unbound


def _still_free(
    tx: Tx,
    centre_id: CentreId,
    router: Router,
    collected: Sequence[tuple[int, UUID, BrokerMessage]],
    served: Sequence[Source],
) -> set[UUID]:
    """Return the devices that stay in the inbox: they have channels left, or a manager opened them
    there.
    """
    devices = {device.id: device for device in unknown_devices.devices(tx, centre_id)}
    free = set(unknown_devices.opened(tx, centre_id))
    for _, device_id, delivery in collected:
        device = devices.get(device_id)
        if device is None or device_id in free:
            continue
        own = [s for s in served if _reads(s, device)]
        tails = [tail for source, tail in router.readers(delivery.topic) if _reads(source, device)]
        if own and tails and free_channels(tails[0], delivery.payload, own):
            free.add(device_id)
    return free


def _reads(source: Source, device: UnknownDevice) -> bool:
    """Return whether a source reads channels of a device."""
    return (source.dialect, source.base) == (device.dialect, device.base) and bool(
        channels_of(source)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A message of the inbox by its number, as one source reads it."""

    number: int
    delivery: BrokerMessage
    item: Message | Rejected


def _readings(
    router: Router,
    collected: Sequence[tuple[int, UUID, BrokerMessage]],
    *,
    shared: Collection[SourceId],
) -> dict[SourceId, list[_Reading]]:
    """Read messages in the order they came, for every source that reads their topics."""
    session_id = new_id()
    found: dict[SourceId, list[_Reading]] = {}
    for number, _, delivery in collected:
        if router.is_question(delivery.topic):
            continue
        for item in router.read(delivery, session_id):
            # A message that a channel's source does not know may be another channel's.
            is_anothers = (
                isinstance(item, Rejected) and item.reason in ANOTHERS and item.source_id in shared
            )
            if item.source_id and not is_anothers:
                reading = _Reading(number=number, delivery=delivery, item=item)
                found.setdefault(item.source_id, []).append(reading)
    return found


def _settles(tx: Tx, item: Message | Rejected, copy: Copy) -> bool:
    """Release understood messages from quarantine; return whether there were any."""
    if copy.set_aside is None or isinstance(item, Rejected):
        return False
    group, number = copy.set_aside
    return quarantine.settle(tx, group, [number]) == 1
