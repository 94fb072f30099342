"""Tax invoices, which are issued in Hometax: their due date and their lines.

The rules: docs/reference/billing.md#tax-invoices.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.tax_item import TaxItem
from gadong.billing.domain.kept_correction import InvoiceKind, TaxInvoice
from gadong.billing.domain.statement import Totals
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.calendar import Month, is_working
from gadong.core.domain.charge_component import Component
from gadong.core.domain.usage_mode import UsageMode
from gadong.texts.charges import TAX_ITEMS

DUE_DAY = 10
#: The tax items of lines that name none: documents of before goods had one, and a machine's time.
ITEMS = {
    Component.MATERIAL: TaxItem.MATERIAL,
    Component.OPERATOR: TaxItem.SUPPORT,
    Component.TRAINING: TaxItem.TRAINING,
    Component.COMMISSION: TaxItem.ANALYSIS,
    # No supply as a rule, and so on no tax invoice; where a centre taxes it, it stands apart.
    Component.NO_SHOW: TaxItem.PENALTY,
    Component.LATE_CANCEL: TaxItem.PENALTY,
    Component.OTHER: TaxItem.OTHER,
}
# Hometax's layout has room for four.
MOST_ITEMS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a tax invoice, in whole won."""

    name: str
    supply: int
    vat: int


def items(charges: Iterable[Charge], totals: Totals) -> Sequence[Item]:
    """Return the lines of a document's tax invoice, equal to its supply and tax to the won.

    The greatest line takes what truncation and flooring leave. It also takes the charges beyond the
    fourth, and those that are no sale: a cap, or a manager's reduction. A line that would fall
    below zero is left out, and the next one takes the rest.

    A document that adds prices with and without the tax can end with a few won of supply and a tax
    below zero. No tax invoice can say that, so there are no lines.
    """
    taxed = [charge for charge in charges if charge.tax_type is TaxType.TAXABLE_10]
    # Lines of engines before 5 do not say whether they hold the tax; then all of a document's do,
    # or none.
    is_inside = totals.taxable + totals.vat <= sum(charge.amount for charge in taxed)
    sums: dict[str, int] = {}
    held: dict[str, int] = {}
    for charge in taxed:
        name = TAX_ITEMS[tax_item(charge)][0]
        sums[name] = sums.get(name, 0) + charge.amount
        if charge.vat_mode is VatMode.INCLUSIVE or (charge.vat_mode is None and is_inside):
            held[name] = held.get(name, 0) + charge.amount
    if totals.taxable <= 0 or totals.vat < 0:
        return ()
    by_size = sorted(sums, key=lambda n: (-sums[n], n))
    ordered = [name for name in by_size if sums[name] > 0] or by_size[:1]
    found = (
        _items(ordered[left_out:][:MOST_ITEMS], sums, held, totals)
        for left_out in range(len(ordered))
    )
    # The last line alone bears the whole supply, which is above nothing.
    return next(every for every in found if every[0].supply > 0 and every[0].vat >= 0)


def _items(
    ordered: Sequence[str], sums: Mapping[str, int], held: Mapping[str, int], totals: Totals
) -> Sequence[Item]:
    """Return the items of the names, of which the first bears what the others leave of the
    totals.
    """
    rest = []
    for name in ordered[1:]:
        # Prices that hold the tax are parted as the document is: an eleventh, floored.
        within = held.get(name, 0) // 11
        vat = within + (sums[name] - held.get(name, 0)) // 10
        rest.append(Item(name=name, supply=sums[name] - within, vat=vat))
    first = Item(
        name=ordered[0],
        supply=totals.taxable - sum(i.supply for i in rest),
        vat=totals.vat - sum(i.vat for i in rest),
    )
    return (first, *rest)


def tax_item(charge: Charge) -> TaxItem:
    """Return the item under which tax invoices book a charge: its good's own, or what its component
    stands for.
    """
    if charge.trace.sold and charge.trace.sold.tax_item:
        return charge.trace.sold.tax_item
    # Commissioned work is booked apart from machine time (docs/reference/billing.md#usage-modes).
    if charge.trace.usage_mode is UsageMode.COMMISSIONED:
        return TaxItem.ANALYSIS
    return ITEMS.get(charge.component, TaxItem.USE)


def first_invoice(known: Iterable[TaxInvoice], kind: InvoiceKind) -> TaxInvoice | None:
    """Return a statement's own invoice of a kind, of which there is one; others amend it."""
    return next((one for one in known if one.correction_id is None and one.kind is kind), None)


def tax_invoice_due(month: Month, holidays: Container[date]) -> date:
    """Return the due day of a month's tax invoice, moved past weekends and holidays."""
    due = date(month.following.year, month.following.number, DUE_DAY)
    while not is_working(due, holidays):
        due += timedelta(days=1)
    return due
