"""Items of firms' accounts: issued statements with their corrections and payments."""

from __future__ import annotations

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.core.database import Tx, many
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def items(tx: Tx, centre_id: CentreId, company_id: CompanyId | None = None) -> list[AccountItem]:
    """Return the items of a centre, or of one company there, the oldest due first."""
    rows = many(tx, SQL["items"], centre_id=centre_id, company_id=company_id)
    return [AccountItem(**row) for row in rows]
