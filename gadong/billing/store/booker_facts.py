"""The categories and proofs of a company that booked for several: they price the others' parts."""

from __future__ import annotations

from datetime import datetime

from gadong.billing.store.sales import Extra
from gadong.core.database import Tx, many
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.store.queries import statements
from gadong.people.domain.company_category import Categories, Category

SQL = statements(__file__)


def extras(
    tx: Tx, centre_id: CentreId, booker_id: CompanyId, recorded_before: datetime
) -> list[Extra]:
    """Return the booker's proofs as recorded before the instant, without withdrawn ones."""
    rows = many(
        tx,
        SQL["extras"],
        centre_id=centre_id,
        booker_id=booker_id,
        recorded_before=recorded_before,
    )
    return [
        Extra(name=r["name"], since=r["during"].lower, until=r["during"].upper, proof=r["proof"])
        for r in rows
        if not r["during"].isempty
    ]


def categories(
    tx: Tx, centre_id: CentreId, booker_id: CompanyId, recorded_before: datetime
) -> Categories:
    """Return the statements of the booker's category, as known before the instant."""
    rows = many(
        tx,
        SQL["categories"],
        centre_id=centre_id,
        booker_id=booker_id,
        recorded_before=recorded_before,
    )
    return Categories(
        tuple(
            Category(
                name=r["category"],
                since=r["during"].lower,
                until=r["during"].upper,
                proof=r["proof"],
            )
            for r in rows
            if not r["during"].isempty
        )
    )
