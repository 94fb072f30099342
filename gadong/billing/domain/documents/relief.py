"""Relief (감면액): the list price of a company's use, and each reduction of it.

The parts of the sum: docs/reference/billing.md#relief.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.statement import FEES, Totals
from gadong.core.domain.charge_component import Component
from gadong.core.domain.money import floored, percent

NOTHING_OFF = (Decimal(0), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """Whole won, as prices are written (with the tax where they hold it).

    `listed` = `free` + `category` + `extra` + `cap` + `waived` + `rounded` + `charged`, exactly.
    Free time counts at its item's own rate; managers' negative lines count as waived. Of what was
    charged, `subsidy` is a programme's to pay.
    """

    listed: int = 0
    free: int = 0
    category: int = 0
    extra: int = 0
    cap: int = 0
    waived: int = 0
    rounded: int = 0
    charged: int = 0
    subsidy: int = 0

    def __add__(self, other: Relief) -> Relief:
        """Both together."""
        return Relief(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    @property
    def granted(self) -> int:
        """Return everything that a company did not pay of its list price: 감면액."""
        return self.listed - self.charged + self.subsidy


def relief(charges: Iterable[Charge], totals: Totals) -> Relief:
    """Return the list price of a document's lines, with all its reductions."""
    listed = free = category = extra = waived = Fraction(0)
    cap = 0
    for charge in charges:
        trace, gross = charge.trace, charge.trace.own_gross
        if charge.component is Component.CAP:
            cap -= charge.amount
            continue
        if charge.component is Component.OTHER and charge.amount < 0:
            waived -= charge.amount
            continue
        if charge.component is Component.TIME:
            given = trace.free_list_price
            listed, free = listed + given, free + given
        # A fee is a part of a price that has the discounts off already.
        off = NOTHING_OFF if charge.component in FEES else (trace.discount_pct, trace.extra_pct)
        by_category = gross * percent(off[0])
        by_extra = (gross - by_category) * percent(off[1])
        listed, category, extra = listed + gross, category + by_category, extra + by_extra
        if trace.waived:
            waived += gross - by_category - by_extra
    found = Relief(
        listed=floored(listed),
        free=floored(free),
        category=floored(category),
        extra=floored(extra),
        cap=cap,
        waived=floored(waived),
        charged=totals.lines + totals.truncation,
        subsidy=totals.subsidy,
    )
    taken = found.free + found.category + found.extra + found.cap + found.waived
    return found + Relief(rounded=found.listed - taken - found.charged)
