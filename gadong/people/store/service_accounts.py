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
    """A program, what its latest token may do and until when, and when one was last used."""

    id: PersonId
    name: str
    created_at: datetime
    rights: tuple[Right, ...]
    expires_at: datetime | None
    last_used_at: datetime | None


def insert(tx: Tx, program_id: PersonId, name: str) -> None:
    """A program; its address is one that no mail reaches."""
    run(tx, SQL["insert"], id=program_id, email=f"program-{program_id}@program.invalid", name=name)


def of_centre(tx: Tx, centre_id: CentreId) -> list[Program]:
    """A centre's programs by name."""
    return [
        Program(**{**row, "rights": _rights(row["rights"])})
        for row in many(tx, SQL["of_centre"], centre_id=centre_id)
    ]


def centre_of(tx: Tx, program_id: PersonId) -> CentreId | None:
    """Which centre a program works for; None where there is no such program."""
    row = one(tx, SQL["centre_of"], id=program_id)
    return CentreId(row["centre_id"]) if row else None


def shorten(tx: Tx, program_id: PersonId, *, until: datetime) -> None:
    """The tokens it has open until then at most."""
    run(tx, SQL["shorten"], id=program_id, until=until)


def end(tx: Tx, program_id: PersonId) -> None:
    """The program works for nobody any more."""
    run(tx, SQL["end_tokens"], id=program_id)
    run(tx, SQL["end_program"], id=program_id)


def _rights(kept: Sequence[str] | None) -> tuple[Right, ...]:
    return tuple(Right(name) for name in kept or ())
