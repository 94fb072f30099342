"""Replay of recorded messages through a source's present settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, SourceId, new_id
from gadong.core.domain.problem import NotFound
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import UNCOUNTED, Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.shared_device import beside
from gadong.machines.store import handovers, machines, messages, quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """The result of a replay of quarantined messages."""

    understood: int
    left: int


@retried
def replay(pool: Pool, who: Caller, group_id: UUID, *, now: datetime) -> Replayed:
    """Read a cause's messages again by the present binding; those still not understood stay.

    Where that source is unbound by now, those that read the topic since take its place. A source
    that recorded the message when it came is not given it again.
    """
    with transaction(pool, who.reach()) as tx:
        found = quarantine.group(tx, group_id)
        if found is None or not who.may(found[0], Right.FLOOR_WORK):
            raise NotFound
        centre_id, cause = found
        if cause.reason == UNCOUNTED:
            return Replayed(understood=0, left=cause.kept)
        bound = machines.sources(tx, centre_id=centre_id)
        own = [s for s in bound if s.id == cause.source_id]
        # A message that no source of a device understood was set aside once, for the first of them.
        router = Router(centre_id, [*own, *(s for o in own for s in beside(o, bound))] or bound)
        router.greet(now)
        session_id = new_id()
        understood: list[int] = []
        kept = quarantine.kept(tx, group_id)
        recorded = _recorded(tx, [s.id for s in bound if s.id != cause.source_id], kept)
        read: list[Message | Rejected] = []
        for number, delivery in kept:
            items = router.read(delivery, session_id)
            # A message stays if a source does not understand a part of it.
            odd = {item.source_id for item in items if isinstance(item, Rejected)}
            meant = [
                m
                for m in items
                if isinstance(m, Message)
                and m.source_id not in odd
                and (m.source_id, m.topic, m.payload, m.received_at) not in recorded
            ]
            # Noise is settled by being counted no more.
            if meant or not items:
                understood.append(number)
                read += meant
        _store(tx, centre_id, read)
        quarantine.settle(tx, group_id, understood)
    return Replayed(understood=len(understood), left=len(kept) - len(understood))


def _recorded(
    tx: Tx, sources: Sequence[SourceId], kept: Sequence[tuple[int, BrokerMessage]]
) -> set[tuple[SourceId, str, bytes, datetime]]:
    """Return the sources that recorded each message when it came."""
    times = [delivery.received_at for _, delivery in kept]
    if not sources or not times:
        return set()
    copies = handovers.copies(tx, sources, min(times), max(times))
    return {(c.source_id, c.topic, c.payload, c.received_at) for c in copies}


def _store(tx: Tx, centre_id: CentreId, read: Sequence[Message | Rejected]) -> None:
    messages.store(
        tx,
        centre_id,
        [item for item in read if isinstance(item, Message)],
        [item for item in read if isinstance(item, Rejected)],
    )
