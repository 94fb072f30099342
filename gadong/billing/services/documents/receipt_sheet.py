"""The sheet of cash receipts to be issued, beside a month's tax invoices.

Whoever issues them types or copies its columns; no layout of Hometax's is claimed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gadong.billing.domain.cash_receipt import receivable
from gadong.billing.domain.documents.tax_breakdown import Breakdown
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services.documents.spreadsheets import WON
from gadong.billing.store import cash_receipts, payments
from gadong.core.database import Tx
from gadong.people.domain.payer import (
    KINDS,
    PURPOSES,
    UNNAMED_NUMBER,
    Payer,
    ReceiptPurpose,
)
from gadong.people.store.payers import payers
from gadong.texts.sheets import INVOICE_SHEETS, LEFT_OUT, RECEIPTS, korean

COLUMNS = korean(RECEIPTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A statement for which cash receipts are issued: its payer, its sums, and what is done."""

    number: str
    company: str
    payer: Payer
    sums: Breakdown
    registered: int
    paid: int

    @property
    def to_issue(self) -> int:
        """Return the won for which a receipt is still to be issued."""
        return receivable(self.sums) - self.registered


def row_of(tx: Tx, statement: Statement, company: str, sums: Breakdown) -> ReceiptRow:
    """Return the row of a statement whose payer has no number."""
    account = payments.account(tx, statement.id)
    found = cash_receipts.of_statement(tx, statement.id)
    return ReceiptRow(
        number=statement.number or "",
        company=company,
        payer=payers.of_company(tx, statement.centre_id, statement.company_id),
        sums=sums,
        registered=sum(receipt.amount for receipt in found),
        paid=account.paid,
    )


def reason_of(row: ReceiptRow) -> str:
    """Return the reason that the statement has no tax invoice."""
    if row.to_issue:
        return LEFT_OUT["receipt_to_issue"].ko
    return LEFT_OUT["receipt_issued" if row.registered else "receipt_nothing"].ko


def write(book: Any, rows: Sequence[ReceiptRow], bold: Any) -> None:
    """Write the sheet; numbers that begin with 0 are texts."""
    won = book.add_format({"num_format": WON})
    sheet = book.add_worksheet(INVOICE_SHEETS["receipts"].ko)
    sheet.write_row(0, 0, COLUMNS, bold)
    for index, row in enumerate(rows, start=1):
        for column, cell in enumerate(_cells(row)):
            if isinstance(cell, int):
                sheet.write_number(index, column, cell, won)
            else:
                sheet.write_string(index, column, cell)
    sheet.set_column(0, len(COLUMNS) - 1, 16)
    sheet.freeze_panes(1, 2)


def _cells(row: ReceiptRow) -> tuple[str | int, ...]:
    receipt, sums = row.payer.receipt, row.sums
    is_unnamed = receipt.purpose is ReceiptPurpose.UNNAMED
    return (
        row.number,
        row.company,
        KINDS[row.payer.kind].names[0],
        PURPOSES[receipt.purpose][0],
        UNNAMED_NUMBER if is_unnamed else receipt.number,
        sums.taxable,
        sums.vat,
        sums.exempt,
        row.to_issue,
        row.registered,
        row.paid,
    )
