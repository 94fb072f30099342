"""A centre's terms of notices about contracts that end, and the notices that were given."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.stays.domain.tenancy_notice import EndingTenancy, TenancyTerms

SQL = statements(__file__)


def insert_terms(
    tx: Tx, centre: CentreId, terms: TenancyTerms, *, by: PersonId, recorded_at: datetime
) -> None:
    """Insert a centre's terms."""
    run(
        tx,
        SQL["insert_terms"],
        id=new_id(),
        centre_id=centre,
        notice_days=terms.notice_days,
        set_by=by,
        recorded_at=recorded_at,
    )


def latest_terms(tx: Tx, centre: CentreId) -> TenancyTerms:
    """Return a centre's terms; those of a centre that set none."""
    row = one(tx, SQL["latest_terms"], centre_id=centre)
    return TenancyTerms(**row) if row else TenancyTerms()


def keep_reminder(tx: Tx, found: EndingTenancy) -> bool:
    """Record that a contract's last day was told; return whether it is the first time."""
    return bool(
        run(
            tx,
            SQL["keep_reminder"],
            centre_id=found.tenancy.centre_id,
            tenancy_id=found.tenancy.id,
            last_day=found.last_day,
        )
    )
