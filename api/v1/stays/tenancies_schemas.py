"""Requests and answers about units and tenancies."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Out, Whole
from gadong.core.domain.tax_type import TaxType
from gadong.stays.domain.deposit import DepositKind
from gadong.stays.domain.tenancy import MOST_WON
from gadong.stays.domain.tenancy_notice import MOST_NOTICE_DAYS
from gadong.stays.services.deposits import MOST_WON as MOST_DEPOSIT
from gadong.stays.services.tenancies import RentTerms, day_after


class RentalUnitIn(In):
    """A unit that the centre lets."""

    name: str = Field(min_length=1, max_length=60, examples=["201호"])


class RentalUnitOut(Out):
    """A unit that the centre lets."""

    id: UUID
    centre: UUID
    name: str


class RentTermsIn(In):
    """The terms of a contract, in won a month."""

    last_day: date | None = Field(
        default=None, description="The last day that is charged; null while no end is agreed."
    )
    rent: Whole = Field(ge=0, le=MOST_WON, description="임대료", examples=[200000])
    maintenance: Whole = Field(default=0, ge=0, le=MOST_WON, description="관리비", examples=[50000])
    tax_type: TaxType = TaxType.TAXABLE_10
    note: str = Field(default="", max_length=500)

    def terms(self) -> RentTerms:
        """Return the terms as the service takes them."""
        return RentTerms(
            until=day_after(self.last_day) if self.last_day else None,
            rent=self.rent,
            maintenance=self.maintenance,
            tax_type=self.tax_type,
            note=self.note,
        )


class TenancyIn(RentTermsIn):
    """A tenancy: a company rents a unit from its first to its last day."""

    unit: UUID
    company: UUID
    since: date = Field(description="The first day that is charged.", examples=["2026-03-01"])


class TenancyEndIn(In):
    """A decision on the last day. The day before the first one takes the tenancy back."""

    last_day: date
    notice_on: date | None = Field(default=None, description="The day of the company's notice.")
    reason: str = Field(min_length=1, max_length=500)


class DepositIn(In):
    """Money of a deposit that came, went back, or was kept for what the tenant owes."""

    kind: DepositKind
    amount: Whole = Field(ge=1, le=MOST_DEPOSIT, examples=[2000000])
    paid_on: date
    note: str = Field(default="", max_length=200, description="Needed for what was kept.")


class DepositOut(Out):
    """An entry of a deposit. `reverses` names the one that it takes back."""

    id: UUID
    tenancy: UUID = Field(description="The first contract; renewals have the same deposit.")
    kind: DepositKind
    amount: int
    paid_on: date
    note: str
    reverses: UUID | None
    recorded_at: datetime


class DepositsOut(Out):
    """The deposit of a tenancy: what the centre holds, and every entry in order."""

    held: int
    items: list[DepositOut]
    next: None = Field(default=None, description="The entries come whole.")


class TenancyOut(Out):
    """A tenancy with its last day as decided last."""

    id: UUID
    centre: UUID
    unit: UUID
    unit_name: str
    company: UUID
    since: date
    last_day: date | None
    agreed_last_day: date | None = Field(description="The last day as the contract has it.")
    is_void: bool = Field(description="It was taken back, and never was in force.")
    notice_on: date | None
    end_reason: str
    rent: int
    maintenance: int
    tax_type: TaxType
    renews: UUID | None = Field(description="The tenancy that this one goes on from.")
    note: str
    recorded_at: datetime


class TenancyTermsIO(In):
    """The days before its last day from which a contract ends soon; 0: nobody is told."""

    notice_days: int = Field(ge=0, le=MOST_NOTICE_DAYS, examples=[30])
