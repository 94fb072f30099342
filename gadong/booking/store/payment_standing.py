"""Payments as a condition of booking: what a company owes since when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gadong.core.database import Tx, many
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def oldest_due(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> date | None:
    """Return the day by which the company's oldest unpaid statement was due."""
    return oldest_dues(tx, centre_id, [company_id]).get(company_id)


def oldest_dues(
    tx: Tx, centre_id: CentreId, company_ids: Iterable[CompanyId]
) -> dict[CompanyId, date]:
    """Return the same of each of the companies that have an unpaid statement."""
    rows = many(tx, SQL["oldest_dues"], centre_id=centre_id, company_ids=list(company_ids))
    return {row["company_id"]: row["due_on"] for row in rows}
