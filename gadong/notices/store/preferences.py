"""Preferences of persons: language, mail, and the kinds of notices that are not mailed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements
from gadong.notices.domain.preferences import Preferences

SQL = statements(__file__)


def preferences(tx: Tx, person_id: PersonId) -> Preferences | None:
    """Return the person's preferences; None for a disabled account."""
    row = one(tx, SQL["preferences"], person_id=person_id)
    return Preferences(**row) if row else None


def prefer(
    tx: Tx, person_id: PersonId, *, language: str, by_mail: bool, muted: Sequence[str]
) -> None:
    """Set the person's preferences."""
    run(
        tx,
        SQL["prefer"],
        person_id=person_id,
        language=language,
        by_mail=by_mail,
        muted=list(muted),
    )


def seen_at(tx: Tx, person_id: PersonId) -> datetime | None:
    """Return when the person last looked at their notices; None if never."""
    row = one(tx, SQL["seen_at"], person_id=person_id)
    found: datetime | None = row["seen_at"] if row else None
    return found


def see(tx: Tx, person_id: PersonId, *, at: datetime) -> None:
    """Record that the person looks at their notices."""
    run(tx, SQL["see"], person_id=person_id, at=at)
