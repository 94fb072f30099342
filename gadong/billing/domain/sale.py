"""Sales by quantity beside machine time: materials, operators' hours, trainings, own lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from gadong.billing.domain.charge import UNNAMED, Charge, Names, Sold, Trace
from gadong.billing.domain.documents.tax_item import TaxItem
from gadong.billing.domain.rate_terms import Basis
from gadong.billing.domain.tariff_terms import Good, GoodKind, TaxType
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import (
    BookingId,
    CentreId,
    CompanyId,
    EntryId,
    MachineId,
    MessageId,
    PersonId,
)
from gadong.core.domain.money import floored, percent

COMPONENTS = {
    GoodKind.MATERIAL: Component.MATERIAL,
    GoodKind.OPERATOR: Component.OPERATOR,
    GoodKind.TRAINING: Component.TRAINING,
    GoodKind.COMMISSION: Component.COMMISSION,
}


class QuantitySource(StrEnum):
    """The source of a quantity; a scale precedes a printer's counter.

    The reason: docs/reference/billing.md#materials.
    """

    JOB_LOG = "job_log"
    SLICER = "slicer"
    SCALE = "scale"
    HAND = "hand"
    METER = "meter"  # a machine's energy in a booking's own time


class Spoiled(StrEnum):
    """The outcome of used material: good, or spoiled by the machine or the user."""

    NO = "no"
    MACHINE = "machine"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleEntry:
    """A quantity that a company had, or (`code` empty) a manager's own line with its amount.

    A fact.

    `quantity` is in the measure's smallest unit. `at` decides the month and the tariff. `reverses`
    takes an earlier entry back. `message_id` is the message that a quantity of the job log was read
    from.
    """

    id: EntryId
    centre_id: CentreId
    company_id: CompanyId
    machine_id: MachineId | None
    booking_id: BookingId | None
    at: datetime
    code: str
    quantity: int
    source: QuantitySource
    spoiled: Spoiled
    amount: int | None
    tax_type: TaxType | None
    note: str
    reverses: EntryId | None
    recorded_by: PersonId
    recorded_at: datetime
    message_id: MessageId | None = None


def sell(
    entry: SaleEntry,
    good: Good,
    *,
    discount_pct: Decimal = Decimal(0),
    extra_pct: Decimal = Decimal(0),
    names: tuple[Names, Names] = (UNNAMED, UNNAMED),
    tariff: str,
) -> list[Charge]:
    """Charge a quantity; `names` are those of the category's and the extra discount."""
    charged = -(-max(0, entry.quantity - good.free) // good.increment) * good.increment
    pct = {
        Spoiled.NO: Decimal(100),
        Spoiled.MACHINE: good.machine_fault_pct,
        Spoiled.USER: good.user_fault_pct,
    }[entry.spoiled]
    gross = Fraction(good.price) * charged / good.measure.smallest
    if charged:
        gross = max(gross, Fraction(good.minimum_amount))
    gross *= percent(pct)
    off = (discount_pct, extra_pct) if good.is_discounted else (Decimal(0), Decimal(0))
    amount = floored(gross * (1 - percent(off[0])) * (1 - percent(off[1])))
    sold = Sold(
        name_ko=good.name_ko,
        name_en=good.name_en,
        measure=good.measure.value,
        quantity=entry.quantity,
        charged=charged,
        price=good.price,
        pct=pct,
        note=entry.note,
        at=entry.at,
        tax_item=good.booked_as,
    )
    trace = replace(
        _trace(str(gross), tariff, sold=sold, discount_pct=off[0], extra_pct=off[1]),
        messages=(str(entry.message_id),) if entry.message_id else (),
        discount_names=names[0],
        extra_names=names[1],
    )
    component = COMPONENTS[good.kind]
    key = f"entry:{entry.id}/{component}"
    # Spoiled material stays on the statement at nothing, with its reason.
    return [
        Charge(key=key, component=component, amount=amount, tax_type=good.tax_type, trace=trace)
    ]


def own_line(entry: SaleEntry, *, tariff: str = "") -> Charge:
    """Return the charge of a manager's own line, in the prices of its day's tariff."""
    if entry.amount is None or entry.tax_type is None:
        raise ValueError("an own line has an amount and a tax type")
    sold = Sold(
        name_ko=entry.note,
        name_en=entry.note,
        measure="ea",
        quantity=1,
        charged=1,
        price=Decimal(entry.amount),
        pct=Decimal(100),
        note="",
        at=entry.at,
        tax_item=TaxItem.OTHER,
    )
    return Charge(
        key=f"entry:{entry.id}/{Component.OTHER}",
        component=Component.OTHER,
        amount=entry.amount,
        tax_type=entry.tax_type,
        trace=_trace(str(entry.amount), tariff, sold=sold),
    )


def _trace(
    gross: str,
    tariff: str,
    *,
    sold: Sold,
    discount_pct: Decimal = Decimal(0),
    extra_pct: Decimal = Decimal(0),
) -> Trace:
    return Trace(
        basis=Basis.BOOKED,
        measured_seconds=0,
        billed_seconds=0,
        counter_seconds=0,
        rate_per_hour=Decimal(0),
        discount_pct=discount_pct,
        extra_pct=extra_pct,
        gross=gross,
        periods=(),
        messages=(),
        tariff=tariff,
        sold=sold,
    )
