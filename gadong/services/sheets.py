"""A statement as a spreadsheet and as a plain table: real numbers, and a sheet of the evidence each won rests on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter

from gadong.domain.access import Caller
from gadong.domain.ids import StatementId
from gadong.domain.problem import NotFound
from gadong.domain.wording import COMPONENT_KO
from gadong.services.documents import Document, document
from gadong.services.statements import find
from gadong.store import people
from gadong.store.database import Pool, transaction
from gadong.store.money import Statement

#: With these a spreadsheet takes a text for a formula.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
# What is written is one statement's; a file has no time of its own, so that it is the same bytes each time.
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
WON = "#,##0;[Red]-#,##0"
HEAD = ("항목", "장비", "구분", "금액(원)", "과세", "설명", "Description")
EVIDENCE = ("항목", "장비", "시작", "종료", "초")
MESSAGES = ("항목", "메시지")


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
    """A statement's name and its lines as CSV; for those who may see it."""
    statement, _ = _read(pool, who, statement_id)
    found = document(statement)
    lines: list[Sequence[object]] = []
    for x in found.lines:
        charge = x.charge
        what = (charge.key, x.machine, COMPONENT_KO[charge.component], charge.amount, charge.tax_type.value)
        lines.append((*what, x.sentence_ko, x.sentence_en))
    return _name(statement), table([HEAD, *lines, *(("", "", k, v, "", "", "") for k, v in _sums(found))])


def as_sheets(pool: Pool, who: Caller, statement_id: StatementId) -> tuple[str, bytes]:
    """A statement's name and its sheets: what it comes to, its lines, and the evidence; the same bytes each time."""
    statement, zone = _read(pool, who, statement_id)
    found = document(statement)
    out = io.BytesIO()
    # Texts are texts: nothing that somebody named is a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": _name(statement), "created": NO_TIME.replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        won = book.add_format({"num_format": WON})
        first = book.add_worksheet("이용내역서")
        rows: list[tuple[str, str | int]] = [
            ("번호", statement.number or "초안"),
            ("센터", found.centre_name),
            ("기업", found.company_name),
            ("사업자등록번호", _registration(found.registration_number)),
            ("월", found.month),
            *_sums(found),
        ]
        for index, (name, value) in enumerate(rows):
            first.write_string(index, 0, name, bold)
            if isinstance(value, int):
                first.write_number(index, 1, value, won)
            else:
                first.write_string(index, 1, value)
        first.set_column(0, 1, 24)
        lines = book.add_worksheet("내역")
        lines.write_row(0, 0, HEAD, bold)
        for index, x in enumerate(found.lines, start=1):
            charge = x.charge
            lines.write_string(index, 0, charge.key)
            lines.write_string(index, 1, x.machine_name)
            lines.write_string(index, 2, COMPONENT_KO[charge.component])
            lines.write_number(index, 3, charge.amount, won)
            lines.write_string(index, 4, charge.tax_type.value)
            lines.write_string(index, 5, x.sentence_ko)
            lines.write_string(index, 6, x.sentence_en)
        lines.set_column(0, 6, 18)
        lines.freeze_panes(1, 0)
        _evidence(book, found, zone)
    return _name(statement), out.getvalue()


def _evidence(book: Any, found: Document, zone: ZoneInfo) -> None:
    """Every stretch of time that a line rests on, on the centre's clock; and every message it was read from."""
    bold, when = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    times, sent = book.add_worksheet("근거"), book.add_worksheet("메시지")
    times.write_row(0, 0, EVIDENCE, bold)
    sent.write_row(0, 0, MESSAGES, bold)
    stretches = [(x, period) for x in found.lines for period in x.charge.trace.periods]
    for row, (x, period) in enumerate(stretches, start=1):
        start, end = (i.astimezone(zone).replace(tzinfo=None) for i in (period.start, period.end))
        times.write_string(row, 0, x.charge.key)
        times.write_string(row, 1, x.machine_name)
        times.write_datetime(row, 2, start, when)
        times.write_datetime(row, 3, end, when)
        times.write_number(row, 4, period.seconds)
    senders = [(x, message) for x in found.lines for message in x.charge.trace.messages]
    for row, (x, message) in enumerate(senders, start=1):
        sent.write_string(row, 0, x.charge.key)
        sent.write_string(row, 1, message)
    times.set_column(0, 3, 22)
    sent.set_column(0, 1, 40)


def _sums(found: Document) -> list[tuple[str, int]]:
    sums = found.totals
    rows = [("줄 합계", sums.lines), ("원단위 절사", sums.truncation), ("공급가액", sums.supply)]
    rows += [("부가세", sums.vat), ("합계", sums.total)]
    return rows + (
        [(f"지원금 ({sums.payer})", -sums.subsidy), ("납부액", sums.payable)] if sums.subsidy else []
    )


def _registration(number: str) -> str:
    """A business registration number as it is written: 124-81-00998."""
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
