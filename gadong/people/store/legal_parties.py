"""Suppliers and recipients, as tax invoices name them."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.people.domain.legal_party import Party

SQL = statements(__file__)


def insert(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId | None,
    party: Party,
    *,
    by: PersonId,
    recorded_at: datetime,
) -> None:
    """Insert the legal party of the centre or of a company."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre_id,
        company_id=company_id,
        document=to_document(party),
        set_by=by,
        recorded_at=recorded_at,
    )


def latest(
    tx: Tx, centre_id: CentreId, company_id: CompanyId | None, *, recorded_before: datetime
) -> Party | None:
    """Return the latest legal party of the centre or of a company, as known before the instant."""
    row = one(
        tx,
        SQL["latest"],
        centre_id=centre_id,
        company_id=company_id,
        recorded_before=recorded_before,
    )
    return from_document(Party, row["document"]) if row else None
