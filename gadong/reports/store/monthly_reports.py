"""Kept figures of months, for a year without a new computation; companies that came in a period."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document, to_range
from gadong.reports.domain.monthly_report import MonthFigures

SQL = statements(__file__)


def keep(
    tx: Tx,
    centre_id: CentreId,
    figures: MonthFigures,
    *,
    recorded_before: datetime,
    engine_version: str,
) -> None:
    """Keep a month's figures, and replace earlier ones."""
    run(
        tx,
        SQL["keep"],
        centre_id=centre_id,
        month=figures.month,
        document=to_document(figures),
        recorded_before=recorded_before,
        engine_version=engine_version,
    )


def kept(
    tx: Tx, centre_id: CentreId, month: str, *, engine_version: str | None
) -> tuple[MonthFigures, datetime] | None:
    """Return a kept month with the instant of its facts, or None without one by the engine (None:
    by any).
    """
    row = one(tx, SQL["kept"], centre_id=centre_id, month=month, engine_version=engine_version)
    return (from_document(MonthFigures, row["document"]), row["recorded_before"]) if row else None


def came(tx: Tx, centre_id: CentreId, period: Period) -> list[CompanyId]:
    """Return the companies that had a booking in the period and came."""
    rows = many(tx, SQL["came"], centre_id=centre_id, during=to_range(period))
    return [row["company_id"] for row in rows]
