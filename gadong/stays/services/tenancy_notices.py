"""Notices before a contract ends: a list for who sees the money, and one notice to each side."""

from __future__ import annotations

from datetime import date, datetime

from gadong.core.database import Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.store import outbox
from gadong.people.domain.centre import Centre
from gadong.stays.domain.tenancy_notice import (
    EndingTenancy,
    TenancyTerms,
    ending,
    need_notice_days,
)
from gadong.stays.store import tenancies, tenancy_notices

TO_MANAGERS, TO_FIRM = "tenancy.ends", "tenancy.ends_for_firm"


def terms(pool: Pool, who: Caller, centre: CentreId) -> TenancyTerms:
    """Return how long before its end a contract is told of."""
    permit = who.need(centre, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        return tenancy_notices.latest_terms(tx, centre)


def change(pool: Pool, who: Caller, centre: CentreId, wanted: TenancyTerms) -> None:
    """Set how long before its end a contract is told of."""
    permit = who.need(centre, Right.MONEY_WORK)
    need_notice_days(wanted.notice_days)
    with transaction(pool, permit) as tx:
        at = recorded_at(tx, centre)
        tenancy_notices.insert_terms(tx, centre, wanted, by=who.person_id, recorded_at=at)


def ending_soon(pool: Pool, who: Caller, centre: CentreId, *, today: date) -> list[EndingTenancy]:
    """Return the contracts that end soon, the soonest first, for who sees the money."""
    permit = who.need(centre, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        return _ending(tx, centre, today)


def remind(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Tell the managers and the firm once of each last day; return the number of contracts."""
    told = 0
    for one in _ending(tx, centre.id, now.astimezone(centre.zone).date()):
        if not tenancy_notices.keep_reminder(tx, one):
            continue
        said = {"code": one.tenancy.unit, "due_on": one.last_day.isoformat()}
        company = str(one.tenancy.company_id)
        outbox.add(tx, centre.id, TO_MANAGERS, to="managers", company=company, **said)
        outbox.add(tx, centre.id, TO_FIRM, to="firm", company=company, **said)
        told += 1
    return told


def _ending(tx: Tx, centre: CentreId, today: date) -> list[EndingTenancy]:
    every = tenancies.of_centre(tx, centre, companies=None)
    return ending(every, tenancy_notices.latest_terms(tx, centre), today)
