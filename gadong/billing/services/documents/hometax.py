"""The tax invoices of a month in the layout that Hometax takes in bulk.

Gadong prepares them; the centre issues them.
The columns are those of the national tax service's template for 전자세금계산서 일괄발급 (59, from the seventh
row on, a hundred documents a file). Compare them with the template of the day before the first
upload.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from gadong.billing.domain.documents.registered_invoice import registered_invoices
from gadong.billing.domain.documents.tax_breakdown import Breakdown
from gadong.billing.domain.kept_correction import TaxInvoice
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.tax_invoice import items
from gadong.billing.services.documents import receipt_sheet
from gadong.billing.services.documents.columns import named_sums, sums_of
from gadong.billing.services.documents.invoice_rows import (
    COLUMNS,
    TaxInvoiceRow,
    upload_cells,
    written_on,
)
from gadong.billing.services.documents.invoice_sheets import (
    AmendedRow,
    OtherInvoices,
    is_first,
    write_amended,
    write_exempt,
)
from gadong.billing.services.documents.receipt_sheet import ReceiptRow
from gadong.billing.services.documents.spreadsheets import NO_TIME, WON
from gadong.billing.services.invoices.naming_corrections import LatestDocument, latest_document
from gadong.billing.services.statement_document import document, month_named
from gadong.billing.store import corrections, payments, statements
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.store import audit
from gadong.people.domain.legal_party import Party
from gadong.people.store import legal_parties, people
from gadong.texts.catalogue import joined
from gadong.texts.documents import SUMS
from gadong.texts.sheets import (
    CHECK,
    INVOICE_NOTES,
    INVOICE_SHEETS,
    LEFT_OUT,
    LEFT_OUT_HEADS,
    READ_FOR,
    korean,
)

# Hometax accepts this many rows at a time.
MOST_DOCUMENTS = 100
FIRST_ROW = 6
#: A check of the sheet against the statements: every sum of each, whether it is on a tax invoice or
#: not.
CHECKED = (CHECK["number"].ko, CHECK["company"].ko, *korean(SUMS), CHECK["upload"].ko)
INCLUDED = CHECK["included"].ko


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """An issued statement's sums with its corrections, and why it has no row.

    Empty where it has one.
    """

    number: str
    company: str
    sums: Breakdown
    reason: str


def bulk(pool: Pool, who: Caller, centre_id: CentreId, month: str, part: int) -> tuple[str, bytes]:
    """Return a hundred of a month's tax invoices as a spreadsheet; for managers.

    It holds every statement that was issued, is taxable and has no tax invoice registered. Each has
    its corrections, since the first tax invoice says what is owed by then. A second sheet holds
    what is left out, with the reason. A third holds every statement's supply, taxable and exempt,
    its tax, and what is no supply, to be compared with the statements. Receipts, invoices for
    exempt supply, and amended invoices of corrected names have sheets of their own.
    """
    permit = who.need(centre_id, Right.MONEY_SEE)
    wanted = month_named(month)
    with transaction(pool, permit) as tx:
        centre = people.centre(tx, centre_id)
        if centre is None:
            raise NotFound
        supplier = legal_parties.latest(tx, centre_id, None, recorded_before=END_OF_TIME)
        if supplier is None or not supplier.representative:
            raise Invalid(
                "Say first who the centre is on tax invoices: its registration number, name and "
                "representative",
                field="party",
            )
        rows, checked, receipts, more = _rows(tx, centre_id, month)
        # It names representatives and their addresses, and people with their phone numbers.
        audit.read(
            tx,
            "party_profiles",
            month,
            why=READ_FOR["tax_invoices"].in_both,
            centre_id=centre_id,
        )
    some = rows[(part - 1) * MOST_DOCUMENTS : part * MOST_DOCUMENTS]
    if not some and part > 1:
        raise NotFound(f"There are {-(-len(rows) // MOST_DOCUMENTS)} parts")
    last_day = (
        (wanted.period(centre.zone).end - timedelta(seconds=1)).astimezone(centre.zone).date()
    )
    days = [written_on(row.statement, last_day, centre.zone) for row in some]
    written = [
        upload_cells(row, supplier, f"{day:%Y%m%d}") for row, day in zip(some, days, strict=True)
    ]
    others = more.cells(supplier, last_day, centre.zone)
    return f"hometax-{centre.slug}-{month}-{part}", _book(written, checked, receipts, others)


def _rows(
    tx: Tx, centre_id: CentreId, month: str
) -> tuple[list[TaxInvoiceRow], list[Checked], list[ReceiptRow], OtherInvoices]:
    rows: list[TaxInvoiceRow] = []
    more = OtherInvoices()
    checked: list[Checked] = []
    receipts: list[ReceiptRow] = []
    for statement in statements.issued(tx, centre_id=centre_id, month=month):
        found = document(statement)
        last = latest_document(tx, statement)
        lines, totals = last.lines, last.totals
        known = legal_parties.latest(
            tx, centre_id, statement.company_id, recorded_before=END_OF_TIME
        )
        # A correction of names goes before later words on the firm.
        customer = last.customer if last.namings else known or found.customer
        sums = sums_of(lines, totals)
        is_void = statement.state is StatementState.VOID
        if found.registration_number or is_void:
            reason = _left_out(tx, statement, sums, customer)
        else:
            receipt = receipt_sheet.row_of(tx, statement, found.company_name, sums)
            reason = receipt_sheet.reason_of(receipt)
            if receipt.to_issue:
                receipts.append(receipt)
        checked.append(
            Checked(
                number=statement.number or "",
                company=found.company_name,
                sums=Breakdown() if is_void else sums,
                reason=reason,
            )
        )
        if is_void or not found.registration_number:
            continue
        account = payments.account(tx, statement.id)
        charges = [line.charge for line in lines]
        row = TaxInvoiceRow(
            statement=statement,
            customer=customer,
            supply=totals.taxable,
            vat=totals.vat,
            items=items(charges, totals),
            is_paid=account.outstanding <= 0 and not account.written_off,
        )
        if not reason:
            rows.append(row)
        invoices = corrections.invoices(tx, statement.id)
        more.add_exempt(row, charges, sums.exempt, invoices)
        _add_amended(tx, more, row, last, invoices)
    return rows, checked, receipts, more


def _add_amended(
    tx: Tx,
    more: OtherInvoices,
    row: TaxInvoiceRow,
    last: LatestDocument,
    invoices: Sequence[TaxInvoice],
) -> None:
    """Add what amends a statement's registered invoices, whose names its corrections changed."""
    statement, found = row.statement, document(row.statement)
    for invoice in registered_invoices(invoices, ZoneInfo(found.zone)):
        # As in the upload of that day.
        supplier, customer = (
            legal_parties.latest(
                tx, statement.centre_id, company, recorded_before=invoice.written_before
            )
            for company in (None, statement.company_id)
        )
        more.add_amended(
            row,
            last,
            invoice,
            supplier=supplier or found.supplier,
            customer=customer or found.customer,
        )


