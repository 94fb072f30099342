"""Wire formats of sales beside machine time, proofs of companies, and holidays."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed, NamesMachine
from api.v1.schemas import In, Instant, MonthText, Out, Reason, Whole
from gadong.billing.domain.sale import QuantitySource, Spoiled
from gadong.billing.domain.tariff_terms import TaxType

Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$")]


class SaleIn(NamesMachine):
    """A quantity of one of the tariff's goods that a company had."""

    centre: UUID
    company: UUID
    booking: UUID | None = None
    at: Instant
    code: Name = Field(examples=["pla"])
    quantity: Decimal = Field(gt=0, le=1_000_000, examples=["248.35"])
    unit: Literal["g", "kg", "mL", "ea", "h", "kWh"] = Field(examples=["g"])
    source: QuantitySource = QuantitySource.HAND
    spoiled: Spoiled = Field(default=Spoiled.NO, description="Cause of a spoiled print.")
    note: str = Field(default="", max_length=200)


class PrintOut(MachineNamed):
    """A print that is over and of which no material is entered: how much filament its printer
    counted.
    """

    booking: UUID | None
    start: datetime
    end: datetime
    name: str | None
    result: str | None
    millimetres: float
    message: UUID = Field(description="The last message of that count: /api/v1/messages/{id}")
    likely: Spoiled = Field(description="Likely cause of a spoiled print, by the machine's report.")


class PrintIn(In):
    """Enter what a print drew in as one of the tariff's filaments."""

    centre: UUID
    company: UUID
    month: MonthText
    message: UUID
    code: Name = Field(examples=["pla"])
    spoiled: Spoiled = Spoiled.NO
    note: str = Field(default="", max_length=200)


class BookingEnergyOut(MachineNamed):
    """Energy of a machine in the time that only this booking may be charged for.

    Null where its meter was silent.
    """

    booking: UUID
    basis: str = Field(
        examples=["counter"], description="counter, power (integrated), mixed, or none"
    )
    watt_hours: float | None = Field(examples=[4321.0])
    seconds: int = Field(description="The booking's own time.")
    covered_seconds: int = Field(description="So many seconds of it were measured.")
    resets: int
    doubtful: int


class BookingEnergyIn(In):
    """Enter a booking's energy as one of the tariff's goods that are counted in kWh."""

    code: Name = Field(examples=["power"])
    note: str = Field(default="", max_length=200)


class OwnLineIn(In):
    """A manager's own line on a company's month; a negative one takes off."""

    centre: UUID
    company: UUID
    at: Instant
    amount: Whole = Field(ge=-1_000_000_000, le=1_000_000_000, examples=[-5000])
    tax_type: TaxType = TaxType.TAXABLE_10
    reason: Reason


class SaleOut(Out):
    """An entry; `quantity` is in the unit's smallest part (mg, µL, pieces, seconds, Wh)."""

    id: UUID
    company: UUID
    machine: UUID | None
    machine_slug: str | None
    booking: UUID | None
    at: datetime
    code: str
    quantity: int
    source: QuantitySource
    spoiled: Spoiled
    amount: int | None
    tax_type: TaxType | None
    note: str
    reverses: UUID | None
    recorded_at: datetime
    message: UUID | None = Field(description="Source message of a quantity from the job log.")


class ExtraIO(In):
    """A company's proof: from a day on, until (not on) another. An empty time withdraws it."""

    name: Name = Field(examples=["관내"])
    since: date = Field(examples=["2026-11-01"])
    until: date | None = Field(default=None, examples=["2027-11-01"])
    proof: str = Field(default="", max_length=200, examples=["사업자등록증 2026-10"])


class HolidayIn(In):
    """A centre's own word on a day."""

    day: date = Field(examples=["2026-12-24"])
    name: Name = Field(examples=["창립기념일"])
    is_holiday: bool = True


class HolidayOut(Out):
    """A holiday, or a day that a centre or the country took back."""

    day: date
    name: str
    is_holiday: bool
    is_own: bool = Field(description="The centre's own word, not the country's.")
