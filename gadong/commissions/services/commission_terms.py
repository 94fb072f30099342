"""A centre's terms of commissioned work: set by its manager, and read by whoever enters it."""

from __future__ import annotations

from gadong.commissions.domain.commission_terms import CommissionTerms
from gadong.commissions.store import commission_terms
from gadong.core.database import Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId


def find(pool: Pool, who: Caller, centre: CentreId) -> CommissionTerms:
    """Return a centre's terms."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return commission_terms.latest(tx, centre)


def change(pool: Pool, who: Caller, centre: CentreId, terms: CommissionTerms) -> None:
    """Set a centre's terms for whatever is handed over from now on."""
    permit = who.need(centre, Right.RULES_WORK)
    with transaction(pool, permit) as tx:
        at = recorded_at(tx, centre)
        commission_terms.insert(tx, centre, terms, by=who.known, recorded_at=at)
