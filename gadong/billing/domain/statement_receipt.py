"""An issued statement at its company: who was told of it, and who has opened it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementReader:
    """A person of a statement's company.

    `told_at` is the instant of the notice of the statement's issue. `first_read_at` is that at
    which the person first opened it: on a page, as a document or by a program of theirs. Each is
    None before that. For a person whom another centre entered, this centre has neither id nor name.
    """

    person_id: PersonId | None
    name: str
    told_at: datetime | None
    first_read_at: datetime | None


def first_reading(readers: Sequence[StatementReader]) -> datetime | None:
    """Return the instant at which anybody first opened the statement, or None."""
    return min((r.first_read_at for r in readers if r.first_read_at), default=None)
