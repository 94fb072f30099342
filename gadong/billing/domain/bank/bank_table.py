"""A bank's table of a centre's account: the row of each line, with every fault that it has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from gadong.billing.domain.bank.bank_entry import (
    BankEntry,
    BankLine,
    EntryVerdict,
    JudgedLine,
    compare,
    digests,
)
from gadong.core.domain.problem import Problem
from gadong.people.domain.imports.headed_table import (
    HeadedTable,
    TableRow,
    UnreadableTable,
    need_one_column_each,
    plain,
)
from gadong.people.domain.resident_number import holds_resident_number
from gadong.texts.headings import BANK_LINES as HEADINGS

#: Without these no line of an account can be matched with a firm.
NEEDED = ("day", "came", "payer")
#: As a transfer that is entered by hand (ADR 68).
MOST_WON = 1_000_000_000_000
LONGEST = 100
#: The first day of which lines are read; centres opened later.
FIRST_DAY = date(2000, 1, 1)
#: 11/03/26 in a spreadsheet is November as a rule, and no day of 2011: no bank's table is so old.
SHORT_YEARS = timedelta(days=3653)
_DAY = re.compile(
    r"(\d{4}|\d{2})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})(?!\d)\s*[일.]?|(\d{4})(\d{2})(\d{2})"
)
_LONG_YEAR = re.compile(r"\d{4}")
#: The beginning of a day, also of one that cannot be read; sums have a word, a span or nothing.
_DATED = re.compile(r"\d{1,4}\s*[-./년]\s*\d|\d{8}")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{2})(\d{2})(\d{2})")
#: Commas part thousands or nothing; banks and workbooks write ₩ 5,000, (5,000), -₩5,000 and 5,000원.
_WON = re.compile(
    r"[원₩\\]?\s*(?P<sign>[-+△▲(]?)\s*[원₩\\]?\s*"
    r"(?:(?P<won>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0+)?)?\s*원?\s*(?P<end>\)?)"
)
#: Words of a row that adds the others up.
_SUMS = frozenset({"합계", "총계", "소계", "계", "총합계", "total", "sum"})
#: Those that no firm is called by, so that a day's sum is none of its lines.
_SUMS_OF_DAYS = frozenset({"합계", "총계", "소계", "총합계"})
#: Words by which a bank with one column of amounts says that money went, or came.
_WENT = re.compile(r"출금|지급|인출|withdraw|debit|\bout\b")
_CAME = re.compile(r"입금|예입|수입|deposit|credit|\bin\b")
_TAKEN_BACK = re.compile(r"취소|정정|cancel|revers")
#: A bank's remark on a deposit that it took back. A payer writes of a cancelled booking there too.
_DEPOSIT_TAKEN_BACK = re.compile(r"입금\s*[(\[]?\s*(취소|정정)|deposit\s*(cancel|revers)")
#: Headings of a column that has nothing but money that came.
_CAME_ALONE = re.compile(r"입금|맡기신|들어온|moneyin|deposit|credit")
#: Headings of amounts that may have come or gone, unless they are also one of the above.
_EITHER_WAY = re.compile(r"금액|거래액|amount")


def need_columns(table: HeadedTable) -> None:
    """Raise UnreadableTable where a needed column is missing, or two say one field.

    Amounts of either way need a column of directions, a column of what went, or their signs.
    """
    need_one_column_each(table)
    for name in NEEDED:
        if name not in table.fields.values():
            raise UnreadableTable("company_table.heading_missing", HEADINGS[name][0])
    if _lacks_direction(table):
        raise UnreadableTable("bank_table.direction_missing", table.heading("came"))


def judge(
    table: HeadedTable, imported: Sequence[BankEntry], *, today: date, account: str = ""
) -> list[JudgedLine]:
    """Return every row of an account's table with its verdict, beside what was imported before."""
    rows = [_read(table, row, today) for row in table.rows]
    rows = [replace(r, line=replace(r.line, account=account)) if r.line else r for r in rows]
    lines = [row.line for row in rows if row.line is not None]
    found = iter(zip(digests(lines), compare(lines, imported), strict=True))
    judged = []
    for row in rows:
        if row.line is None:
            judged.append(row)
            continue
        digest, verdict = next(found)
        judged.append(JudgedLine(number=row.number, verdict=verdict, line=row.line, digest=digest))
    return judged


