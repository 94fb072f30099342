"""A centre's terms of commissioned work."""

from __future__ import annotations

from datetime import datetime

from gadong.commissions.domain.commission_terms import CommissionTerms
from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(
    tx: Tx, centre: CentreId, terms: CommissionTerms, *, by: PersonId | None, recorded_at: datetime
) -> None:
    """Insert a centre's terms."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre,
        is_paid_first=terms.is_paid_first,
        set_by=by,
        recorded_at=recorded_at,
    )


def latest(tx: Tx, centre: CentreId) -> CommissionTerms:
    """Return a centre's terms; those of a centre that set none."""
    row = one(tx, SQL["latest"], centre_id=centre)
    return CommissionTerms(**row) if row else CommissionTerms()
