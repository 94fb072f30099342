"""Hand a bound device over from the inbox to its centre's session, and count each of its words once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import END_OF_TIME, Pool, Tx, retried, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CentreId, SourceId, new_id
from gadong.machines.domain.handover import Copy, Handover, matched
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Delivery, Router
from gadong.machines.store import handovers, machines, messages, quarantine, unknown_devices

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
        messages.set_heard(tx, centre_id, handovers.complete(tx, mark, until))


def following(pool: Pool, centre_id: CentreId, mark: UUID = FIRST_MARK) -> list[Handover]:
    """Return the centre's handovers after a mark, the earliest first."""
    with transaction(pool, SYSTEM) as tx:
        return handovers.after(tx, centre_id, mark)


def find(pool: Pool, mark: UUID) -> Handover | None:
    """Return the handover of a mark."""
    with transaction(pool, SYSTEM) as tx:
        return handovers.find(tx, mark)


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
) -> int:
    """Give newly heard sources what their devices said before their session heard them; return how many messages.

    `since` and `until` are the handover's: in between, the session and the inbox heard the same. What the session
    stored is not given again, and what it set aside only where it is understood now: then it is set aside no longer.
    A source that is unbound by now is given nothing.
    """
    with transaction(pool, SYSTEM) as tx:
        known = [s for s in machines.sources(tx, centre_id=centre_id, with_retired=True) if s.id in fresh]
        bound = {source.id for source in machines.sources(tx, centre_id=centre_id)}
        router = Router(centre_id, known)
        collected = [
            one for one in unknown_devices.everything(tx, centre_id) if router.is_bound(one[2].topic)
        ]
        readings = _readings(router, collected)
        taken: set[int] = set()
        found: list[Message | Rejected] = []
        for source_id, own in sorted(readings.items()):
            copies = handovers.copies(tx, [source_id], since, until)
            matches = matched([reading.delivery for reading in own], copies, since=since)
            for reading, copy in zip(own, matches, strict=True):
                if copy or source_id in bound:
                    taken.add(reading.number)
                if source_id in bound and (copy is None or _settles(tx, reading.item, copy)):
                    found.append(reading.item)
        # As they came: several sources' messages are one batch.
        found.sort(key=lambda item: item.received_at)
        messages.store(
            tx,
            centre_id,
            [item for item in found if isinstance(item, Message)],
            [item for item in found if isinstance(item, Rejected)],
        )
        unknown_devices.forget(tx, taken, {device for number, device, _ in collected if number in taken})
    if taken:
        log.info("unknown devices adopted", extra={"centre": str(centre_id), "messages": len(taken)})
    return len(taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A message of the inbox by its number, as one source reads it."""

    number: int
    delivery: Delivery
    item: Message | Rejected


def _readings(
    router: Router, collected: Sequence[tuple[int, UUID, Delivery]]
) -> dict[SourceId, list[_Reading]]:
    """Read messages in the order they came, for every source that reads their topics."""
    session_id = new_id()
    found: dict[SourceId, list[_Reading]] = {}
    for number, _, delivery in collected:
        for item in router.read(delivery, session_id):
            if item.source_id:
                reading = _Reading(number=number, delivery=delivery, item=item)
                found.setdefault(item.source_id, []).append(reading)
    return found


def _settles(tx: Tx, item: Message | Rejected, copy: Copy) -> bool:
    """Take what the session set aside out of quarantine where it is understood now; return whether it was there."""
    if copy.set_aside is None or isinstance(item, Rejected):
        return False
    group, number = copy.set_aside
    return quarantine.settle(tx, group, [number]) == 1
