"""Lengths of finished commissioned work."""

from __future__ import annotations

from gadong.commissions.domain.queue import FinishedWork
from gadong.core.database import Tx, many
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements

SQL = statements(__file__)


def finished(tx: Tx, centre: CentreId, period: Period) -> list[FinishedWork]:
    """Return the work that was finished in a time."""
    bounds = {"start": period.start, "end": period.end}
    return [FinishedWork(**row) for row in many(tx, SQL["finished"], centre_id=centre, **bounds)]
