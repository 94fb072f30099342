"""Claims: a centre's demand on a programme's payer, with every covered line of its statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gadong.billing.domain.claims.payer_lines import (
    LineKey,
    PayerLine,
    ProgrammePayer,
    changed_lines,
)
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import JsonObject
from gadong.core.domain.ids import CentreId, PersonId, StatementId
from gadong.core.domain.problem import Conflict, Invalid
from gadong.people.domain.bank_account import NO_ACCOUNT, BankAccount
from gadong.people.domain.legal_party import UNNAMED, Party

#: The part of a claim that a void statement is; a statement is "", its corrections C01 and so on.
VOID = "V"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerReading:
    """A statement or a correction as its payer reads it: a part, a number, a day, and its lines."""

    part: str
    number: str
    issued_on: date
    lines: Mapping[LineKey, PayerLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDocument:
    """A document on a claim: a statement's lines, or what a correction or a void changes of them.

    Each document is on one claim of its payer alone.
    """

    statement_id: StatementId
    part: str
    number: str
    company_name: str
    registration_number: str
    month: str
    issued_on: date
    lines: tuple[PayerLine, ...]

    @property
    def amount(self) -> int:
        """Return what the payer pays of the document, or less if negative."""
        return sum(line.amount for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRest:
    """The rest of a budget before a claim's documents, and after all documents."""

    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeClaim:
    """A claim's content. Frozen once it is final.

    `budget` is the rest of the tariff's own budget, `year_budget` the least rest of the budgets of
    the year of `until`. Both are None without a budget. A claim that is not final has no number.
    """

    centre: str
    centre_name: str
    zone: str
    of: ProgrammePayer
    since: str
    until: str
    documents: tuple[ClaimedDocument, ...]
    budget: BudgetRest | None = None
    year_budget: BudgetRest | None = None
    supplier: Party = UNNAMED
    account: BankAccount = NO_ACCOUNT
    number: str = ""
    due_on: date | None = None

    @property
    def amount(self) -> int:
        """Return the sum that the payer is to pay."""
        return sum(document.amount for document in self.documents)

    @property
    def companies(self) -> Mapping[str, int]:
        """Return each firm's sum, by its name."""
        sums: dict[str, int] = {}
        for document in self.documents:
            sums[document.company_name] = sums.get(document.company_name, 0) + document.amount
        return sums


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalClaim:
    """A claim as it is kept."""

    id: UUID
    centre_id: CentreId
    year: int
    sequence: int
    number: str
    programme: str
    payer: str
    since: str
    until: str
    amount: int
    document: JsonObject  # as stored; billing.services.claims.programme_claims reads it
    document_digest: bytes
    due_on: date
    made_by: PersonId
    made_at: datetime


def unclaimed(
    readings: Sequence[PayerReading], claimed: Collection[str], *, voided_on: date | None
) -> list[tuple[PayerReading, tuple[PayerLine, ...]]]:
    """Return a statement's readings that no claim has, with the lines that each changes.

    A statement that became void before any claim is on none.
    """
    if voided_on is not None and not claimed:
        return []
    found: list[tuple[PayerReading, tuple[PayerLine, ...]]] = []
    was: Mapping[LineKey, PayerLine] = {}
    for reading in [*readings, *_void(readings, voided_on)]:
        lines = changed_lines(was, reading.lines)
        was = reading.lines
        if lines and reading.part not in claimed:
            found.append((reading, lines))
    return found


def _void(readings: Sequence[PayerReading], voided_on: date | None) -> list[PayerReading]:
    if voided_on is None:
        return []
    return [PayerReading(part=VOID, number=readings[0].number, issued_on=voided_on, lines={})]


def need_range(since: str, until: str) -> None:
    """Raise Invalid for what is no range of months."""
    try:
        first, last = Month.parse(since), Month.parse(until)
    except ValueError as trouble:
        raise Invalid("A month is written like 2026-11", field="since") from trouble
    if (first.year, first.number) > (last.year, last.number):
        raise Invalid("The last month lies before the first", field="until")


def need_claimable(claim: ProgrammeClaim, amount: int) -> None:
    """Raise Conflict where a claim is not of the amount that somebody read, or is of nothing."""
    if not claim.documents:
        raise Conflict("There is nothing to claim")
    if claim.amount != amount:
        raise Conflict("Documents have changed; read the claim again")
    if amount < 1:
        raise Conflict("Corrections exceed what is claimed; they wait for the next claim")
