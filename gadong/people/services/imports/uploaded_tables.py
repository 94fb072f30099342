"""Reading of uploaded tables: the rows of cells of a CSV text or of a workbook's first sheet."""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from gadong.people.domain.imports.headed_table import (
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TITLE_ROWS,
    UnreadableTable,
)

#: A workbook is a ZIP file; an old one (.xls) or an encrypted one is a compound file.
ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# A list of 5,000 companies unpacks to some 5 MB; a ZIP bomb of 1 MB to a gigabyte.
MOST_UNPACKED = 50_000_000
#: Rows that are read, with empty ones between them, so that an endless sheet ends.
MOST_READ = 4 * MOST_ROWS + MOST_TITLE_ROWS
#: The separator of thousands in an amount, which parts no cells.
_WITHIN_AMOUNT = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_HALF_A_SECOND = timedelta(milliseconds=500)


def rows_of(content: bytes) -> list[list[str]]:
    """Return the rows of a file in CSV or XLSX; raise UnreadableTable for any other."""
    if content.startswith(COMPOUND):
        raise UnreadableTable("company_table.old_format")
    if content.startswith(ZIP):
        return _rows_of_workbook(content)
    return rows_of_text(_decoded(content))


def rows_of_text(text: str) -> list[list[str]]:
    """Return the rows of a text whose cells are parted by tabs, semicolons or commas."""
    body = text.removeprefix("\ufeff")
    marks = "\t;,"
    # Titles above the headings have no separators, so the most frequent one counts.
    sample = _WITHIN_AMOUNT.sub("", body[:5000])
    parting = max(marks, key=lambda mark: (sample.count(mark), -marks.index(mark)))
    try:
        rows = list(csv.reader(io.StringIO(body, newline=""), delimiter=parting))
    except csv.Error as trouble:
        raise UnreadableTable("company_table.encoding") from trouble
    return [row[:MOST_COLUMNS] for row in rows[:MOST_READ]]


def text_of(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as a text that `rows_of_text` reads back, row by row."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(
        [" ".join(cell.split()) for cell in row] for row in rows
    )
    return text.getvalue()


def _decoded(content: bytes) -> str:
    """Decode UTF-8 with or without a BOM, UTF-16 with one, or CP949 as Korean Excel writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTable("company_table.encoding")


def _rows_of_workbook(content: bytes) -> list[list[str]]:
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise UnreadableTable("company_table.too_large")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise UnreadableTable("company_table.empty")
        # The stated size of a sheet may be wrong.
        visible[0].reset_dimensions()
        found = visible[0].iter_rows(max_row=MOST_READ, max_col=MOST_COLUMNS, values_only=True)
        return [[_text(value) for value in row] for row in found]
    # openpyxl has no error of its own for a broken part; these are those it meets. zipfile raises a
    # RuntimeError for a part that is encrypted or packed in an unknown way.
    except (
        BadZipFile,
        InvalidFileException,
        ParseError,
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
        zlib.error,
    ) as trouble:
        if isinstance(trouble, UnreadableTable):
            raise
        raise UnreadableTable("company_table.broken") from trouble


def _text(value: object) -> str:
    """Return a cell's value as people see it: whole numbers without a fraction, days in ISO.

    A day is kept at midnight. Any other instant has its time, to the next second: workbooks keep
    fractions of a day.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        instant = value + _HALF_A_SECOND
        is_day = instant.hour == instant.minute == instant.second == 0
        return instant.date().isoformat() if is_day else instant.isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
