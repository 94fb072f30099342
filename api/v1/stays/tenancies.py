"""Endpoints of units and tenancies."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machines.decisions_schemas import ReverseIn
from api.v1.schemas import Accepted
from api.v1.stays import tenancies_schemas as schemas
from gadong.billing.services.prices.backdated_stays import asked
from gadong.core.domain.ids import CentreId, CompanyId, DepositId, TenancyId, UnitId
from gadong.stays.domain.days import ONE_DAY
from gadong.stays.domain.deposit import DepositEntry, held
from gadong.stays.domain.tenancy import RentalUnit, Tenancy
from gadong.stays.domain.tenancy_notice import TenancyTerms
from gadong.stays.services import deposits, tenancies, tenancy_notices

router = APIRouter(tags=["money"])


@router.get("/centres/{centre}/units")
def list_units(centre: UUID, who: Who, pool: Connections) -> paging.Page[schemas.RentalUnitOut]:
    """List the units that a centre lets, by name."""
    return paging.whole([_unit(u) for u in tenancies.units(pool, who, CentreId(centre))])


@router.post("/centres/{centre}/units", status_code=201)
def create_unit(
    centre: UUID, body: schemas.RentalUnitIn, who: Who, pool: Connections
) -> schemas.RentalUnitOut:
    """Enter a unit that the centre lets; for managers."""
    return _unit(tenancies.add_unit(pool, who, CentreId(centre), body.name))


@router.get("/centres/{centre}/tenancies")
def list_tenancies(centre: UUID, who: Who, pool: Connections) -> paging.Page[schemas.TenancyOut]:
    """List tenancies, the latest first day first: all to managers, a company its own."""
    return paging.whole([_told(t) for t in tenancies.shown(pool, who, CentreId(centre))])


@router.post("/centres/{centre}/tenancies", status_code=201)
def create_tenancy(
    centre: UUID, body: schemas.TenancyIn, who: Who, pool: Connections, *, accept: Accepted = False
) -> schemas.TenancyOut:
    """Let a unit to a company; 409 where it has a tenant on some of the days. For managers.

    Refused with `stay.changes_issued` for each issued statement that it would change, until that is
    accepted.
    """
    made = tenancies.let(
        pool,
        who,
        centre=CentreId(centre),
        unit=UnitId(body.unit),
        company=CompanyId(body.company),
        since=body.since,
        terms=body.terms(),
        check=asked(is_accepted=accept),
    )
    return _told(made)


@router.get("/centres/{centre}/tenancy-terms")
def get_tenancy_terms(centre: UUID, who: Who, pool: Connections) -> schemas.TenancyTermsIO:
    """Return how long before its end both sides are told of a contract."""
    found = tenancy_notices.terms(pool, who, CentreId(centre))
    return schemas.TenancyTermsIO(notice_days=found.notice_days)


@router.put("/centres/{centre}/tenancy-terms")
def set_tenancy_terms(
    centre: UUID, body: schemas.TenancyTermsIO, who: Who, pool: Connections
) -> schemas.TenancyTermsIO:
    """Set it. A contract that ends soon is told of once."""
    terms = TenancyTerms(notice_days=body.notice_days)
    tenancy_notices.change(pool, who, CentreId(centre), terms)
    return body


@router.get("/tenancies/{tenancy_id}")
def get_tenancy(tenancy_id: UUID, who: Who, pool: Connections) -> schemas.TenancyOut:
    """Return a tenancy, for its company and the centre's managers."""
    return _told(tenancies.find(pool, who, TenancyId(tenancy_id)))


@router.post("/tenancies/{tenancy_id}/end")
def end_tenancy(
    tenancy_id: UUID,
    body: schemas.TenancyEndIn,
    who: Who,
    pool: Connections,
    *,
    accept: Accepted = False,
) -> schemas.TenancyOut:
    """Decide on the last day, after a notice or otherwise; for managers.

    Refused with `stay.changes_issued` for each issued statement that it would change, until that is
    accepted.
    What is kept is a difference of them.
    """
    ended = tenancies.end(
        pool,
        who,
        TenancyId(tenancy_id),
        until=tenancies.day_after(body.last_day),
        notice_on=body.notice_on,
        reason=body.reason,
        check=asked(is_accepted=accept),
    )
    return _told(ended)


@router.post("/tenancies/{tenancy_id}/renewal", status_code=201)
def renew_tenancy(
    tenancy_id: UUID,
    body: schemas.RentTermsIn,
    who: Who,
    pool: Connections,
    *,
    accept: Accepted = False,
) -> schemas.TenancyOut:
    """Let the unit on to the company from the day after its last; for managers."""
    check = asked(is_accepted=accept)
    return _told(tenancies.renew(pool, who, TenancyId(tenancy_id), body.terms(), check))


@router.get("/tenancies/{tenancy_id}/deposits")
def list_deposits(tenancy_id: UUID, who: Who, pool: Connections) -> schemas.DepositsOut:
    """Return what is held of a tenancy's deposit, for its company and the centre's managers."""
    found = deposits.shown(pool, who, TenancyId(tenancy_id))
    return schemas.DepositsOut(held=held(found), items=[_entry(e) for e in found])


@router.post("/tenancies/{tenancy_id}/deposits", status_code=201)
def create_deposit(
    tenancy_id: UUID, body: schemas.DepositIn, who: Who, pool: Connections
) -> schemas.DepositOut:
    """Enter money of a deposit; 409 where more would go than is held. For managers."""
    entry = deposits.enter(
        pool,
        who,
        TenancyId(tenancy_id),
        kind=body.kind,
        amount=body.amount,
        paid_on=body.paid_on,
        note=body.note,
        now=datetime.now(UTC),
    )
    return _entry(entry)


@router.post("/deposits/{deposit_id}/reverse", status_code=201)
def reverse_deposit(
    deposit_id: UUID, body: ReverseIn, who: Who, pool: Connections
) -> schemas.DepositOut:
    """Take a wrong entry of a deposit back; both stay on record. For managers."""
    return _entry(deposits.take_back(pool, who, DepositId(deposit_id), reason=body.reason))


def _entry(entry: DepositEntry) -> schemas.DepositOut:
    return schemas.DepositOut(
        id=entry.id,
        tenancy=entry.tenancy_id,
        kind=entry.kind,
        amount=entry.amount,
        paid_on=entry.paid_on,
        note=entry.note,
        reverses=entry.reverses,
        recorded_at=entry.recorded_at,
    )


def _unit(unit: RentalUnit) -> schemas.RentalUnitOut:
    return schemas.RentalUnitOut(id=unit.id, centre=unit.centre_id, name=unit.name)


def _told(one: Tenancy) -> schemas.TenancyOut:
    ending = one.ending
    return schemas.TenancyOut(
        id=one.id,
        centre=one.centre_id,
        unit=one.unit_id,
        unit_name=one.unit,
        company=one.company_id,
        since=one.since,
        last_day=one.until - ONE_DAY if one.until else None,
        agreed_last_day=one.agreed_until - ONE_DAY if one.agreed_until else None,
        is_void=one.is_void,
        notice_on=ending.notice_on if ending else None,
        end_reason=ending.reason if ending else "",
        rent=one.rent,
        maintenance=one.maintenance,
        tax_type=one.tax_type,
        renews=one.renews,
        note=one.note,
        recorded_at=one.recorded_at,
    )
