"""Preferences of persons: language, mail, and the kinds of notices they do not want."""

from __future__ import annotations

from collections.abc import Sequence

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements
from gadong.notices.domain.preferences import Preferences

SQL = statements(__file__)


def preferences(tx: Tx, person_id: PersonId) -> Preferences | None:
    """How the person wants to be told; None for one who is gone."""
    row = one(tx, SQL["preferences"], person_id=person_id)
    return Preferences(**row) if row else None


def prefer(tx: Tx, person_id: PersonId, *, language: str, by_mail: bool, muted: Sequence[str]) -> None:
    """Set how the person wants to be told."""
    run(tx, SQL["prefer"], person_id=person_id, language=language, by_mail=by_mail, muted=list(muted))
