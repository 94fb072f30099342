"""A table with headings: its heading row, the field of each column, and the rows below."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: The field of a column by its headings; the first heading of a field is the Korean one shown.
Headings = Mapping[str, Sequence[str]]

#: Rows of one import. The largest known centre helped 860 companies in four years.
MOST_ROWS = 5000
#: Columns that are read; the sheets of tax offices have 59.
MOST_COLUMNS = 60
#: Rows above the headings: titles and dates of a printed list.
MOST_TITLE_ROWS = 20


class UnreadableTable(ValueError):
    """A table that cannot be read at all: `code` says why, `cell` names the place."""

    def __init__(self, code: str, cell: str = "") -> None:
        """Keep both."""
        super().__init__(code)
        self.code, self.cell = code, cell


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row below the headings: its number in the table, counted from 1, and cells by field."""

    number: int
    cells: Mapping[str, str]

    def get(self, field: str) -> str:
        """Return the cell of a field; empty where there is none."""
        return self.cells.get(field, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadedTable:
    """A table as it was read: the field of each heading ("" is left out), and its rows.

    `headings` are the headings by which its fields are known.
    """

    headings: Headings
    fields: Mapping[str, str]
    rows: Sequence[TableRow]

    def heading(self, field: str) -> str:
        """Return the heading of a field's column; the field's own where no column has it."""
        return next(
            (h for h, name in self.fields.items() if name == field), self.headings[field][0]
        )


def read_headed(
    rows: Sequence[Sequence[str]],
    headings: Headings,
    *,
    given: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
) -> HeadedTable:
    """Return the table of some rows of cells; raise UnreadableTable for one that is none.

    `given` are the fields by heading that the caller chose; every other heading is left out then.
    Otherwise a heading means what it meant in the centre's last import (`kept`), or what its words
    say. The heading row is the one with the most known headings among the first twenty. Of equal
    headings each has its own choice.
    """
    cleaned = [_without_end([clean(cell) for cell in row[:MOST_COLUMNS]]) for row in rows]
    filled = [index for index, row in enumerate(cleaned) if any(row)]
    if not filled:
        raise UnreadableTable("company_table.empty")
    known = {} if given else _by_words(headings, kept or {})
    for heading, name in (given or {}).items():
        known[plain(heading)] = name or known.get(plain(heading), "")
    first = min(
        filled[:MOST_TITLE_ROWS],
        key=lambda index: (-sum(bool(known.get(plain(cell))) for cell in cleaned[index]), index),
    )
    names = _names(cleaned[first])
    exact = _exact(names, given or kept or {})
    fields = _fields(names, known, headings, exact=exact, is_given=bool(given))
    below = [index for index in filled if index > first]
    if len(below) > MOST_ROWS:
        raise UnreadableTable("company_table.too_long", str(len(below)))
    in_order = list(fields.values())
    return HeadedTable(
        headings=headings,
        fields=fields,
        rows=[
            TableRow(
                number=index + 1,
                cells={
                    name: cell
                    for name, cell in zip(in_order, cleaned[index], strict=False)
                    if name and cell
                },
            )
            for index in below
        ],
    )


def need_one_column_each(table: HeadedTable) -> None:
    """Raise UnreadableTable where two columns say one field."""
    chosen = [name for name in table.fields.values() if name]
    for name, known in table.headings.items():
        if chosen.count(name) > 1:
            raise UnreadableTable("company_table.heading_twice", known[0])


def clean(cell: str) -> str:
    """Return a cell in composed letters on one line, without signs that nobody sees."""
    composed = unicodedata.normalize("NFC", cell)
    seen = "".join(c for c in composed if c.isspace() or unicodedata.category(c) != "Cf")
    return " ".join(seen.split())


def plain(heading: str) -> str:
    """Return what of a heading is compared: letters and digits, without a remark in brackets."""
    folded = unicodedata.normalize("NFKC", heading)
    bare = re.sub(r"\(.*?\)|\[.*?\]", "", folded)
    return re.sub(r"[\W_]", "", bare).casefold() or re.sub(r"[\W_]", "", folded).casefold()


def _without_end(cells: list[str]) -> list[str]:
    """Return the cells up to the last that is filled; workbooks pad their rows."""
    last = max((index for index, cell in enumerate(cells) if cell), default=-1)
    return cells[: last + 1]


def _by_words(headings: Headings, kept: Mapping[str, str]) -> dict[str, str]:
    words = {plain(word): name for name, known in headings.items() for word in known}
    chosen: dict[str, str] = {}
    for heading, name in kept.items():
        # "번호 (2)" is compared as "번호": left out, it leaves the first one what it is.
        chosen[plain(heading)] = name or chosen.get(plain(heading), "")
    return words | chosen


def _names(cells: Sequence[str]) -> list[str]:
    """Return the headings in order; one that is there twice gets a number."""
    names: list[str] = []
    for index, heading in enumerate(cells, start=1):
        name = heading or f"({index})"
        count = 2
        while name in names:
            name, count = f"{heading or index} ({count})", count + 1
        names.append(name)
    return names


def _exact(names: Sequence[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the choices for headings of a row that are compared as equal, by their own names."""
    count = Counter(plain(name) for name in names)
    cleaned = {clean(heading): field for heading, field in chosen.items()}
    return {name: cleaned[name] for name in names if name in cleaned and count[plain(name)] > 1}


def _fields(
    names: Sequence[str],
    known: Mapping[str, str],
    headings: Headings,
    *,
    exact: Mapping[str, str],
    is_given: bool,
) -> dict[str, str]:
    """Return the field of each heading in order."""
    fields: dict[str, str] = {}
    settled = {plain(name) for name in exact}
    for name in names:
        found = exact.get(name, known.get(plain(name), ""))
        taken = {*fields.values(), *(() if name in exact else exact.values())}
        # Two columns that somebody chose for one field are refused later.
        is_refused = is_given and (name in exact or plain(name) not in settled)
        if found in taken and not is_refused:
            # Of two columns for one field the first is taken, until somebody chooses.
            found = ""
        fields[name] = found if found in headings else ""
    return fields
