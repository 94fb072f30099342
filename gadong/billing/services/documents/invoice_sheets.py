"""Sheets beside a month's tax invoices: invoices for exempt supply (계산서), and amended ones (수정).

Hometax's own layouts of the two were not seen. The first has the columns of the upload, less the
tax. The second has the reason and the approval number of the amended one before them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.registered_invoice import RegisteredInvoice
from gadong.billing.domain.kept_correction import InvoiceKind, TaxInvoice
from gadong.billing.domain.tariff_terms import TaxType
from gadong.billing.domain.tax_invoice import MOST_ITEMS, Item, items, tax_item
from gadong.billing.services.documents.invoice_rows import (
    COLUMNS,
    TaxInvoiceRow,
    upload_cells,
    written_on,
)
from gadong.billing.services.invoices.naming_corrections import LatestDocument
from gadong.billing.services.statement_document import document
from gadong.people.domain.legal_party import Party
from gadong.texts.charges import TAX_ITEMS
from gadong.texts.sheets import AMENDED, EXEMPT_NOTE, INVOICE, INVOICE_SHEETS, korean

Cell = str | int

#: The reason of an amended invoice whose names were wrong (기재사항 착오정정).
NAMES_WRONG = "01"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedRow:
    """A row of an amended invoice: its correction, the approval that it amends, and its cells."""

    correction: str
    approval: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedNames:
    """A registered invoice whose names a later correction says otherwise."""

    wrong: TaxInvoiceRow
    right: TaxInvoiceRow
    was_supplier: Party
    supplier: Party
    correction: str
    approval: str
    written_on: date
    kind: InvoiceKind

    def rows(self) -> list[AmendedRow]:
        """Return the wrong names with amounts below nothing, and the right ones."""
        day = f"{self.written_on:%Y%m%d}"
        pair = (
            negated(upload_cells(self.wrong, self.was_supplier, day)),
            upload_cells(self.right, self.supplier, day),
        )
        return [
            AmendedRow(
                correction=self.correction,
                approval=self.approval,
                cells=cells if self.kind is InvoiceKind.TAX else untaxed(cells),
            )
            for cells in pair
        ]


@dataclass(slots=True)
class OtherInvoices:
    """Invoices of a month beside its tax invoices: for exempt supply, and amended ones."""

    exempt: list[TaxInvoiceRow] = field(default_factory=list)
    amended: list[AmendedNames] = field(default_factory=list)

    def add_exempt(
        self,
        row: TaxInvoiceRow,
        charges: Sequence[Charge],
        supply: int,
        invoices: Sequence[TaxInvoice],
    ) -> None:
        """Add a statement's exempt supply, unless its invoice is registered."""
        is_registered = any(one.kind is InvoiceKind.EXEMPT for one in invoices)
        if (items := exempt_items(charges, supply)) and not is_registered:
            self.exempt.append(replace(row, supply=supply, vat=0, items=items))

    def add_amended(
        self,
        row: TaxInvoiceRow,
        last: LatestDocument,
        invoice: RegisteredInvoice,
        *,
        supplier: Party,
        customer: Party,
    ) -> None:
        """Add an invoice whose names were corrected since, until that is registered as well.

        `supplier` and `customer` are those of its day. Several corrections of names in a row are
        one amended invoice: from the names that were registered last to those of the last
        correction. Its amounts are those that are registered.
        """
        named = _with_sums(row, last, invoice)
        places = [i for i, (made, _) in enumerate(last.namings) if invoice.says(made)]
        open_ones = last.namings[places[-1] + 1 if places else 0 :]
        if not open_ones or not named.items:
            return
        if places:
            _, said = last.namings[places[-1]]
            supplier, customer = said.supplier, said.customer
        made, end = open_ones[-1]
        if (supplier, customer) == (end.supplier, end.customer):
            return
        self.amended.append(
            AmendedNames(
                wrong=replace(named, customer=customer),
                right=replace(named, customer=end.customer),
                was_supplier=supplier,
                supplier=end.supplier,
                correction=made.number,
                approval=invoice.first.approval,
                written_on=invoice.first.written_on,
                kind=invoice.first.kind,
            )
        )

    def cells(
        self, supplier: Party, last_day: date, zone: ZoneInfo
    ) -> tuple[list[list[Cell]], list[AmendedRow]]:
        """Return the rows of both sheets. An exempt invoice's kind is left to whoever issues it."""
        days = [f"{written_on(row.statement, last_day, zone):%Y%m%d}" for row in self.exempt]
        exempt = [
            without_tax(["", *upload_cells(row, supplier, day)[1:]])
            for row, day in zip(self.exempt, days, strict=True)
        ]
        return exempt, [row for one in self.amended for row in one.rows()]


