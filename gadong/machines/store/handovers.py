"""Handovers from the inbox to a centre's session, and what the session recorded meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId, SourceId
from gadong.core.store.queries import statements
from gadong.machines.domain.handover import Beginning, Copy, Ends, Handover
from gadong.machines.domain.machine import Source

SQL = statements(__file__)

# An inbox that is away for longer begins with the last handover.
KEPT = timedelta(days=30)


def insert(
    tx: Tx, centre_id: CentreId, mark: UUID, sources: Iterable[SourceId], since: datetime
) -> None:
    """Record that the centre's session hears these sources from its next mark on.

    Forget old handovers.
    """
    run(tx, SQL["insert"], id=mark, centre_id=centre_id, sources=list(sources), since=since)
    run(tx, SQL["forget"], centre_id=centre_id, before=since - KEPT)


def complete(tx: Tx, mark: UUID, until: datetime) -> frozenset[SourceId]:
    """Record that everything before the mark is committed.

    Return the sources that the session hears.
    """
    row = one(tx, SQL["complete"], id=mark, until=until)
    return frozenset(SourceId(s) for s in row["sources"]) if row else frozenset()


def after(tx: Tx, centre_id: CentreId, mark: UUID) -> list[Handover]:
    """Return the centre's handovers after a mark, the earliest first."""
    rows = many(tx, SQL["after"], centre_id=centre_id, after=mark)
    return [_handover(row) for row in rows]


def find(tx: Tx, mark: UUID) -> Handover | None:
    """Return the handover of a mark."""
    row = one(tx, SQL["find"], id=mark)
    return _handover(row) if row else None


def copies(tx: Tx, sources: Sequence[SourceId], since: datetime, until: datetime) -> list[Copy]:
    """Return what the session recorded for sources from an instant up to another, in the order of
    arrival.
    """
    rows = many(tx, SQL["copies"], source_ids=list(sources), since=since, until=until)
    return [_copy(row) for row in rows]


def begin_source(tx: Tx, source: Source, counts_from: datetime, *, by: PersonId | None) -> None:
    """Record the instant from which the words of the source's device count."""
    run(
        tx,
        SQL["begin_source"],
        source_id=source.id,
        centre_id=source.centre_id,
        counts_from=counts_from,
        set_by=by,
    )


def beginnings(tx: Tx, sources: Iterable[SourceId]) -> dict[SourceId, Beginning]:
    """Return when the sources were bound, and from when the words of their devices count."""
    rows = many(tx, SQL["beginnings"], source_ids=list(sources))
    return {SourceId(row["id"]): Beginning(row["bound_at"], row["counts_from"]) for row in rows}


def ends(tx: Tx, sources: Iterable[SourceId]) -> dict[SourceId, Ends]:
    """Return the ends of those sources whose devices were bound to several machines."""
    rows = many(tx, SQL["ends"], source_ids=list(sources))
    return {SourceId(row["id"]): Ends(row["retired_at"], row["earlier"]) for row in rows}


def in_order(tx: Tx, sources: Iterable[SourceId]) -> list[tuple[SourceId, datetime | None]]:
    """Return sources with the end of each, in the order of their ends; who lasts is last."""
    rows = many(tx, SQL["in_order"], source_ids=list(sources))
    return [(SourceId(row["id"]), row["retired_at"]) for row in rows]


def _handover(row: dict[str, Any]) -> Handover:
    return Handover(
        id=row["id"],
        sources=frozenset(SourceId(s) for s in row["sources"]),
        since=row["since"],
        until=row["until"],
    )


def _copy(row: dict[str, Any]) -> Copy:
    return Copy(
        source_id=SourceId(row["source_id"]),
        topic=row["topic"],
        payload=bytes(row["payload"]),
        retained=row["retained"],
        received_at=row["received_at"],
        set_aside=(row["quarantine_id"], row["number"]) if row["quarantine_id"] else None,
    )
