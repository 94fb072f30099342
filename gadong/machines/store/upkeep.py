"""Entries in the maintenance log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_period, to_range
from gadong.machines.domain.upkeep import UpkeepEntry, UpkeepKind, Work

SQL = statements(__file__)


def insert(tx: Tx, entry: UpkeepEntry) -> None:
    """Insert an entry."""
    work = entry.work
    run(
        tx,
        SQL["insert"],
        id=entry.id,
        centre_id=entry.centre_id,
        machine_id=entry.machine_id,
        kind=work.kind,
        during=to_range(work.period),
        description=work.description,
        action=work.action,
        repairer=work.repairer,
        cost=work.cost,
        recorded_by=entry.recorded_by,
        recorded_at=entry.recorded_at,
    )


def take_back(tx: Tx, entry: UpkeepEntry, *, reason: str, by: PersonId, at: datetime) -> bool:
    """Take an entry back; return False if it was taken back before."""
    return bool(
        run(
            tx,
            SQL["take_back"],
            entry_id=entry.id,
            centre_id=entry.centre_id,
            reason=reason,
            recorded_by=by,
            recorded_at=at,
        )
    )


def entries(tx: Tx, centre_id: CentreId, period: Period) -> list[UpkeepEntry]:
    """Return the entries of a centre whose work began in the period, the earliest first."""
    rows = many(tx, SQL["entries"], centre_id=centre_id, period=to_range(period))
    return [_entry(row) for row in rows]


def entry(tx: Tx, entry_id: UUID) -> UpkeepEntry | None:
    """Return an entry, or None."""
    row = one(tx, SQL["entry"], id=entry_id)
    return _entry(row) if row else None


def _entry(row: dict[str, Any]) -> UpkeepEntry:
    return UpkeepEntry(
        id=row["id"],
        centre_id=row["centre_id"],
        machine_id=row["machine_id"],
        work=Work(
            kind=UpkeepKind(row["kind"]),
            period=to_period(row["during"]),
            description=row["description"],
            action=row["action"],
            repairer=row["repairer"],
            cost=row["cost"],
        ),
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        taken_back_at=row["taken_back_at"],
        taken_back_reason=row["taken_back_reason"],
    )
