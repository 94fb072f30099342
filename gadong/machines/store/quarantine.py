"""Messages that were not understood: one row a cause, with the messages for another reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, SourceId, new_id
from gadong.core.store.queries import statements
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Rejected

SQL = statements(__file__)

# Enough to recognise a message by; the whole of a 5 MB payload would let one device fill the disk.
EXAMPLE_BYTES = 4096
# Different causes kept of one source: 2 MB of examples at the most, and far more than a person
# reads.
MOST_CAUSES = 500
# Messages of one cause kept whole, to be read again once the binding is right; later ones are only
# counted.
MOST_KEPT = 1000
# Kept of one source over all causes: a week of a plug's messages, or an hour of a machining
# centre's documents.
MOST_KEPT_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A cause for which messages were set aside, with one example."""

    id: UUID
    source_id: SourceId | None
    reason: str
    detail: str
    topic: str
    payload: bytes
    occurrences: int
    kept: int
    first_at: datetime
    last_at: datetime


def page(
    tx: Tx, centre_id: CentreId, *, before: tuple[datetime, UUID] | None, most: int
) -> list[Quarantined]:
    """Return a page of quarantined causes, the latest first."""
    before_at, before_id = before or (None, None)
    rows = many(
        tx, SQL["page"], centre_id=centre_id, before_at=before_at, before_id=before_id, most=most
    )
    return [Quarantined(**row) for row in rows]


def set_aside(tx: Tx, item: Rejected) -> None:
    """Set a message aside, or count one more of its kind."""
    row = one(
        tx,
        SQL["set_aside"],
        id=new_id(),
        centre_id=item.centre_id,
        source_id=item.source_id,
        reason=item.reason,
        detail=_clean(item.detail),
        topic=_clean(item.topic),
        payload=item.payload[:EXAMPLE_BYTES],
        digest=item.digest,
        other_digest=replace(item, reason="too_many_causes", detail="", topic="").digest,
        whole=item.payload,
        most_causes=MOST_CAUSES,
        most_kept=MOST_KEPT,
        most_bytes=MOST_KEPT_BYTES,
        at=item.received_at,
    )
    if row and row["kept"] <= MOST_KEPT:
        # The number is the group's count: once it stands still, the same number comes again and
        # keeps nothing.
        run(
            tx,
            SQL["keep"],
            id=row["id"],
            number=row["kept"],
            centre_id=item.centre_id,
            source_id=item.source_id,
            topic=_clean(item.topic, most=1024),
            payload=item.payload,
            qos=item.qos,
            retained=item.retained,
            received_at=item.received_at,
        )


def group(tx: Tx, group_id: UUID) -> tuple[CentreId, Quarantined] | None:
    """Return one cause with its centre, locked until the transaction ends."""
    row = one(tx, SQL["group"], id=group_id)
    return (row.pop("centre_id"), Quarantined(**row)) if row else None


def kept(tx: Tx, group_id: UUID) -> list[tuple[int, BrokerMessage]]:
    """Return a cause's messages as they came, each with its number."""
    rows = many(tx, SQL["kept"], id=group_id)
    return [(r.pop("number"), BrokerMessage(**r, is_repeated=False, packet=0)) for r in rows]


def settle(tx: Tx, group_id: UUID, numbers: Sequence[int]) -> int:
    """Remove messages that were understood, and a cause of which nothing is left.

    Return how many were there.
    """
    row = one(tx, SQL["settle"], id=group_id, numbers=list(numbers))
    run(tx, SQL["close"], id=group_id)
    return row["settled"] if row else 0


def _clean(text: str, most: int = 500) -> str:
    """Text that PostgreSQL takes: no NUL and no half of a surrogate pair."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()[:most]
