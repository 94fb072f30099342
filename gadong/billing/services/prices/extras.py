"""Proofs of companies for extra discounts and programmes: recorded, withdrawn, listed."""

from __future__ import annotations

from datetime import date

from gadong.billing.store import sales
from gadong.billing.store.sales import Extra
from gadong.core.database import END_OF_TIME, Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Invalid
from gadong.people.services.customers import need_served


def prove(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    company: CompanyId,
    name: str,
    since: date,
    until: date | None,
    proof: str,
) -> None:
    """Record what a company has proved, for a time.

    The latest word on a name counts, an empty time withdraws it.
    """
    permit = who.need(centre, Right.MONEY_WORK)
    if until is not None and until < since:
        raise Invalid(
            "What is proved ends after it begins; on the same day it is withdrawn", field="until"
        )
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        extra = Extra(name=name, since=since, until=until, proof=proof)
        at = recorded_at(tx, centre)
        sales.insert_extra(tx, centre, company, extra, by=who.person_id, recorded_at=at)


def proved(pool: Pool, who: Caller, *, centre: CentreId, company: CompanyId) -> list[Extra]:
    """List a company's proofs at a centre, for itself and the centre's managers."""
    permit = who.need_company(centre, company, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        return sales.extras(tx, centre, company, recorded_before=END_OF_TIME)
