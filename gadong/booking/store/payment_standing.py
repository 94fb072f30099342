"""Payments as a condition of booking: what a company owes since when."""

from __future__ import annotations

from datetime import date

from gadong.core.database import Tx, one
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def oldest_due(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> date | None:
    """The day by which the company's oldest unpaid statement was due."""
    row = one(tx, SQL["oldest_due"], centre_id=centre_id, company_id=company_id)
    return row["due_on"] if row else None
