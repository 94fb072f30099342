"""Payers at a centre: their kinds, what they gave for a number, and their cash receipts."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import NotFound
from gadong.people.domain.payer import Payer, need_payer
from gadong.people.services.customers import need_served
from gadong.people.store import people
from gadong.people.store.payers import payers


def every(pool: Pool, who: Caller, centre: CentreId) -> Mapping[CompanyId, Payer]:
    """Return the centre's payers beside businesses, by company."""
    permit = who.need(centre, Right.DESK_SEE, Right.MONEY_SEE, Right.PEOPLE_SEE)
    with transaction(pool, permit) as tx:
        served = [c.id for c in people.companies(tx, centre)]
        return payers.of_companies(tx, centre, served)


def of_company(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> Payer:
    """Return a company as a payer at a centre; for the company and the managers."""
    permit = who.need_company(centre, company, Right.PEOPLE_SEE, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        return payers.of_company(tx, centre, company)


def set_payer(pool: Pool, who: Caller, centre: CentreId, company: CompanyId, payer: Payer) -> None:
    """Set the kind of a payer, what it gave for a number, and its receipts; for managers."""
    permit = who.need(centre, Right.PEOPLE_WORK)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        known = people.company(tx, company)
        if known is None:
            raise NotFound
        payers.keep(tx, centre, company, need_payer(payer, known.registration_number), by=who.known)
