"""Hometax's list of issued tax invoices: each row matched with the statement that it is of."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from gadong.billing.domain.bank.bank_table import day_in, won_in
from gadong.core.domain.ids import StatementId
from gadong.core.domain.problem import Problem
from gadong.people.domain.imports.company_table import registration_digits
from gadong.people.domain.imports.headed_table import (
    HeadedTable,
    TableRow,
    UnreadableTable,
    need_one_column_each,
)
from gadong.texts.headings import AMENDED_WORD
from gadong.texts.headings import APPROVALS as HEADINGS

NEEDED = ("approval", "written_on", "customer", "supply", "vat")
_APPROVAL = re.compile(r"[0-9A-Za-z]{24}")
#: A document's number: its centre, its month and its place in it; a correction's goes on.
_NUMBER = re.compile(r"[\w-]+-(\d{4})(0[1-9]|1[0-2])-\d{4,}(?:-C\d+)?")


class ApprovalVerdict(StrEnum):
    """The treatment of a row by an import."""

    REGISTER = "register"
    #: Its approval number is registered, or stands above in the table.
    KNOWN = "known"
    #: A statement has its number, but other amounts or another customer.
    DIFFERS = "differs"
    #: No statement without a tax invoice fits it, or several do.
    UNMATCHED = "unmatched"
    #: An amended invoice: its reason is the accountant's to say, so it is registered by hand.
    AMENDED = "amended"
    #: Another business supplied.
    NOT_OURS = "not_ours"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class SumsOfDay:
    """The customer and the sums of a statement from the day of one of its documents on. Won."""

    since: date
    customer: str
    supply: int
    vat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """An issued statement without a tax invoice, as its documents say it, in their order."""

    statement_id: StatementId
    number: str
    month: str
    documents: tuple[SumsOfDay, ...]

    def is_said_by(self, customer: str, supply: int, vat: int, *, issued_on: date) -> bool:
        """Return whether an invoice of that day has the sums of the last document until then.

        An invoice of an earlier day than the statement has those of the statement itself.
        """
        until = [one for one in self.documents if one.since <= issued_on]
        said = until[-1] if until else self.documents[0]
        is_due = bool(said.customer) and said.supply > 0
        return is_due and (said.customer, said.supply, said.vat) == (customer, supply, vat)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedApproval:
    """A row with its verdict, and the statement that it is of."""

    row: int
    verdict: ApprovalVerdict
    approval: str = ""
    written_on: date | None = None
    issued_on: date | None = None
    supply: int = 0
    vat: int = 0
    statement: OpenInvoice | None = None
    problems: tuple[Problem, ...] = ()


def need_columns(table: HeadedTable) -> None:
    """Raise UnreadableTable where a needed column is missing, or two say one field."""
    need_one_column_each(table)
    for name in NEEDED:
        if name not in table.fields.values():
            raise UnreadableTable("company_table.heading_missing", HEADINGS[name][0])


def written_of(cell: str) -> str:
    """Return an approval number without the hyphens and spaces of the list."""
    return re.sub(r"[\s-]", "", cell)


def months_of(table: HeadedTable) -> list[str]:
    """Return the months for which a table's invoices are written, or of which they name a
    statement, in order.
    """
    days = (day_in(row.get("written_on")) for row in table.rows)
    named = {f"{of[1]}-{of[2]}" for row in table.rows for of in _named(row)}
    return sorted({f"{day:%Y-%m}" for day in days if day} | named)


def judge(
    table: HeadedTable,
    invoices: Sequence[OpenInvoice],
    registered: Collection[str],
    *,
    supplier: str,
) -> list[JudgedApproval]:
    """Return every row with its verdict; no statement and no approval number is used twice.

    Rows that name a statement go first. Of equal rows that name none, nobody knows which is its.
    """
    left, known = list(invoices), set(registered)
    judged: dict[int, JudgedApproval] = {}
    alike = _approvals_by_content(table, known, supplier)
    for row in sorted(table.rows, key=lambda row: not _named(row)):
        one = _judge(table, row, left, known, supplier)
        if one.verdict is ApprovalVerdict.REGISTER and one.statement:
            if _named(row) or len(alike[_content(row)]) == 1:
                left.remove(one.statement)
                known.add(one.approval)
            else:
                one = replace(one, verdict=ApprovalVerdict.UNMATCHED, statement=None)
        judged[row.number] = one
    return [judged[row.number] for row in table.rows]


def _named(row: TableRow) -> list[re.Match[str]]:
    """Return the numbers of documents that a row's note names."""
    found = (_NUMBER.fullmatch(word) for word in row.get("note").split())
    return [number for number in found if number]


