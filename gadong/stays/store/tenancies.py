"""Units, tenancies, and decisions on their ends."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from psycopg import errors
from psycopg.rows import DictRow

from gadong.core.database import END_OF_TIME, Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, TenancyId, new_id
from gadong.core.domain.problem import Conflict
from gadong.core.domain.tax_type import TaxType
from gadong.core.store.queries import statements
from gadong.stays.domain.days import Days
from gadong.stays.domain.tenancy import RentalUnit, Tenancy, TenancyEnd

SQL = statements(__file__)


def insert_unit(tx: Tx, unit: RentalUnit, *, by: object, recorded_at: datetime) -> None:
    """Insert a unit; Conflict where the centre has one of the name."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_unit"],
                id=unit.id,
                centre_id=unit.centre_id,
                name=unit.name,
                recorded_by=by,
                recorded_at=recorded_at,
            )
    except errors.UniqueViolation as trouble:
        raise Conflict("The centre has a unit of this name") from trouble


def units(tx: Tx, centre_id: CentreId) -> list[RentalUnit]:
    """Return a centre's units by name."""
    return [RentalUnit(**row) for row in many(tx, SQL["units"], centre_id=centre_id)]


def insert(tx: Tx, tenancy: Tenancy) -> None:
    """Insert a tenancy; Conflict where the unit is another's on one of its days."""
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert"],
                id=tenancy.id,
                centre_id=tenancy.centre_id,
                unit_id=tenancy.unit_id,
                company_id=tenancy.company_id,
                since=tenancy.since,
                agreed_until=tenancy.agreed_until,
                rent=tenancy.rent,
                maintenance=tenancy.maintenance,
                tax_type=tenancy.tax_type.value,
                renews=tenancy.renews,
                note=tenancy.note,
                recorded_by=tenancy.recorded_by,
                recorded_at=tenancy.recorded_at,
            )
    except errors.ExclusionViolation as trouble:
        raise Conflict("The unit has a tenant on some of these days") from trouble
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name != "tenancies_renewal":
            raise
        raise Conflict("The tenancy ends on another day now; look at it again") from trouble


def insert_end(tx: Tx, tenancy: Tenancy, ending: TenancyEnd) -> None:
    """Insert a decision on the end.

    Conflict where the unit is another's on one of its days, or a renewal goes on from the end.
    """
    try:
        with tx.transaction():
            run(
                tx,
                SQL["insert_end"],
                id=new_id(),
                centre_id=tenancy.centre_id,
                company_id=tenancy.company_id,
                tenancy_id=tenancy.id,
                until=ending.until,
                notice_on=ending.notice_on,
                reason=ending.reason,
                recorded_by=ending.recorded_by,
                recorded_at=ending.recorded_at,
            )
    except errors.ExclusionViolation as trouble:
        raise Conflict("The unit has a tenant on some of these days") from trouble
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name != "tenancy_ends_renewed":
            raise
        raise Conflict(
            "This tenancy was renewed; end the renewal, or take it back first"
        ) from trouble


def find(tx: Tx, tenancy_id: TenancyId) -> Tenancy | None:
    """Return one tenancy."""
    row = one(tx, SQL["find"], id=tenancy_id, recorded_before=END_OF_TIME)
    return _tenancy(row) if row else None


def of_centre(
    tx: Tx, centre_id: CentreId, *, companies: Collection[CompanyId] | None
) -> list[Tenancy]:
    """Return a centre's tenancies, the latest first day first; `companies` keeps to theirs."""
    rows = many(
        tx,
        SQL["of_centre"],
        centre_id=centre_id,
        company_ids=None if companies is None else list(companies),
        recorded_before=END_OF_TIME,
    )
    return [_tenancy(row) for row in rows]


def in_force(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, days: Days, *, recorded_before: datetime
) -> list[Tenancy]:
    """Return a company's tenancies with one of the days, as recorded before the instant."""
    rows = many(
        tx,
        SQL["in_force"],
        centre_id=centre_id,
        company_id=company_id,
        first=days.first,
        end=days.end,
        recorded_before=recorded_before,
    )
    return [_tenancy(row) for row in rows]


def _tenancy(row: DictRow) -> Tenancy:
    ended = {name: row.pop(f"end_{name}") for name in TenancyEnd.__dataclass_fields__}
    return Tenancy(
        **{**row, "tax_type": TaxType(row["tax_type"])},
        ending=TenancyEnd(**ended) if ended["until"] else None,
    )
