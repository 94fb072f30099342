"""What centres said of companies' categories."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.store.queries import statements
from gadong.people.domain.company_category import Categories, Category

SQL = statements(__file__)


def insert(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId,
    category: Category,
    *,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """The centre serves the company under the category; of words on the same day the latest counts."""
    run(
        tx,
        SQL["insert"],
        centre_id=centre_id,
        company_id=company_id,
        category=category.name,
        since=category.since,
        until=category.until,
        proof=category.proof,
        set_by=by,
        recorded_at=recorded_at,
    )


def names(tx: Tx, centre_id: CentreId) -> list[str]:
    """Every category that a company has or had at a centre."""
    return [row["category"] for row in many(tx, SQL["names"], centre_id=centre_id)]


def of_company(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, *, recorded_before: datetime
) -> Categories:
    """What was said of the company's category, as known before the instant."""
    rows = many(
        tx, SQL["of_company"], centre_id=centre_id, company_id=company_id, recorded_before=recorded_before
    )
    return Categories(
        tuple(
            Category(name=r["category"], since=r["during"].lower, until=r["during"].upper, proof=r["proof"])
            for r in rows
            if not r["during"].isempty
        )
    )
