"""Preferences of persons: language, mail, and the kinds of notices that are not mailed."""

from __future__ import annotations

from collections.abc import Sequence

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
