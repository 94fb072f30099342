"""Parts that statements and corrections share on paper: their parties, their lines in columns, and
their sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.domain.documents.line_figures import LineFigures, shown
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.services.documents import pdf
from gadong.billing.services.documents.columns import Cells, cells, shown_sums, sums_of
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import canonical
from gadong.core.domain.period import Period
from gadong.people.domain.bank_account import BankAccount
from gadong.people.domain.legal_party import Party, written

HOUR, MINUTE = 3600, 60


def parties(words: Mapping[str, str], supplier: Party, customer: Party) -> dict[str, Any]:
    """Name who supplies beside who receives."""
    return pdf.beside(
        party_box(words, "supplier", supplier), party_box(words, "customer", customer)
    )


def lines(
    words: Mapping[str, str], of: Sequence[Line], zone: ZoneInfo, language: str
) -> dict[str, Any]:
    """Set the lines in the columns of a transaction statement, the sentence of each below it."""
    found = [(line, cells(line, zone, language)) for line in of]
    rows = [
        [
            x.figures.day.isoformat() if x.figures.day else "",
            item(line, x),
            quantity(words, x),
            money(x.figures.unit_price),
            won(x.figures.listed),
            won(-x.figures.relief) if x.figures.relief else "0",
            won(line.charge.amount),
            x.tax_type,
        ]
        for line, x in found
    ]
    columns = ("day", "item", "quantity", "price", "listed", "relief", "amount", "tax_type")
    return pdf.table(
        [words[name] for name in columns],
        rows,
        align="llrrrrrl",
        widths=[0, 1, 0, 0, 0, 0, 0, 0],
        notes=[x.sentence for _, x in found],
    )


def item(line: Line, of: Cells) -> str:
    """Name what a line is for: its machine, its kind, its good, and the machine's number in the
    national register.
    """
    name = " · ".join(x for x in (of.machine, of.label, of.good) if x)
    registration = line.charge.trace.registration
    return f"{name}\n{registration}" if registration else name


def quantity(words: Mapping[str, str], of: Cells) -> str:
    """Write a quantity; of time in hours, minutes and seconds, since a block may be a third of an
    hour.
    """
    figures: LineFigures = of.figures
    if figures.unit != "h":
        return f"{money(figures.quantity)} {of.unit}"
    seconds = int(figures.quantity * HOUR)
    parts = (
        (seconds // HOUR, "hours"),
        (seconds % HOUR // MINUTE, "minutes"),
        (seconds % MINUTE, "seconds"),
    )
    return " ".join(f"{n}{words[name]}" for n, name in parts if n) or f"0{words['minutes']}"


def sums(
    words: Mapping[str, str], lines: Sequence[Line], totals: Totals, language: str
) -> dict[str, Any]:
    """List a document's sums; the last is what the company pays."""
    rows = list[tuple[str, str, bool]]()
    if totals.truncation:
        rows.append((words["line_total"], won(totals.lines), False))
        rows.append((words["truncation"], won(totals.truncation), False))
    found = shown_sums(sums_of(lines, totals), language, payer=totals.payer)
    return pdf.sums([*rows, *((name, won(amount), is_last) for name, amount, is_last in found)])


def where_to_pay(
    words: Mapping[str, str], account: BankAccount, due_on: date | None
) -> list[dict[str, Any]]:
    """Return the bank account and the due day; nothing without an account."""
    if not account.is_known:
        return []
    rows = [
        (words["bank"], account.bank),
        (words["account"], account.number),
        (words["holder"], account.holder),
        (words["due"], due_on.isoformat() if due_on else ""),
    ]
    return [pdf.heading(words["where"]), pdf.pairs("", rows)]


def attached(said: object, about: str) -> dict[str, tuple[str, str, bytes]]:
    """Attach a document as it was stored, so that a machine can read it and take its digest."""
    return {"gadong.json": ("application/json", about, canonical(said))}


def clock(at: datetime | None, zone: ZoneInfo) -> str:
    """Write an instant in a zone, with the zone's name."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} {at.astimezone(zone):%Z}" if at else ""


def stretch(month: str, period: Period, zone: ZoneInfo) -> str:
    """Write the part of a month that a statement bills; nothing where it is all of it."""
    if period == Month.parse(month).period(zone):
        return ""
    return f"{clock(period.start, zone)} – {clock(period.end, zone)}"


def won(amount: int | None) -> str:
    """Write whole won; a dash where there was nothing."""
    return "–" if amount is None else f"{amount:,}".replace("-", "−")


def money(value: Fraction | None) -> str:
    """Write a price or a quantity with at most three decimals.

    A dash where several make up a line.
    """
    return "–" if value is None else f"{Decimal(shown(value, 3)):,f}".replace("-", "−")


def party_box(words: Mapping[str, str], role: str, party: Party) -> dict[str, Any]:
    """List what a paper says of a party, under its role."""
    business = "·".join(x for x in (party.business_type, party.business_item) if x)
    number = written(party.registration_number) + (f" ({party.branch})" if party.branch else "")
    if role == "customer" and party.name and not number:
        number = words["no_registration"]
    return pdf.pairs(
        words[role],
        [
            (words["registration"], number),
            (words["name"], party.name),
            (words["representative"], party.representative),
            (words["address"], party.address),
            (words["business"], business),
        ],
    )
