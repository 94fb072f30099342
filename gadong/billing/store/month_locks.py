"""Months that are locked: a manager's word, of which the latest counts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gadong.billing.domain.month_lock import MonthLock
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, new_id
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(tx: Tx, centre_id: CentreId, word: MonthLock) -> None:
    """Keep a word on a month."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre_id,
        month=word.month,
        is_locked=word.is_locked,
        reason=word.reason,
        said_by=word.said_by,
        recorded_at=word.recorded_at,
    )


def latest(tx: Tx, centre_id: CentreId, month: str) -> MonthLock | None:
    """Return the month's latest lock statement, or None."""
    row = one(tx, SQL["latest"], centre_id=centre_id, months=[month])
    return MonthLock(**row) if row else None


def locked(tx: Tx, centre_id: CentreId, months: Collection[str]) -> set[str]:
    """Return the locked ones of the months."""
    rows = many(tx, SQL["latest"], centre_id=centre_id, months=sorted(months))
    return {row["month"] for row in rows if row["is_locked"]}


def serialise(tx: Tx, centre_id: CentreId, month: str) -> None:
    """Let one transaction at a time draft, void or lock in the month."""
    tx.execute(SQL["serialise"], {"centre_id": centre_id, "month": month})


def still_open(tx: Tx, centre_id: CentreId, month: str) -> int:
    """Count the month's statements that are not issued yet."""
    row = one(tx, SQL["still_open"], centre_id=centre_id, month=month)
    return int(row["statements"]) if row else 0


def stated(tx: Tx, centre_id: CentreId, month: str) -> set[CompanyId]:
    """Return the companies that have a statement of the month which is not void."""
    return {row["company_id"] for row in many(tx, SQL["stated"], centre_id=centre_id, month=month)}


def is_stated_at(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, month: str, at: datetime
) -> bool:
    """Return whether a statement of the company charges an instant of the month (ADR 70)."""
    found = one(
        tx, SQL["stated_at"], centre_id=centre_id, company_id=company_id, month=month, at=at
    )
    return found is not None
