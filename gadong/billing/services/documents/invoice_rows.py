"""A row of Hometax's upload of tax invoices: its 59 columns, and the cells of an invoice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.tax_invoice import MOST_ITEMS, Item
from gadong.people.domain.legal_party import Party
from gadong.texts.sheets import INVOICE, INVOICE_ITEM, INVOICE_PARTY

COLUMNS = (
    INVOICE["kind"].ko,
    INVOICE["written_on"].ko,
    *(INVOICE["supplier"].filled(name=name).ko for name in INVOICE_PARTY),
    INVOICE["supplier_email"].ko,
    *(INVOICE["customer"].filled(name=name).ko for name in INVOICE_PARTY),
    INVOICE["customer_email_1"].ko,
    INVOICE["customer_email_2"].ko,
    INVOICE["supply"].ko,
    INVOICE["vat"].ko,
    INVOICE["note"].ko,
    *(
        INVOICE["item"].filled(name=name, number=number).ko
        for number in range(1, MOST_ITEMS + 1)
        for name in INVOICE_ITEM
    ),
    INVOICE["cash"].ko,
    INVOICE["cheque"].ko,
    INVOICE["bill"].ko,
    INVOICE["credit"].ko,
    INVOICE["purpose"].ko,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxInvoiceRow:
    """One invoice to be issued. Won."""

    statement: Statement
    customer: Party
    supply: int
    vat: int
    items: Sequence[Item]
    is_paid: bool


def written_on(statement: Statement, last_day: date, zone: ZoneInfo) -> date:
    """Return the day of a statement's invoices: the month's last, or that of an earlier end.

    A statement within the month was paid at once.
    """
    return statement.until.astimezone(zone).date() if statement.until else last_day


def upload_cells(row: TaxInvoiceRow, supplier: Party, day: str) -> list[str | int]:
    """Return one line of the upload. Dates and numbers that begin with 0 are texts."""
    filled = [_item(item, day) for item in row.items]
    empty: list[str | int] = [""] * len(INVOICE_ITEM)
    padded = [*filled, *[empty] * (MOST_ITEMS - len(filled))]
    return [
        "01",
        day,
        *_party(supplier),
        supplier.email,
        *_party(row.customer),
        row.customer.email,
        "",
        row.supply,
        row.vat,
        row.statement.number or "",
        *(cell for item in padded for cell in item),
        "",
        "",
        "",
        "",
        "01" if row.is_paid else "02",
    ]


def _party(of: Party) -> list[str]:
    return [
        of.registration_number,
        of.branch,
        of.name,
        of.representative,
        of.address,
        of.business_type,
        of.business_item,
    ]


def _item(item: Item, day: str) -> list[str | int]:
    return [day[-2:], item.name, "", "", "", item.supply, item.vat, ""]
