"""Tenancies: a unit is let, the contract ends or is renewed, and firms see their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, TenancyId, UnitId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.domain.tax_type import TaxType
from gadong.people.services.customers import need_customer
from gadong.stays.domain.days import Days
from gadong.stays.domain.stay_change import StayChange
from gadong.stays.domain.tenancy import RentalUnit, Tenancy, TenancyEnd, need_terms, renewed_from
from gadong.stays.services.stay_checks import StayCheck, unasked
from gadong.stays.store import tenancies


@dataclass(frozen=True, slots=True, kw_only=True)
class RentTerms:
    """The terms of a contract: its day after the last (None: open), and its won a month."""

    until: date | None
    rent: int
    maintenance: int
    tax_type: TaxType
    note: str = ""


@retried
def add_unit(pool: Pool, who: Caller, centre: CentreId, name: str) -> RentalUnit:
    """Enter a unit that the centre lets; Conflict where it has one of the name."""
    permit = who.need(centre, Right.MONEY_WORK)
    unit = RentalUnit(id=UnitId(new_id()), centre_id=centre, name=" ".join(name.split()))
    if not unit.name:
        raise Invalid("This must be said", field="name")
    with transaction(pool, permit) as tx:
        at = recorded_at(tx, centre)
        tenancies.insert_unit(tx, unit, by=who.person_id, recorded_at=at)
    return unit


def units(pool: Pool, who: Caller, centre: CentreId) -> list[RentalUnit]:
    """List a centre's units by name, for everybody who enters it."""
    permit = who.need_entry(centre)
    with transaction(pool, permit) as tx:
        return tenancies.units(tx, centre)


@retried
def let(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    unit: UnitId,
    company: CompanyId,
    since: date,
    terms: RentTerms,
    check: StayCheck = unasked,
) -> Tenancy:
    """Let a unit to a company; Conflict where it has a tenant on some of the days."""
    permit = who.need(centre, Right.MONEY_WORK)
    with transaction(pool, permit) as tx:
        need_customer(tx, centre, company)
        return _insert(tx, who, centre, unit, company, since, terms, check=check)


@retried
def end(
    pool: Pool,
    who: Caller,
    tenancy_id: TenancyId,
    *,
    until: date,
    notice_on: date | None,
    reason: str,
    check: StayCheck = unasked,
) -> Tenancy:
    """Decide on a tenancy's last day, earlier or later than was agreed.

    `until` is the day after it. One that ends as it begins was never in force. Conflict while a
    renewal goes on from it: that would be charged on.
    """
    with transaction(pool, who.reach()) as tx:
        tenancy = _worked_on(tx, who, tenancy_id)
        if until < tenancy.since:
            raise Invalid(
                "A tenancy ends on its first day or later; the day before it takes it back",
                field="last_day",
            )
        if until == tenancy.until:
            raise Conflict("The tenancy ends on this day already")
        if tenancy.until is not None and until > tenancy.until:
            need_customer(tx, tenancy.centre_id, tenancy.company_id)
        if not reason.strip():
            raise Invalid("This must be said", field="reason")
        ending = TenancyEnd(
            until=until,
            notice_on=notice_on,
            reason=reason.strip(),
            recorded_by=who.person_id,
            recorded_at=recorded_at(tx, tenancy.centre_id),
        )
        tenancies.insert_end(tx, tenancy, ending)
        was = tenancy.days.end
        change = StayChange(
            centre_id=tenancy.centre_id,
            company_id=tenancy.company_id,
            days=Days(min(was, until), max(was, until)),
            is_more=until > was,
            recorded_at=ending.recorded_at,
        )
        check(tx, change)
        return _found(tx, tenancy_id)


@retried
def renew(
    pool: Pool,
    who: Caller,
    tenancy_id: TenancyId,
    terms: RentTerms,
    check: StayCheck = unasked,
) -> Tenancy:
    """Let the unit on to the same company from the day after its last, under new terms."""
    with transaction(pool, who.reach()) as tx:
        before = _worked_on(tx, who, tenancy_id)
        need_customer(tx, before.centre_id, before.company_id)
        return _insert(
            tx,
            who,
            before.centre_id,
            before.unit_id,
            before.company_id,
            renewed_from(before),
            terms,
            check=check,
            renews=before.id,
        )


def find(pool: Pool, who: Caller, tenancy_id: TenancyId) -> Tenancy:
    """Return a tenancy, for its company and those who see the centre's money."""
    with transaction(pool, who.reach()) as tx:
        return need_seen(tx, who, tenancy_id)


def shown(pool: Pool, who: Caller, centre: CentreId) -> list[Tenancy]:
    """List a centre's tenancies, the latest first day first: a company its own."""
    permit = who.need_entry(centre)
    companies = None if who.may(centre, Right.MONEY_SEE) else who.companies
    with transaction(pool, permit) as tx:
        return tenancies.of_centre(tx, centre, companies=companies)


def need_seen(tx: Tx, who: Caller, tenancy_id: TenancyId) -> Tenancy:
    """Return a tenancy; NotFound unless the caller may see it. In the caller's transaction."""
    found = tenancies.find(tx, tenancy_id)
    if found is None or not who.may_see(found.centre_id, found.company_id, Right.MONEY_SEE):
        raise NotFound("There is no such tenancy that you may see")
    return found


def day_after(last_day: date, *, field: str = "last_day") -> date:
    """Return the day after a last day; Invalid for one beyond which there is none."""
    if not date(2000, 1, 1) <= last_day <= date(2999, 12, 31):
        raise Invalid("A day lies in the years 2000 to 2999", field=field)
    return last_day + timedelta(days=1)


def _insert(
    tx: Tx,
    who: Caller,
    centre: CentreId,
    unit_id: UnitId,
    company: CompanyId,
    since: date,
    terms: RentTerms,
    *,
    check: StayCheck,
    renews: TenancyId | None = None,
) -> Tenancy:
    day_after(since, field="since")
    need_terms(since=since, until=terms.until, rent=terms.rent, maintenance=terms.maintenance)
    unit = next((u for u in tenancies.units(tx, centre) if u.id == unit_id), None)
    if unit is None:
        raise NotFound("The centre has no such unit")
    tenancy = Tenancy(
        id=TenancyId(new_id()),
        centre_id=centre,
        unit_id=unit.id,
        unit=unit.name,
        company_id=company,
        since=since,
        agreed_until=terms.until,
        rent=terms.rent,
        maintenance=terms.maintenance,
        tax_type=terms.tax_type,
        renews=renews,
        note=terms.note.strip(),
        recorded_by=who.person_id,
        recorded_at=recorded_at(tx, centre),
    )
    tenancies.insert(tx, tenancy)
    change = StayChange(
        centre_id=centre,
        company_id=company,
        days=tenancy.days,
        is_more=True,
        recorded_at=tenancy.recorded_at,
    )
    check(tx, change)
    return tenancy


def _found(tx: Tx, tenancy_id: TenancyId) -> Tenancy:
    found = tenancies.find(tx, tenancy_id)
    if found is None:
        raise NotFound
    return found


def _worked_on(tx: Tx, who: Caller, tenancy_id: TenancyId) -> Tenancy:
    found = need_seen(tx, who, tenancy_id)
    who.need(found.centre_id, Right.MONEY_WORK)
    return found
