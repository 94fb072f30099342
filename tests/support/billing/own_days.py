"""Tariffs and sales of a month's lines."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.subsidy import Subsidy
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from tests.support.billing.whole_tariff import line

TAXED, EXEMPT, OUTSIDE = TaxType.TAXABLE_10, TaxType.EXEMPT, TaxType.OUT_OF_SCOPE


INCLUSIVE, EXCLUSIVE = VatMode.INCLUSIVE, VatMode.EXCLUSIVE


HALF = Subsidy(name="바우처", payer="경남", pct=Decimal(50), monthly_cap=1_000_000)


def sold(amount: int, tax_type: TaxType = TAXED, **more: Any) -> Charge:
    """A line of an amount."""
    return replace(line(amount, tax_type), **{"vat_mode": EXCLUSIVE, **more})