def _left_out(tx: Tx, statement: Statement, sums: Breakdown, customer: Party) -> str:
    """Return the reason that a statement has no row; empty if it has one."""
    if statement.state is StatementState.VOID:
        return LEFT_OUT["void"].ko
    if any(is_first(invoice) for invoice in corrections.invoices(tx, statement.id)):
        return LEFT_OUT["registered"].ko
    if sums.taxable <= 0:
        return _untaxed(sums)
    if sums.vat < 0:
        return LEFT_OUT["negative_tax"].filled(won=sums.vat).ko
    if not customer.representative:
        return LEFT_OUT["no_representative"].ko
    return ""


def _untaxed(sums: Breakdown) -> str:
    """Return the reason that a document without a taxable sum above nothing has no row."""
    if sums.taxable < 0:
        return LEFT_OUT["negative"].filled(won=sums.taxable).ko
    others = []
    if sums.exempt:
        others.append(LEFT_OUT["exempt"].filled(won=sums.exempt))
    if sums.out_of_scope:
        others.append(LEFT_OUT["out_of_scope"].filled(won=sums.out_of_scope))
    named = joined(*others, between=", ") if others else LEFT_OUT["nothing"]
    return LEFT_OUT["untaxed"].filled(others=named).ko


def _book(
    rows: Sequence[Sequence[str | int]],
    checked: Sequence[Checked],
    receipts: Sequence[ReceiptRow],
    others: tuple[Sequence[Sequence[str | int]], Sequence[AmendedRow]],
) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": NO_TIME.replace(tzinfo=None)})
        text, bold = (
            book.add_format({"num_format": "@"}),
            book.add_format({"bold": True, "text_wrap": True}),
        )
        sheet = book.add_worksheet(INVOICE_SHEETS["upload"].ko)
        for index, words in enumerate(korean(INVOICE_NOTES)):
            sheet.write_string(index, 0, words)
        sheet.write_row(FIRST_ROW - 1, 0, COLUMNS, bold)
        for number, cells in enumerate(rows, start=FIRST_ROW):
            for column, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                elif cell:
                    sheet.write_string(number, column, cell, text)
        sheet.freeze_panes(FIRST_ROW, 0)
        other = book.add_worksheet(INVOICE_SHEETS["left_out"].ko)
        other.write_row(0, 0, korean(LEFT_OUT_HEADS), bold)
        left_out = (c for c in checked if c.reason)
        for number, one in enumerate(left_out, start=1):
            for column, words in enumerate((one.number, one.company, one.reason)):
                other.write_string(number, column, words)
        other.set_column(0, 2, 30)
        _check(book, checked, bold)
        receipt_sheet.write(book, receipts, bold)
        exempt, amended = others
        write_exempt(book, exempt, bold, text)
        write_amended(book, amended, bold, text)
    return out.getvalue()


def _check(book: Any, checked: Sequence[Checked], bold: Any) -> None:
    """Write the sums of every statement of the month, and of all together."""
    won = book.add_format({"num_format": WON})
    sheet = book.add_worksheet(INVOICE_SHEETS["check"].ko)
    sheet.write_row(0, 0, CHECKED, bold)
    together = sum((c.sums for c in checked), Breakdown())
    whole = Checked(number=CHECK["total"].ko, company="", sums=together, reason="")
    for number, one in enumerate([*checked, whole], start=1):
        sheet.write_string(number, 0, one.number)
        sheet.write_string(number, 1, one.company)
        for column, (_, amount) in enumerate(named_sums(one.sums, "ko"), start=2):
            sheet.write_number(number, column, amount, won)
        if one is not whole:
            sheet.write_string(number, len(CHECKED) - 1, one.reason or INCLUDED)
    sheet.set_column(0, len(CHECKED) - 1, 18)
    sheet.freeze_panes(1, 2)
