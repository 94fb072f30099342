"""Programs that work for a centre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program with the rights and expiry of its latest token, and the last use."""

    id: PersonId
    name: str
    created_at: datetime
    rights: tuple[Right, ...]
    expires_at: datetime | None
    last_used_at: datetime | None


def insert(tx: Tx, program_id: PersonId, name: str) -> None:
    """Insert a program; its address is one that receives no mail."""
    run(tx, SQL["insert"], id=program_id, email=f"program-{program_id}@program.invalid", name=name)


def of_centre(tx: Tx, centre_id: CentreId) -> list[Program]:
    """Return a centre's programs by name."""
    return [
        Program(**{**row, "rights": _rights(row["rights"])})
        for row in many(tx, SQL["of_centre"], centre_id=centre_id)
    ]


def centre_of(tx: Tx, program_id: PersonId) -> CentreId | None:
    """Return the centre for which a program works, or None."""
    row = one(tx, SQL["centre_of"], id=program_id)
    return CentreId(row["centre_id"]) if row else None


def shorten(tx: Tx, program_id: PersonId, *, until: datetime) -> None:
    """Limit the lifetime of the program's present tokens."""
    run(tx, SQL["shorten"], id=program_id, until=until)


def end(tx: Tx, program_id: PersonId) -> None:
    """End the program's access."""
    run(tx, SQL["end_tokens"], id=program_id)
    run(tx, SQL["end_program"], id=program_id)


def _rights(kept: Sequence[str] | None) -> tuple[Right, ...]:
    return tuple(Right(name) for name in kept or ())
