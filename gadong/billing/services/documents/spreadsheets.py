"""A statement as a spreadsheet and as a plain table: real numbers, and a sheet of the evidence each
won rests on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from gadong.billing.domain.documents.line_figures import shown
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.statement import Line
from gadong.billing.services.documents.columns import cells, named_sums, sums_of
from gadong.billing.services.statement_document import Document, document
from gadong.billing.services.statements import find
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import NotFound
from gadong.people.store import people
from gadong.texts.sheets import (
    EVIDENCE_MESSAGES,
    EVIDENCE_TIMES,
    STATEMENT,
    STATEMENT_LINES,
    korean,
)

#: With these a spreadsheet takes a text for a formula.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
# A file belongs to one statement and has no time of its own, so its bytes are the same each time.
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
WON = "#,##0;[Red]-#,##0"
HEAD = korean(STATEMENT_LINES)
# A block of time may be a third of an hour; a price may have six decimals
# (gadong/billing/domain/tariff_terms.py).
DECIMALS = 6
Cell = str | int | Fraction | date | None


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; an empty text stays empty."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text


def table(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with a byte order mark, so that Korean opens right; texts are no formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([plain(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff" + out.getvalue()


def as_table(pool: Pool, who: Caller, statement_id: StatementId) -> tuple[str, str]:
    """Return a statement's name and its lines as CSV; for those who may see it."""
    statement, zone = _read(pool, who, statement_id)
    found = document(statement)
    lines = [
        [
            x.machine if key == "machine" else _text(cell)
            for key, cell in zip(STATEMENT_LINES, _cells(x, zone), strict=True)
        ]
        for x in found.lines
    ]
    rest = [""] * (len(HEAD) - 4)
    return _name(statement), table(
        [HEAD, *lines, *(["", "", k, v, *rest] for k, v in _sums(found))]
    )


def as_sheets(pool: Pool, who: Caller, statement_id: StatementId) -> tuple[str, bytes]:
    """Return a statement's name and its sheets: the sums, the lines, and the evidence.

    The same bytes each time.
    """
    statement, zone = _read(pool, who, statement_id)
    found = document(statement)
    out = io.BytesIO()
    # Texts are texts: nothing that somebody named is a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": _name(statement), "created": NO_TIME.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        won = book.add_format({"num_format": WON})
        first = book.add_worksheet(STATEMENT["statement"].ko)
        rows: list[tuple[str, str | int]] = [
            (STATEMENT["number"].ko, statement.number or STATEMENT["draft"].ko),
            (STATEMENT["centre"].ko, found.centre_name),
            (STATEMENT["company"].ko, found.company_name),
            (
                STATEMENT["registration"].ko,
                _registration(found.registration_number) or STATEMENT["no_registration"].ko,
            ),
            (STATEMENT["month"].ko, found.month),
            *_sums(found),
        ]
        for index, (name, value) in enumerate(rows):
            first.write_string(index, 0, name, bold)
            if isinstance(value, int):
                first.write_number(index, 1, value, won)
            else:
                first.write_string(index, 1, value)
        first.set_column(0, 1, 24)
        lines = book.add_worksheet(STATEMENT["lines"].ko)
        lines.write_row(0, 0, HEAD, bold)
        formats = _Formats(
            won=won,
            number=book.add_format({"num_format": "#,##0.######"}),
            day=book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        for index, x in enumerate(found.lines, start=1):
            for column, cell in enumerate(_cells(x, zone)):
                _write(lines, index, column, cell, formats)
        lines.set_column(0, len(HEAD) - 1, 14)
        lines.freeze_panes(1, 0)
        _evidence(book, found, zone)
    return _name(statement), out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Formats:
    won: Any
    number: Any
    day: Any


def _cells(line: Line, zone: ZoneInfo) -> list[Cell]:
    """Return a line's cells by the columns of HEAD; numbers are numbers."""
    charge = line.charge
    of = cells(line, zone, "ko")
    return [
        charge.key,
        line.machine_name,
        of.label,
        charge.amount,
        of.tax_type,
        of.figures.day,
        of.item,
        of.figures.quantity,
        of.unit,
        of.figures.unit_price,
        of.figures.listed,
        of.figures.relief,
        charge.trace.registration,
        line.sentence_ko,
        line.sentence_en,
    ]


def _text(cell: Cell) -> str | int:
    """Write a cell for a plain table; what is not known is empty."""
    if isinstance(cell, Fraction):
        return shown(cell, DECIMALS)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else cell


def _write(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    """Write a cell of a spreadsheet; what is not known stays empty."""
    if isinstance(cell, int):
        sheet.write_number(row, column, cell, formats.won)
    elif isinstance(cell, Fraction):
        sheet.write_number(row, column, float(cell), formats.number)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats.day)
    elif cell:
        sheet.write_string(row, column, cell)


def _evidence(book: Any, found: Document, zone: ZoneInfo) -> None:
    """Write every stretch of time and every message that a line rests on."""
    bold, when = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    )
    times, sent = (
        book.add_worksheet(STATEMENT["evidence"].ko),
        book.add_worksheet(STATEMENT["messages"].ko),
    )
    times.write_row(0, 0, korean(EVIDENCE_TIMES), bold)
    sent.write_row(0, 0, korean(EVIDENCE_MESSAGES), bold)
    stretches = [(x, period) for x in found.lines for period in x.charge.trace.periods]
    for row, (x, period) in enumerate(stretches, start=1):
        start, end = (i.astimezone(zone).replace(tzinfo=None) for i in (period.start, period.end))
        times.write_string(row, 0, x.charge.key)
        times.write_string(row, 1, x.machine_name)
        times.write_datetime(row, 2, start, when)
        times.write_datetime(row, 3, end, when)
        times.write_number(row, 4, period.seconds)
    senders = [
        (x, source)
        for x in found.lines
        for source in (*x.charge.trace.messages, *x.charge.trace.logged)
    ]
    for row, (x, source) in enumerate(senders, start=1):
        sent.write_string(row, 0, x.charge.key)
        sent.write_string(row, 1, source)
    times.set_column(0, 3, 22)
    sent.set_column(0, 1, 40)


def _sums(found: Document) -> list[tuple[str, int]]:
    of = found.totals
    rows = [(STATEMENT["line_total"].ko, of.lines), (STATEMENT["truncation"].ko, of.truncation)]
    return rows + named_sums(sums_of(found.lines, of), "ko", payer=of.payer)


def _registration(number: str) -> str:
    """Return a business registration number as it is written: 124-81-00998."""
    return f"{number[:3]}-{number[3:5]}-{number[5:]}" if len(number) == 10 else number


def _name(statement: Statement) -> str:
    return statement.number or f"draft-{statement.month}"


def _read(pool: Pool, who: Caller, statement_id: StatementId) -> tuple[Statement, ZoneInfo]:
    statement = find(pool, who, statement_id)
    with transaction(pool, who.reach()) as tx:
        centre = people.centre(tx, statement.centre_id)
    if centre is None:
        raise NotFound
    return statement, centre.zone
