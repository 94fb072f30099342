"""Use of a month by companies without a statement of it: no month is locked over it, and later
facts may add it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gadong.billing.domain.sale import SaleEntry
from gadong.billing.services import drafting
from gadong.billing.services.proof import signal_retention
from gadong.billing.services.statement_document import compute, month_ledgers, month_named
from gadong.billing.store import month_locks, sales, statement_stretches
from gadong.booking.services.machine_ledger import machines_touched
from gadong.core.database import END_OF_TIME, Pool, Tx, cutoff, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import NotFound, Problem
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.store import people
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import Lot
from gadong.stays.domain.tenancy import Tenancy
from gadong.stays.store import lots, tenancies


@dataclass(frozen=True, slots=True, kw_only=True)
class UnstatedUse:
    """A month's use of a company that has no statement of it. Whole won.

    `total` is what its statement would come to; `problem` says how it is settled.
    """

    company_id: CompanyId
    company_name: str
    lines: int
    total: int
    problem: Problem


def of_locked_month(
    pool: Pool, who: Caller, centre_id: CentreId, month: str
) -> Sequence[UnstatedUse]:
    """List the use of a locked month that no statement charges; for the centre's managers.

    Signals, written use, decisions and bookings that come after the lock make it. Nothing of a
    month that is open is listed, since its drafts show it.
    """
    permit = who.need(centre_id, Right.MONEY_SEE)
    wanted = str(month_named(month))
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        if not month_locks.locked(tx, centre_id, [wanted]):
            return ()
        return of_month(tx, centre, wanted, before)


def of_month(tx: Tx, centre: Centre, month: str, before: datetime) -> Sequence[UnstatedUse]:
    """Return the use of every company that has something to show for the month and no statement of
    it.

    Of a month whose signals have retired nothing is computed any more, whether it is locked or not.
    """
    if signal_retention.is_retired(tx, centre.id, Month.parse(month).period(centre.zone)):
        return ()
    companies = [
        c for c in _unstated(tx, centre, month) if _has_touched(tx, centre, c, month, before)
    ]
    if not companies:
        return ()
    ledgers = month_ledgers(tx, centre.id, month, recorded_before=before)
    computed = (
        (
            c,
            compute(
                tx,
                centre.id,
                c.id,
                month,
                since=statement_stretches.billed_until(tx, centre.id, c.id, month),
                recorded_before=before,
                ledgers=ledgers,
            ),
        )
        for c in companies
    )
    return tuple(
        UnstatedUse(
            company_id=company.id,
            company_name=company.name,
            lines=len(found.document.lines),
            total=found.document.totals.total,
            problem=Problem(code="month.late_use", actual=month),
        )
        for company, found in computed
        if drafting.has_content(found)
    )


def is_entered_since(tx: Tx, centre: Centre, month: str, before: datetime) -> bool:
    """Return whether a sale or a stay of a company without a statement came since an instant.

    Whoever enters one holds the month, so that all of them are seen by whoever holds it next.
    """
    return any(
        _entered(tx, centre, c, month, before) != _entered(tx, centre, c, month, END_OF_TIME)
        for c in _unstated(tx, centre, month)
    )


def _unstated(tx: Tx, centre: Centre, month: str) -> Iterator[Company]:
    stated = month_locks.stated(tx, centre.id, month)
    return (c for c in people.companies(tx, centre.id) if c.id not in stated)


def _has_touched(tx: Tx, centre: Centre, company: Company, month: str, before: datetime) -> bool:
    """Return whether a company may have used or bought something in the month."""
    period = Month.parse(month).period(centre.zone)
    return bool(
        machines_touched(tx, centre.id, company.id, period, before)
        or any(_entered(tx, centre, company, month, before))
    )


def _entered(
    tx: Tx, centre: Centre, company: Company, month: str, before: datetime
) -> tuple[Sequence[SaleEntry], Sequence[Tenancy], Sequence[Lot]]:
    """Return a company's sales and stays of a month as known before an instant."""
    period = Month.parse(month).period(centre.zone)
    days = Days.begun_in(period, centre.zone)
    return (
        sales.entries(tx, centre.id, company.id, period, recorded_before=before),
        tenancies.in_force(tx, centre.id, company.id, days, recorded_before=before),
        lots.in_month(tx, centre.id, company.id, days, recorded_before=before),
    )
