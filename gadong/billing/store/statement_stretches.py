"""Statements within a month: where one ends, and whether another begins there (ADR 70)."""

from __future__ import annotations

from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.core.database import Tx, one
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def billed_until(tx: Tx, centre_id: CentreId, company_id: CompanyId, month: str) -> datetime | None:
    """Return the end of what issued statements within a company's month charge; None without."""
    row = one(tx, SQL["billed_until"], centre_id=centre_id, company_id=company_id, month=month)
    return row["until"] if row else None


def is_settled_at(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, month: str, at: datetime
) -> bool:
    """Return whether an approved or issued statement charges what a company began at an instant."""
    where = {"centre_id": centre_id, "company_id": company_id, "month": month, "at": at}
    return one(tx, SQL["settled_at"], **where) is not None


def are_later(tx: Tx, statement: Statement) -> bool:
    """Return whether an approved or issued statement of the month begins where this one ends."""
    row = one(
        tx,
        SQL["later"],
        centre_id=statement.centre_id,
        company_id=statement.company_id,
        month=statement.month,
        until=statement.until,
    )
    return bool(row and row["statements"])
