"""Firms' wishes that their credit pays statements by itself."""

from __future__ import annotations

from dataclasses import asdict

from gadong.billing.domain.accounts.credit_order import CreditOrder, OrderMedium
from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(tx: Tx, order: CreditOrder) -> None:
    """Insert a firm's wish."""
    run(tx, SQL["insert"], **asdict(order))


def latest(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> CreditOrder | None:
    """Return a firm's latest wish at a centre, or None."""
    row = one(tx, SQL["latest"], centre_id=centre_id, company_id=company_id)
    return CreditOrder(**{**row, "asked": OrderMedium(row["asked"])}) if row else None
