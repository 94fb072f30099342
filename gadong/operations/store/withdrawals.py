"""Withdrawals of companies' consents to be served by a centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingCentre:
    """A centre that serves a company, or served it until the company withdrew its consent."""

    centre_id: CentreId
    centre: str
    since: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The numbers of a company's bookings and places at courses that are to come at a centre.

    And those of its tenancies that have not ended, and of its lots that lie there.
    """

    bookings: int = 0
    places: int = 0
    tenancies: int = 0
    lots: int = 0


def lock_company(tx: Tx, company_id: CompanyId) -> None:
    """Lock a company until the transaction ends, so that no booking of it begins meanwhile."""
    many(tx, SQL["lock_company"], company_id=company_id)


def ahead(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> Ahead:
    """Return what the company has to come at the centre."""
    row = one(tx, SQL["ahead"], centre_id=centre_id, company_id=company_id)
    return Ahead(**row) if row else Ahead()


def withdraw(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, *, reason: str, by: PersonId | None
) -> None:
    """Record a withdrawal, and end what rested on the consent."""
    where = {"centre_id": centre_id, "company_id": company_id}
    run(tx, SQL["insert"], id=new_id(), reason=reason, by=by, **where)
    run(tx, SQL["end_waiting"], **where)
    run(tx, SQL["end_course_waiting"], **where)
    run(tx, SQL["withdraw_applications"], **where)
    run(tx, SQL["withdraw_guidance"], **where)
    run(tx, SQL["withdraw_commissions"], **where)
    run(tx, SQL["delete_profiles"], **where)


def served(tx: Tx, company_id: CompanyId) -> list[ServingCentre]:
    """Return the centres that serve or served a company, by name."""
    return [ServingCentre(**row) for row in many(tx, SQL["served"], company_id=company_id)]
