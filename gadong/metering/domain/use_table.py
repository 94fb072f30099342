"""A table of use as people paste it from a spreadsheet: lines of text become cells by their
headings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gadong.core.domain.period import Period, span
from gadong.core.domain.typed_number import whole_number
from gadong.texts.headings import USES as HEADINGS

# A month of a busy centre is some hundred lines.
MOST_LINES = 2000
# The limit of the ledger as well (logged_samples_counted).
MOST_SAMPLES = 1_000_000
NEEDED = ("machine", "start", "end", "reason")
_DAY = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?")
_TIME = re.compile(
    r"(오전|오후|AM|PM)?\s*(\d{1,2})\s*[:시]\s*(\d{1,2})?\s*(?::\s*(\d{1,2}))?\s*분?\s*(AM|PM)?",
    re.IGNORECASE,
)


class UnreadableRow(ValueError):
    """A cell or a heading that cannot be read: `code` says why, `cell` which it is."""

    def __init__(self, code: str, cell: str) -> None:
        """Keep both."""
        super().__init__(code)
        self.code, self.cell = code, cell


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """One line below the headings: its number in the text, the text itself, and its cells by
    column.
    """

    number: int
    text: str
    cells: Mapping[str, str]


def lines_of(text: str) -> list[TableLine]:
    """Return the lines of a table whose first line has the headings; empty lines are left out.

    Cells are parted by tabs, semicolons or commas, whichever the headings have. Raise UnreadableRow
    where a needed heading is missing, one is there twice, or the table is too long.
    """
    raw = text.removeprefix("\ufeff").splitlines()
    filled = [(number, line) for number, line in enumerate(raw, start=1) if line.strip("\t ,;")]
    if not filled:
        raise UnreadableRow("table.empty", "")
    if len(filled) - 1 > MOST_LINES:
        raise UnreadableRow("table.too_long", str(len(filled) - 1))
    parting = next((mark for mark in "\t;" if mark in filled[0][1]), ",")
    columns = _columns(_cells(filled[0][1], parting))
    return [
        TableLine(
            number=number,
            text=line,
            cells={
                name: cell
                for name, cell in zip(columns, _cells(line, parting), strict=False)
                if name
            },
        )
        for number, line in filled[1:]
    ]


def period_in(cells: Mapping[str, str], zone: ZoneInfo) -> Period:
    """Return the time of a line: start and end with their own days, or both on the day of its date.

    Raise UnreadableRow for a cell that is no time, a day that is missing, and an end that is not
    after the start.
    """
    day = _day(cells["day"]) if cells.get("day") else None
    start = _instant(cells.get("start", ""), day, zone)
    end = _instant(cells.get("end", ""), day or start.astimezone(zone).date(), zone)
    if found := span(start, end):
        return found
    raise UnreadableRow("table.end", cells.get("end", ""))


def samples_in(cells: Mapping[str, str]) -> int | None:
    """Return the samples of a line, None for an empty cell.

    Raise UnreadableRow for a cell that is no whole number.
    """
    text = cells.get("samples", "").strip()
    if not text:
        return None
    number = whole_number(text.removesuffix("개").strip().replace(",", ""), MOST_SAMPLES)
    if number is None:
        raise UnreadableRow("table.samples", text)
    return number


def _cells(line: str, parting: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=parting), [])]


def _columns(headings: Sequence[str]) -> list[str | None]:
    names = {_plain(word): name for name, words in HEADINGS.items() for word in words}
    found = [names.get(_plain(heading)) for heading in headings]
    for name in HEADINGS:
        if found.count(name) > 1:
            raise UnreadableRow("table.heading_twice", HEADINGS[name][0])
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise UnreadableRow("table.heading_missing", HEADINGS[missing[0]][0])
    return found


def _plain(heading: str) -> str:
    return re.sub(r"[\s_]", "", heading).casefold()


def _day(text: str) -> date:
    found = _DAY.fullmatch(text.strip())
    try:
        return (
            date(*(int(part) for part in found.groups()))
            if found
            else date.fromisoformat(text.strip())
        )
    except ValueError as trouble:
        raise UnreadableRow("table.day", text) from trouble


def _instant(text: str, day: date | None, zone: ZoneInfo) -> datetime:
    """Return an instant from a time of the day, or from a day with its time."""
    rest = text.strip()
    if named := _DAY.match(rest):
        day, rest = _day(named.group(0)), rest[named.end() :].strip(" T")
    if day is None:
        raise UnreadableRow("table.no_day", text)
    return (datetime.combine(day, time(0), tzinfo=zone) + _time(rest, text)).astimezone(UTC)


def _time(rest: str, cell: str) -> timedelta:
    """Return the time since midnight; 24:00 is the day's end."""
    found = _TIME.fullmatch(rest)
    if found is None:
        raise UnreadableRow("table.time", cell)
    before, hours, minutes, seconds, after = found.groups()
    half = (before or after or "").upper()
    hour, minute, second = int(hours), int(minutes or 0), int(seconds or 0)
    if half:
        if not 1 <= hour <= 12:
            raise UnreadableRow("table.time", cell)
        hour = hour % 12 + (12 if half in {"오후", "PM"} else 0)
    length = timedelta(hours=hour, minutes=minute, seconds=second)
    if minute > 59 or second > 59 or length > timedelta(hours=24):
        raise UnreadableRow("table.time", cell)
    return length
