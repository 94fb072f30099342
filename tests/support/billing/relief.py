"""Charges with their reliefs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.statement import FEES
from gadong.billing.domain.tariff_terms import TaxType
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import floored, percent
from tests.support.golden import TRACE


def charge(component: Component, gross: int, **trace: object) -> Charge:
    """A charge as rating makes it: its discounts taken off (a fee has none), floored, nothing where
    it was waived.
    """
    # A test's own keywords.
    told = replace(TRACE, gross=str(gross), **trace)  # type: ignore[arg-type]
    off = (told.discount_pct, told.extra_pct) if component not in FEES else (Decimal(0), Decimal(0))
    net = gross * (1 - percent(off[0])) * (1 - percent(off[1]))
    amount = 0 if told.waived else floored(Fraction(net))
    return Charge(
        key="k", component=component, amount=amount, tax_type=TaxType.TAXABLE_10, trace=told
    )
