"""Kept figures of months, for a year without a new computation; companies that came in a period."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gadong.core.database import Tx, many, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document, to_range
from gadong.reports.domain.monthly_report import MonthFigures

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMonth:
    """A centre's month as it was kept; the document is read once its figures are asked for."""

    centre_id: CentreId
    month: str
    document: Any
    recorded_before: datetime
    engine_version: str

    @property
    def figures(self) -> MonthFigures:
        """Return the month's figures."""
        return from_document(MonthFigures, self.document)


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
    tx: Tx, centre_ids: Collection[CentreId], months: Collection[str]
) -> dict[tuple[CentreId, str], KeptMonth]:
    """Return the months of some centres that are kept, by whichever engine."""
    rows = many(tx, SQL["kept"], centre_ids=list(centre_ids), months=list(months))
    return {(row["centre_id"], row["month"]): KeptMonth(**row) for row in rows}


def came(tx: Tx, periods: Mapping[CentreId, Period]) -> dict[CentreId, set[CompanyId]]:
    """Return the companies that had a booking in each centre's period and came."""
    found: dict[CentreId, set[CompanyId]] = {centre_id: set() for centre_id in periods}
    rows = many(
        tx,
        SQL["came"],
        centre_ids=list(periods),
        durings=[to_range(period) for period in periods.values()],
    )
    for row in rows:
        found[row["centre_id"]].add(row["company_id"])
    return found
