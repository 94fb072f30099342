"""Use cases of ingest: the sources to listen to, and a batch stored as facts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from time import monotonic

from gadong.core.database import Pool, holding, recorded_at, retried, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId, SourceId
from gadong.core.store import outbox
from gadong.machines.domain.listening import ListeningReport
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Committed, Message, Rejected
from gadong.machines.domain.relay import RelayProgress
from gadong.machines.domain.senders.redating import Redating
from gadong.machines.domain.senders.sender import BOOTS_PER_DAY
from gadong.machines.services import earlier_bindings
from gadong.machines.store import (
    broker_sessions,
    device_accounts,
    late_words,
    machines,
    messages,
    relays,
)
from gadong.machines.store.broker_sessions import SessionStart
from gadong.machines.store.messages import BadRow
from gadong.texts.machines import CLOCK_SLOW

log = logging.getLogger(__name__)

NOTHING = Committed(stored=0, duplicates=0, quarantined=0, watermarks=())


def sources(pool: Pool, centre_id: CentreId) -> list[Source]:
    """Return the sources whose topics the centre's session wants to hear."""
    with transaction(pool, SYSTEM) as tx:
        return machines.sources(tx, centre_id=centre_id)


def commit(
    pool: Pool,
    centre_id: CentreId,
    batch: Sequence[Message],
    rejected: Sequence[Rejected],
    relayed: Sequence[RelayProgress] = (),
) -> Committed:
    """Make a batch facts; when this returns, its messages may be acknowledged.

    A message that the database itself refuses is found by halving the batch, and set aside. The
    progress of relays is kept in the transaction of the batch's last part.
    """
    if not batch and not rejected and not relayed:
        return NOTHING
    try:
        return _store(pool, centre_id, batch, rejected, relayed)
    except BadRow as trouble:
        if len(batch) <= 1:
            item = batch[0]
            refused = Rejected(
                centre_id=centre_id,
                source_id=item.source_id,
                topic=item.topic,
                payload=item.payload,
                reason="refused_by_database",
                detail=str(trouble),
                received_at=item.received_at,
                qos=item.qos,
                retained=item.retained,
            )
            return _store(pool, centre_id, [], [*rejected, refused], relayed)
        log.warning("batch halved", extra={"messages": len(batch), "reason": str(trouble)})
        middle = len(batch) // 2
        first = commit(pool, centre_id, batch[:middle], rejected)
        second = commit(pool, centre_id, batch[middle:], [], relayed)
        return Committed(
            stored=first.stored + second.stored,
            duplicates=first.duplicates + second.duplicates,
            quarantined=first.quarantined + second.quarantined,
            watermarks=first.watermarks + second.watermarks,
        )


@retried
def _store(
    pool: Pool,
    centre_id: CentreId,
    batch: Sequence[Message],
    rejected: Sequence[Rejected],
    relayed: Sequence[RelayProgress],
) -> Committed:
    with transaction(pool, SYSTEM) as tx:
        placed = earlier_bindings.placed(tx, centre_id, batch)
        committed = messages.store(tx, centre_id, placed.messages, [*rejected, *placed.rejected])
        for progress in relayed:
            relays.advance(tx, progress)
        for machine_id in sorted(committed.restarting):
            day = recorded_at(tx, centre_id).date()
            if late_words.tell(tx, centre_id, machine_id, day=day, cause="boots"):
                outbox.add(
                    tx,
                    centre_id,
                    "source.restarts",
                    to="floor",
                    machine=str(machine_id),
                    number=BOOTS_PER_DAY,
                )
        return committed


@retried
def count_noise(pool: Pool, centre_id: CentreId, noise: Mapping[tuple[SourceId, str], int]) -> None:
    """Count what sources said that means nothing and is not kept, by its kind."""
    if noise:
        with transaction(pool, SYSTEM) as tx:
            for (source_id, kind), times in sorted(noise.items()):
                messages.count_noise(tx, centre_id, source_id, kind, times)


