"""Calendar feeds, known by the digest of their secret address."""

from __future__ import annotations

from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements
from gadong.people.domain.calendar_feed import Feed

SQL = statements(__file__)


def insert(tx: Tx, feed: Feed, *, digest: bytes) -> None:
    """Keep a new feed."""
    run(
        tx,
        SQL["insert"],
        id=feed.id,
        person_id=feed.person_id,
        centre_id=feed.centre_id,
        machine_id=feed.machine_id,
        digest=digest,
    )


def of_person(tx: Tx, person_id: PersonId) -> list[Feed]:
    """Return the person's feeds that still answer."""
    return [Feed(**row) for row in many(tx, SQL["of_person"], person_id=person_id)]


def by_digest(tx: Tx, digest: bytes) -> Feed | None:
    """Return the feed of an address, unless it was revoked."""
    row = one(tx, SQL["by_digest"], digest=digest)
    return Feed(**row) if row else None


def revoke(tx: Tx, person_id: PersonId, feed_id: UUID) -> bool:
    """End a person's feed; False where there is none."""
    return bool(run(tx, SQL["revoke"], id=feed_id, person_id=person_id))


def revoke_all(tx: Tx, person_id: PersonId) -> None:
    """Revoke every feed of a person."""
    run(tx, SQL["revoke_all"], person_id=person_id)