def days_of(table: HeadedTable, *, today: date) -> tuple[date, date] | None:
    """Return the first and the last day of a table's lines; None where it has none."""
    days = [row.line.came_on for row in (_read(table, r, today) for r in table.rows) if row.line]
    return (min(days), max(days)) if days else None


def day_in(cell: str) -> date | None:
    """Return the day with which a cell begins, in any of the banks' spellings."""
    match = _DAY.match(unicodedata.normalize("NFKC", cell).strip())
    if match is None:
        return None
    year, month, day = (part for part in match.groups() if part)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def time_in(day_cell: str, time_cell: str) -> str:
    """Return the time of a line as HH:MM:SS; empty where no cell has one."""
    day_cell = unicodedata.normalize("NFKC", day_cell).strip()
    day = _DAY.match(day_cell)
    rest = day_cell[day.end() :] if day else ""
    for text in (unicodedata.normalize("NFKC", time_cell), rest):
        match = _TIME.search(text)
        if match is None:
            continue
        hour, minute, *second = (part for part in match.groups() if part)
        if int(hour) < 24 and int(minute) < 60 and int(second[0] if second else 0) < 60:
            return f"{int(hour):02}:{minute}:{second[0] if second else '00'}"
    return ""


def won_in(cell: str) -> int | None:
    """Return the won of a cell, below nothing for money that went; None for another text."""
    # The sign of the won is a backslash in CP949.
    match = _WON.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    if match is None or (match["sign"] == "(") != bool(match["end"]):
        return None
    if match["won"] is None:
        return 0 if match["sign"] in {"", "-"} else None
    # Python refuses to read a number of over 4,300 digits.
    if len(match["won"]) > 30:
        return None
    won = int(match["won"].replace(",", ""))
    return won if match["sign"] in {"", "+"} else -won


def _read(table: HeadedTable, row: TableRow, today: date) -> JudgedLine:
    faults = _LineFaults(table=table, row=row)
    came, went = faults.won("came"), faults.won("went")
    direction = _Direction.of(table, row)
    is_deposit = direction.is_in or "went" in table.fields.values() or _is_came_alone(table)
    is_undone = direction.is_undone or (came < 0 and is_deposit)
    is_line = not _is_sum(row) and not direction.is_out and (came > 0 or is_undone)
    if not faults.problems and not is_line:
        # A withdrawal, a sum or a remark: without money that came there is nothing to lose.
        return JudgedLine(number=row.number, verdict=EntryVerdict.LEFT_OUT)
    if is_undone:
        faults.add(direction.remark or ("came" if came else "direction"), "bank_table.taken_back")
    elif direction.is_unclear:
        is_empty = not row.get("direction")
        faults.add(
            "direction", "bank_table.direction_empty" if is_empty else "bank_table.direction"
        )
    if came > 0 and went > 0:
        faults.add("came", "bank_table.both")
    if came > MOST_WON:
        faults.add("came", "bank_table.amount")
    came_on = faults.day(today)
    payer, memo = faults.text("payer"), faults.text("memo")
    balance = won_in(row.get("balance")) if row.get("balance") else None
    if faults.problems or came_on is None:
        return JudgedLine(
            number=row.number, verdict=EntryVerdict.FAULTY, problems=tuple(faults.problems)
        )
    line = BankLine(
        came_on=came_on,
        came_at=time_in(row.get("day"), row.get("time")),
        amount=came,
        payer=payer,
        memo=memo,
        balance=balance if balance is not None and abs(balance) < 10**18 else None,
    )
    return JudgedLine(number=row.number, verdict=EntryVerdict.NEW, line=line)


def _is_sum(row: TableRow) -> bool:
    """Return whether a row adds others up: by its words, and a line of the bank has a day."""
    day = unicodedata.normalize("NFKC", row.get("day")).strip()
    if _DATED.match(day) and not _is_span(day):
        return _word(row.get("payer") or row.get("memo")) in _SUMS_OF_DAYS
    return any(_word(cell) in _SUMS for cell in row.cells.values())


def _is_span(cell: str) -> bool:
    """Return whether a cell has two days."""
    first = _DAY.match(cell)
    return first is not None and _DAY.search(cell, first.end()) is not None