@retried
def redate(pool: Pool, centre_id: CentreId, redating: Redating) -> None:
    """Count what a source sent by its arrival, once its clock is proven wrong, and tell the
    managers.

    What was dated by the clock is set aside as a fact, so that a statement of before is verified as
    it was.
    """
    with transaction(pool, SYSTEM) as tx:
        source = machines.source(tx, redating.source_id)
        if source is None:
            return
        at = recorded_at(tx, centre_id)
        slow = CLOCK_SLOW.filled(slow_by=redating.slow_by)
        first = device_accounts.set_aside(
            tx,
            source,
            redating.arrived,
            reason=f"{slow.ko} · {slow.en}",
            by=None,
            recorded_at=at,
        )
        # Signals that the wrong clock dated before the move lie at the machine of then.
        for one in earlier_bindings.of_device(tx, source):
            wrong = device_accounts.set_aside(
                tx, one, redating.arrived, reason=f"{slow.ko} · {slow.en}", by=None, recorded_at=at
            )
            if wrong:
                machines.mark(tx, one, wrong)
        messages.store(tx, centre_id, redating.messages, [])
        machines.mark(tx, source, min(first or redating.arrived.start, redating.arrived.start))
        outbox.add(
            tx,
            centre_id,
            "source.clock_wrong",
            to="floor",
            machine=str(source.machine_id),
            device=source.base,
            minutes=int(redating.slow_by.total_seconds() // 60),
        )


def owning(pool: Pool, centre_id: CentreId) -> AbstractContextManager[bool]:
    """Be the one listener of a centre while the block lasts; False where another process is.

    Two with one client id would throw each other off the broker for ever.
    """
    return holding(pool, f"listening {centre_id}")


def owning_refusals(pool: Pool) -> AbstractContextManager[bool]:
    """Be the one listener of the broker's refusals while the block lasts.

    False where another is.
    """
    return holding(pool, "listening to refusals")


def begin_listening(pool: Pool, centre_id: CentreId, *, session_kept: bool) -> SessionStart:
    """Record that the centre's session is connected, and its outage."""
    with transaction(pool, SYSTEM) as tx:
        return broker_sessions.begin_listening(tx, centre_id, session_kept=session_kept)


def report_listening(
    pool: Pool, centre_id: CentreId, *, detail: str = "", dropped: int = 0
) -> None:
    """Record that the centre's session still listens, and what the broker dropped since it
    started.
    """
    with transaction(pool, SYSTEM) as tx:
        report = ListeningReport(centre_id=centre_id, detail=detail, dropped=dropped)
        broker_sessions.report_listening(tx, [report])


def report_not_listening(pool: Pool, centre_id: CentreId, *, detail: str) -> None:
    """Record that the centre's session does not listen, with the reason."""
    with transaction(pool, SYSTEM) as tx:
        broker_sessions.report_not_listening(tx, centre_id, detail=detail)


def set_filters(pool: Pool, centre_id: CentreId, filters: Iterable[str]) -> None:
    """Store the session's subscriptions."""
    with transaction(pool, SYSTEM) as tx:
        broker_sessions.set_filters(tx, centre_id, filters)


def is_heard(pool: Pool, who: Caller, source: Source) -> bool:
    """Return whether ingest reads the source.

    Its topics may have been another source's before, and so be subscribed already.
    """
    permit = who.need(source.centre_id, Right.FLOOR_SEE)
    with transaction(pool, permit) as tx:
        return source.id in broker_sessions.heard_sources(tx, source.centre_id)


def wait_until_heard(
    pool: Pool, who: Caller, source: Source, *, within: float, pause: Callable[[float], None]
) -> bool:
    """Wait for ingest to subscribe to a new source, so that what is published next is not
    missed.
    """
    deadline = monotonic() + within
    while not (heard := is_heard(pool, who, source)) and monotonic() < deadline:
        pause(0.1)
    return heard
