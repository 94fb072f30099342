"""A table of companies: the columns that it needs, and its numbers in any spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from gadong.people.domain.imports.headed_table import (
    HeadedTable,
    UnreadableTable,
    need_one_column_each,
    read_headed,
)
from gadong.texts.headings import COMPANIES as HEADINGS


def read_table(
    rows: Sequence[Sequence[str]],
    *,
    given: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
) -> HeadedTable:
    """Return the table of companies of some rows of cells, as `read_headed` reads any table."""
    return read_headed(rows, HEADINGS, given=given, kept=kept)


def need_columns(table: HeadedTable) -> None:
    """Raise UnreadableTable where no column says the number or the kind, or two say one field."""
    need_one_column_each(table)
    if not {"registration_number", "kind"}.intersection(table.fields.values()):
        raise UnreadableTable("company_table.heading_missing", HEADINGS["registration_number"][0])


def registration_digits(cell: str) -> str:
    """Return the digits of a registration number in any spelling; other text as it is."""
    folded = unicodedata.normalize("NFKC", cell)
    # A cell that the spreadsheet took for a number may end in .0.
    whole = re.sub(r"(?<=\d)\.0+$", "", folded.strip())
    return re.sub(r"[\s\-‐-―−.]", "", whole)
