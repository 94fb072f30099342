"""Entries on companies' categories at centres."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gadong.core.database import Tx, forget, many, once, run
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
    """Insert the category of a company at a centre; the latest of a day counts."""
    forget(tx)
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
    """Return every category that a company has or had at a centre."""
    return [row["category"] for row in many(tx, SQL["names"], centre_id=centre_id)]


def of_company(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, *, recorded_before: datetime
) -> Categories:
    """Return the statements of the company's category, as known before the instant.

    They are read once in a transaction, unless it inserts others.
    """

    def read() -> Categories:
        found = of_companies(tx, centre_id, [company_id], recorded_before=recorded_before)
        return found.get(company_id, Categories(()))

    return once(tx, ("categories", centre_id, company_id, recorded_before), read)


def of_companies(
    tx: Tx, centre_id: CentreId, company_ids: Iterable[CompanyId], *, recorded_before: datetime
) -> dict[CompanyId, Categories]:
    """Return the same of each of the companies."""
    found = at_centres(tx, [centre_id], company_ids, recorded_before=recorded_before)
    return {company: categories for (_, company), categories in found.items()}


def at_centres(
    tx: Tx,
    centre_ids: Iterable[CentreId],
    company_ids: Iterable[CompanyId],
    *,
    recorded_before: datetime,
) -> dict[tuple[CentreId, CompanyId], Categories]:
    """Return the same of each of the companies at each of the centres."""
    rows = many(
        tx,
        SQL["of_companies"],
        centre_ids=list(centre_ids),
        company_ids=list(company_ids),
        recorded_before=recorded_before,
    )
    said: dict[tuple[CentreId, CompanyId], list[Category]] = {}
    for row in rows:
        if not row["during"].isempty:
            words = said.setdefault((row["centre_id"], row["company_id"]), [])
            words.append(
                Category(
                    name=row["category"],
                    since=row["during"].lower,
                    until=row["during"].upper,
                    proof=row["proof"],
                )
            )
    return {key: Categories(tuple(words)) for key, words in said.items()}