def _is_came_alone(table: HeadedTable) -> bool:
    """Return whether the column of amounts has nothing but money that came, by its heading."""
    return bool(_CAME_ALONE.search(plain(table.heading("came"))))


def _lacks_direction(table: HeadedTable) -> bool:
    """Return whether amounts came or went and no column says which, nor any sign."""
    if {"went", "direction"} & set(table.fields.values()):
        return False
    # Another heading was chosen as that of deposits by a person.
    is_either = _EITHER_WAY.search(plain(table.heading("came"))) and not _is_came_alone(table)
    if not is_either or "입금" in table.heading("day"):
        return False
    cells = [unicodedata.normalize("NFKC", row.get("came")) for row in table.rows]
    is_signed = any(re.search(r"[-+△▲(]\D*\d", cell) for cell in cells)
    return not is_signed and any(won_in(cell) for cell in cells)


def _taken_back_by(row: TableRow) -> str:
    """Return the column whose remark says that a deposit was taken back; empty where none does."""
    for column in ("memo", "payer"):
        said = unicodedata.normalize("NFKC", row.get(column)).casefold()
        if _DEPOSIT_TAKEN_BACK.search(said):
            return column
    return ""


def _word(cell: str) -> str:
    return cell.replace(" ", "").casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Direction:
    """The word of a bank with one column of amounts for the direction of a row."""

    is_out: bool = False
    is_in: bool = False
    #: A deposit that the bank took back.
    is_undone: bool = False
    #: A word that says neither, or none, beside amounts that may be either.
    is_unclear: bool = False
    #: The column whose remark says that a deposit was taken back; empty where none does.
    remark: str = ""

    @classmethod
    def of(cls, table: HeadedTable, row: TableRow) -> _Direction:
        """Read the cell; a bank with a column of what went says there which money went."""
        said = unicodedata.normalize("NFKC", row.get("direction")).casefold()
        is_out, is_in = bool(_WENT.search(said)), bool(_CAME.search(said))
        is_undone = not is_out and bool(_TAKEN_BACK.search(said))
        if remark := _taken_back_by(row):
            # Banks write it as a withdrawal, or as a deposit below nothing.
            return cls(is_undone=True, remark=remark)
        if "went" in table.fields.values():
            return cls(is_undone=is_undone)
        is_either = "direction" in table.fields.values() and not _is_came_alone(table)
        return cls(
            is_out=is_out,
            is_in=is_in,
            is_undone=is_undone,
            is_unclear=is_either and not is_out and not is_in,
        )


@dataclass(slots=True, kw_only=True)
class _LineFaults:
    """The faults of one row, gathered while its cells are read."""

    table: HeadedTable
    row: TableRow
    problems: list[Problem] = field(default_factory=list)

    def add(self, column: str, code: str, *, limit: int | None = None, actual: str = "") -> None:
        """Add a fault with its row and its column's heading."""
        self.problems.append(
            Problem(
                code=code,
                limit=limit,
                actual=actual or self.row.get(column),
                details={"line": self.row.number, "column": self.table.heading(column)},
            )
        )

    def won(self, column: str) -> int:
        """Return the won of a column; a fault for a text that is none."""
        found = won_in(self.row.get(column))
        if found is None:
            self.add(column, "bank_table.amount")
        return found or 0

    def day(self, today: date) -> date | None:
        """Return the day; a fault where it is none, is to come, or lies before all centres."""
        cell = self.row.get("day")
        found, is_long = day_in(cell), _LONG_YEAR.match(unicodedata.normalize("NFKC", cell))
        since = FIRST_DAY if is_long else max(FIRST_DAY, today - SHORT_YEARS)
        if found is None or found < since:
            self.add("day", "bank_table.day")
            return None
        if found > today:
            self.add("day", "bank_table.future")
        return found

    def text(self, column: str) -> str:
        """Return a text; a fault where it is too long or holds a resident number."""
        cell = self.row.get(column)
        if holds_resident_number(cell):
            # The cell is not said again.
            self.problems.append(
                Problem(
                    code="bank_table.resident_number",
                    details={"line": self.row.number, "column": self.table.heading(column)},
                )
            )
        elif len(cell) > LONGEST or not cell.isprintable():
            self.add(column, "bank_table.long", limit=LONGEST, actual=cell[:20])
        return cell
