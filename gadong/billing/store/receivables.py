"""Sums of what companies owe a centre, and of what it billed in a month."""

from __future__ import annotations

from datetime import date

from gadong.billing.domain.payment import Billed, Receivables
from gadong.core.database import Tx, one
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def owed(tx: Tx, centre_id: CentreId, today: date) -> Receivables:
    """Return what is owed to a centre, and what of it was due before a day."""
    row = one(tx, SQL["owed"], centre_id=centre_id, today=today)
    return Receivables(**row) if row else Receivables()


def billed(tx: Tx, centre_id: CentreId, month: str) -> Billed:
    """Return the sum of a month's issued statements."""
    row = one(tx, SQL["billed"], centre_id=centre_id, month=month)
    return Billed(**row) if row else Billed()
