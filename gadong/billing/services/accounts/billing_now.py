"""Billing at once: a statement within the month for who pays before leaving (ADR 70)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statement_drafts, statements
from gadong.billing.store import transfers
from gadong.core.database import Pool, cutoff, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import NotFound
from gadong.people.store import people


@retried
def bill_now(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    until: datetime | None = None,
    accept: Collection[str] = (),
    reason: str = "",
) -> Statement:
    """Issue a statement of what a company has begun to use by now, or before `until`.

    What stands in the way is named as for any approval, and may be accepted likewise. Nothing is
    kept then.
    """
    permit = who.need(centre, Right.MONEY_WORK)
    before = cutoff(pool, centre)
    # Whole seconds, as runs have them.
    until = (until or before).replace(microsecond=0)
    with transaction(pool, permit) as tx:
        found = people.centre(tx, centre)
        if found is None:
            raise NotFound
        # The account before the month and the draft, as whoever issues a document.
        transfers.lock(tx, centre, company)
        month = str(Month.of(until, found.zone))
        drafted = statement_drafts.draft_in(tx, centre, company, month, before, until=until)
        approved = statements.approve_in(tx, who, drafted, before, accept=accept, reason=reason)
        return statements.issue_in(tx, who, approved, before)
