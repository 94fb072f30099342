"""A tariff with all its terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.rate_terms import (
    Basis,
)
from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled, own_line
from gadong.billing.domain.tariff import RateItem
from gadong.billing.domain.tariff_terms import (
    TaxType,
)
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import EntryId, PersonId, new_id
from tests.support.golden import CENTRE, A, at


def item(rate: int, **more: object) -> RateItem:
    """A machine that is billed as booked, by the minute."""
    plain: dict[str, object] = {
        "basis": Basis.BOOKED,
        "increment_seconds": 60,
        "increment_grace_seconds": 0,
    }
    terms: dict[str, Any] = {**plain, **more}
    return RateItem(machine="m", rate_per_hour=Decimal(rate), **terms)  # by name


def of(lines: list[Charge]) -> dict[Component, int]:
    """The amounts by component."""
    return {
        line.component: sum(x.amount for x in lines if x.component is line.component)
        for line in lines
    }


def entry(code: str, quantity: int, **more: object) -> SaleEntry:
    """Something that company A had."""
    plain: dict[str, object] = {
        "id": EntryId(new_id()),
        "centre_id": CENTRE,
        "company_id": A,
        "machine_id": None,
        "booking_id": None,
        "at": at("12:00"),
        "code": code,
        "quantity": quantity,
        "source": QuantitySource.SCALE,
        "spoiled": Spoiled.NO,
        "amount": None,
        "tax_type": None,
        "note": "",
        "reverses": None,
        "recorded_by": PersonId(new_id()),
        "recorded_at": at("12:00"),
    }
    return SaleEntry(**{**plain, **more})  # type: ignore[arg-type]  # by name


def line(amount: int, tax_type: TaxType = TaxType.TAXABLE_10) -> Charge:
    """A line of an amount."""
    return own_line(entry("", 0, amount=amount, tax_type=tax_type, note="줄"))
