"""The centre whose staff entered a company's person, and companies that several centres serve."""

from __future__ import annotations

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def enter(tx: Tx, company_id: CompanyId, person_id: PersonId, centre_id: CentreId) -> None:
    """Record that the centre's staff entered the company's person; the first centre stays."""
    run(tx, SQL["enter"], company_id=company_id, person_id=person_id, centre_id=centre_id)


def is_shared(tx: Tx, company_id: CompanyId) -> bool:
    """Return whether more than one centre serves the company."""
    row = one(tx, SQL["serving"], company_id=company_id)
    return bool(row and row["serving"] > 1)
