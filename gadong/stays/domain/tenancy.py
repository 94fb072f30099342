"""Tenancies: a firm that rents a unit by the month (입주공간)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gadong.core.domain.ids import CentreId, CompanyId, PersonId, TenancyId, UnitId
from gadong.core.domain.problem import Conflict, Invalid
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.days import Days

# A room at a hundred million a month is a slip of the pen.
MOST_WON = 100_000_000
# The end of what never ends: a range needs one.
NEVER = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class RentalUnit:
    """A room that a centre lets, or a cold store in which it keeps goods."""

    id: UnitId
    centre_id: CentreId
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenancyEnd:
    """The last day of a tenancy as decided later: notice, an earlier leave, a longer stay.

    `until` is the day after the last. A tenancy that ends as it begins was never in force.
    `notice_on` is the day of the firm's notice, where it gave any.
    """

    until: date
    notice_on: date | None
    reason: str
    recorded_by: PersonId
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """A firm's contract for a unit, with its won a month. A fact.

    `agreed_until` is the day after the last of the contract; None while no end is agreed. `ending`
    is the latest decision on its end. `renews` is the contract that this one goes on from.
    """

    id: TenancyId
    centre_id: CentreId
    unit_id: UnitId
    unit: str
    company_id: CompanyId
    since: date
    agreed_until: date | None
    rent: int
    maintenance: int
    tax_type: TaxType
    renews: TenancyId | None
    note: str
    recorded_by: PersonId
    recorded_at: datetime
    ending: TenancyEnd | None = None

    @property
    def until(self) -> date | None:
        """Return the day after the last; None where no end is known."""
        return self.ending.until if self.ending else self.agreed_until

    @property
    def days(self) -> Days:
        """Return the days of the tenancy."""
        return Days(self.since, self.until or NEVER)

    @property
    def is_void(self) -> bool:
        """Return whether it was never in force."""
        return self.until == self.since


def need_terms(*, since: date, until: date | None, rent: int, maintenance: int) -> None:
    """Raise Invalid for a contract that ends before it begins, or has no possible price."""
    if until is not None and until <= since:
        raise Invalid("A tenancy has its last day on its first day or after it", field="last_day")
    for name, won in (("rent", rent), ("maintenance", maintenance)):
        if not 0 <= won <= MOST_WON:
            raise Invalid(f"This is from 0 to {MOST_WON:,} won a month", field=name)


def renewed_from(tenancy: Tenancy) -> date:
    """Return the first day of a renewal; Conflict without an end, or for one never in force."""
    if tenancy.is_void:
        raise Conflict("This tenancy was never in force")
    if tenancy.until is None:
        raise Conflict("This tenancy has no end; say its last day before it is renewed")
    return tenancy.until