def _content(row: TableRow) -> tuple[str, str, int | None, int | None]:
    """Return what a row without a name is matched by: customer, month and amounts."""
    day = day_in(row.get("written_on"))
    return (
        registration_digits(row.get("customer")),
        f"{day:%Y-%m}" if day else "",
        won_in(row.get("supply")),
        won_in(row.get("vat")),
    )


def _approvals_by_content(
    table: HeadedTable, known: Collection[str], supplier: str
) -> dict[tuple[str, str, int | None, int | None], set[str]]:
    """Return the new approval numbers of first invoices that name no statement."""
    found: dict[tuple[str, str, int | None, int | None], set[str]] = {}
    for row in table.rows:
        approval = written_of(row.get("approval"))
        is_other = approval in known or AMENDED_WORD in row.get("kind") or _named(row)
        if not is_other and _is_own(row, supplier):
            found.setdefault(_content(row), set()).add(approval)
    return found


def _is_own(row: TableRow, supplier: str) -> bool:
    return registration_digits(row.get("supplier")) in {"", supplier}


def _judge(
    table: HeadedTable,
    row: TableRow,
    invoices: Sequence[OpenInvoice],
    known: Collection[str],
    supplier: str,
) -> JudgedApproval:
    approval = written_of(row.get("approval"))
    written_on, supply, vat = (
        day_in(row.get("written_on")),
        won_in(row.get("supply")),
        won_in(row.get("vat")),
    )
    wrong = [
        name
        for name, is_wrong in (
            ("approval", not _APPROVAL.fullmatch(approval)),
            ("written_on", written_on is None),
            ("supply", supply is None),
            ("vat", vat is None),
        )
        if is_wrong
    ]
    if wrong or written_on is None or supply is None or vat is None:
        return JudgedApproval(
            row=row.number,
            verdict=ApprovalVerdict.FAULTY,
            problems=tuple(_fault(table, row, name) for name in wrong),
        )

    issued_on = day_in(row.get("issued_on")) or written_on

    def said(verdict: ApprovalVerdict, statement: OpenInvoice | None = None) -> JudgedApproval:
        return JudgedApproval(
            row=row.number,
            verdict=verdict,
            approval=approval,
            written_on=written_on,
            issued_on=issued_on,
            supply=supply,
            vat=vat,
            statement=statement,
        )

    if approval in known:
        return said(ApprovalVerdict.KNOWN)
    if not _is_own(row, supplier):
        return said(ApprovalVerdict.NOT_OURS)
    if AMENDED_WORD in row.get("kind"):
        return said(ApprovalVerdict.AMENDED)
    customer = registration_digits(row.get("customer"))
    named = next((one for one in invoices if one.number in row.get("note").split()), None)
    if named:
        is_same = named.is_said_by(customer, supply, vat, issued_on=issued_on)
        return said(ApprovalVerdict.REGISTER if is_same else ApprovalVerdict.DIFFERS, named)
    if _named(row):
        # Its statement is void, another centre's, or has its invoice.
        return said(ApprovalVerdict.UNMATCHED)
    fitting = [
        one
        for one in invoices
        if one.is_said_by(customer, supply, vat, issued_on=issued_on)
        and one.month == f"{written_on:%Y-%m}"
    ]
    if len(fitting) != 1:
        return said(ApprovalVerdict.UNMATCHED)
    return said(ApprovalVerdict.REGISTER, fitting[0])


def _fault(table: HeadedTable, row: TableRow, name: str) -> Problem:
    code = {"written_on": "bank_table.day", "approval": "approval_table.approval"}
    return Problem(
        code=code.get(name, "bank_table.amount"),
        actual=row.get(name)[:40],
        details={"line": row.number, "column": table.heading(name)},
    )