def is_first(invoice: TaxInvoice) -> bool:
    """Return whether an invoice is a statement's own tax invoice, and no amended or exempt one."""
    return invoice.correction_id is None and invoice.kind is InvoiceKind.TAX


def exempt_items(charges: Iterable[Charge], supply: int) -> Sequence[Item]:
    """Return the lines of a document's exempt invoice, equal to its exempt supply to the won.

    The greatest line takes what truncation leaves, the charges beyond the fourth, and reductions.
    """
    sums: dict[str, int] = {}
    for charge in charges:
        if charge.tax_type is TaxType.EXEMPT:
            name = TAX_ITEMS[tax_item(charge)][0]
            sums[name] = sums.get(name, 0) + charge.amount
    if supply <= 0 or not sums:
        return ()
    ordered = sorted(sums, key=lambda name: (-sums[name], name))
    others = [name for name in ordered[1:MOST_ITEMS] if sums[name] > 0]
    first = supply - sum(sums[name] for name in others)
    if first <= 0:
        return (Item(name=ordered[0], supply=supply, vat=0),)
    rest = [Item(name=name, supply=sums[name], vat=0) for name in others]
    return (Item(name=ordered[0], supply=first, vat=0), *rest)


def without_tax(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row of the upload without those of the tax."""
    return [cell for name, cell in zip(COLUMNS, cells, strict=True) if not _is_tax(name)]


def untaxed(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells of a row of the upload with those of the kind and of the tax empty."""
    empty = {INVOICE["kind"].ko}
    return [
        "" if name in empty or _is_tax(name) else cell
        for name, cell in zip(COLUMNS, cells, strict=True)
    ]


def negated(cells: Sequence[Cell]) -> list[Cell]:
    """Return a row of the upload with every amount below nothing."""
    return [-cell if isinstance(cell, int) else cell for cell in cells]


def write_exempt(book: Any, rows: Sequence[Sequence[Cell]], bold: Any, text: Any) -> None:
    """Write the sheet of invoices for exempt supply."""
    sheet = book.add_worksheet(INVOICE_SHEETS["exempt"].ko)
    sheet.write_string(0, 0, EXEMPT_NOTE.ko)
    _write(sheet, [name for name in COLUMNS if not _is_tax(name)], rows, bold, text)


def write_amended(book: Any, rows: Sequence[AmendedRow], bold: Any, text: Any) -> None:
    """Write the sheet of amended invoices: of each, what was wrong below nothing, and the right."""
    sheet = book.add_worksheet(INVOICE_SHEETS["amended"].ko)
    sheet.write_string(0, 0, AMENDED["note"].ko)
    heads = korean((AMENDED["reason"], AMENDED["approval"], AMENDED["correction"]))
    cells = [[NAMES_WRONG, row.approval, row.correction, *row.cells] for row in rows]
    _write(sheet, [*heads, *COLUMNS], cells, bold, text)


def _with_sums(
    row: TaxInvoiceRow, last: LatestDocument, invoice: RegisteredInvoice
) -> TaxInvoiceRow:
    """Return a statement's row with the sums and items of its registered invoices of one kind."""
    found = document(row.statement)
    sums = invoice.sums(found.lines, found.totals, last.amounts)
    if invoice.first.kind is InvoiceKind.EXEMPT:
        lines = exempt_items(sums.charges, sums.exempt)
        return replace(row, supply=sums.exempt, vat=0, items=lines)
    lines = items(sums.charges, sums.totals)
    return replace(row, supply=sums.totals.taxable, vat=sums.totals.vat, items=lines)


def _write(
    sheet: Any, heads: Sequence[str], rows: Sequence[Sequence[Cell]], bold: Any, text: Any
) -> None:
    """Write headings in the second row and the rows below; numbers that begin with 0 are texts."""
    sheet.write_row(1, 0, heads, bold)
    for index, cells in enumerate(rows, start=2):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(index, column, cell)
            elif cell:
                sheet.write_string(index, column, cell, text)
    sheet.freeze_panes(2, 0)


def _is_tax(name: str) -> bool:
    """Return whether a column of the upload has the tax, of the whole or of an item."""
    return name.rstrip("0123456789") == INVOICE["vat"].ko
