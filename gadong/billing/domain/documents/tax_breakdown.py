"""A document's sums by tax type, as statements, tax invoices and corrections all say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.statement import Totals, supply_of
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.money import floored, shared

# Documents are truncated to one of these (gadong/billing/domain/tariff.py).
UNITS = (1, 10, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Whole won. `out_of_scope` is no supply: fees for not coming, and whatever else the centre
    says has no tax.

    `total` = `supply` + `vat` + `out_of_scope`. Of it a programme pays the `subsidy` and the
    company what is `payable`. `subsidy_outside` is the part of the subsidy that pays for what is no
    supply.
    """

    taxable: int = 0
    exempt: int = 0
    vat: int = 0
    out_of_scope: int = 0
    subsidy: int = 0
    subsidy_outside: int = 0

    def __add__(self, other: Breakdown) -> Breakdown:
        """Both together."""
        return Breakdown(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    @property
    def supply(self) -> int:
        """Return the supply value (공급가액), taxable and exempt."""
        return self.taxable + self.exempt

    @property
    def total(self) -> int:
        """Return everything that is owed by the company and its programme."""
        return self.supply + self.vat + self.out_of_scope

    @property
    def payable(self) -> int:
        """Return the part that the company pays."""
        return self.total - self.subsidy


def breakdown(charges: Sequence[Charge], totals: Totals) -> Breakdown:
    """Return the sums by tax type.

    `charges` part the supply of documents of engines before 5, whose totals do not.
    """
    untaxed = totals.supply - totals.taxable
    is_parted = totals.exempt + totals.out_of_scope == untaxed
    outside = totals.out_of_scope if is_parted else _outside(charges, untaxed)
    return Breakdown(
        taxable=totals.taxable,
        exempt=untaxed - outside,
        vat=totals.vat,
        out_of_scope=outside,
        subsidy=totals.subsidy,
        subsidy_outside=sum(
            _outside_part(charges, share.programme, share.amount) for share in totals.shares
        ),
    )


def _outside_part(charges: Sequence[Charge], programme: str, amount: int) -> int:
    """Return the part of a programme's won for lines without supply, pro rata of what it covers."""
    covered = [c for c in charges if c.programme and c.programme.name == programme]
    weights = [
        max(0, supply_of((c for c in covered if c.tax_type in taxes), VatMode.EXCLUSIVE))
        for taxes in ((TaxType.TAXABLE_10, TaxType.EXEMPT), (TaxType.OUT_OF_SCOPE,))
    ]
    return shared(amount, weights)[1]


def _outside(charges: Sequence[Charge], untaxed: int) -> int:
    """Return the part without supply of what is not taxed, truncated as the document is."""
    sums = {tax: sum(c.amount for c in charges if c.tax_type is tax) for tax in TaxType}
    for unit in UNITS:
        cut = {tax: floored(amount, unit) for tax, amount in sums.items()}
        if cut[TaxType.EXEMPT] + cut[TaxType.OUT_OF_SCOPE] == untaxed:
            return cut[TaxType.OUT_OF_SCOPE]
    # No engine made such a document; its lines still say more than nothing.
    return min(untaxed, sums[TaxType.OUT_OF_SCOPE])
