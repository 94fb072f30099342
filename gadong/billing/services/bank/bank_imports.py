"""Import of a bank's table: every row judged, and the lines that brought money kept once (ADR 77).

What is kept pays nothing yet: a person says whose money it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.billing.domain.bank.bank_entry import EntryVerdict, JudgedLine
from gadong.billing.domain.bank.bank_table import days_of, judge, need_columns
from gadong.billing.store import bank_entries
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid, NotFound, Problem, Refused
from gadong.people.domain.imports.headed_table import UnreadableTable, read_headed
from gadong.people.services.imports.company_imports import unreadable
from gadong.people.store import people
from gadong.texts.headings import BANK_LINES as HEADINGS

LONGEST_ACCOUNT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class BankImport:
    """Rows of cells of a bank's table.

    `fields` are the fields by heading as somebody chose them; None takes those of earlier imports
    and of the headings' own words. `keeps_good` leaves faulty rows out, `takes_similar` takes in
    what looks like an imported line. `account` names the account of the table where the centre has
    several.
    """

    rows: Sequence[Sequence[str]]
    fields: Mapping[str, str] | None = None
    keeps_good: bool = False
    takes_similar: bool = False
    account: str = ""

    @property
    def kept(self) -> frozenset[EntryVerdict]:
        """Return the verdicts of the rows that are kept."""
        more = {EntryVerdict.SIMILAR} if self.takes_similar else set()
        return frozenset({EntryVerdict.NEW, *more})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBankTable:
    """A bank's table as an import reads it; `problems` are those of its columns."""

    fields: Mapping[str, str]
    rows: Sequence[JudgedLine]
    problems: Sequence[Problem] = ()

    @property
    def counts(self) -> Mapping[EntryVerdict, int]:
        """Return the number of rows of each verdict."""
        found = Counter(row.verdict for row in self.rows)
        return {verdict: found[verdict] for verdict in EntryVerdict}

    def won(self, verdict: EntryVerdict) -> int:
        """Return the won of the rows of a verdict."""
        return sum(row.line.amount for row in self.rows if row.line and row.verdict is verdict)


def preview(
    pool: Pool, who: Caller, centre: CentreId, table: BankImport, *, now: datetime
) -> ReadBankTable:
    """Judge every row and write nothing."""
    with transaction(pool, who.need(centre, Right.MONEY_WORK)) as tx:
        return _read(tx, centre, table, now)


@retried
def keep(
    pool: Pool, who: Caller, centre: CentreId, table: BankImport, *, now: datetime
) -> ReadBankTable:
    """Keep the lines that are new, and the columns for the next table, in one transaction.

    Raise Refused with each fault where a row is faulty, unless faulty rows may be left out.
    """
    with transaction(pool, who.need(centre, Right.MONEY_WORK)) as tx:
        bank_entries.lock(tx, centre)
        read = _read(tx, centre, table, now)
        faults = [*read.problems, *(p for row in read.rows for p in row.problems)]
        if read.problems or (faults and not table.keeps_good):
            raise Refused(faults)
        at = recorded_at(tx, centre)
        lines = [(row.line, row.digest) for row in read.rows if row.verdict in table.kept]
        bank_entries.insert(
            tx,
            centre,
            [(line, digest) for line, digest in lines if line is not None],
            by=who.person_id,
            at=at,
        )
        known = bank_entries.columns(tx, centre)
        if known != {**known, **read.fields}:
            bank_entries.insert_columns(tx, centre, read.fields, by=who.known, at=at)
    return read


def _read(tx: Tx, centre: CentreId, table: BankImport, now: datetime) -> ReadBankTable:
    if wrong := set((table.fields or {}).values()) - {"", *HEADINGS}:
        raise Invalid(f"There is no field {min(wrong)!r}", field="fields")
    account = " ".join(table.account.split())
    if len(account) > LONGEST_ACCOUNT or not account.isprintable():
        raise Invalid(f"An account's name has up to {LONGEST_ACCOUNT} letters", field="account")
    kept, today = bank_entries.columns(tx, centre), _today(tx, centre, now)
    try:
        read = read_headed(table.rows, HEADINGS, given=table.fields, kept=kept)
    except UnreadableTable as trouble:
        raise Refused([unreadable(trouble)]) from trouble
    try:
        need_columns(read)
    except UnreadableTable as trouble:
        return ReadBankTable(fields=read.fields, rows=(), problems=(unreadable(trouble),))
    days = days_of(read, today=today)
    imported = bank_entries.within(tx, centre, *days) if days else []
    return ReadBankTable(
        fields=read.fields, rows=judge(read, imported, today=today, account=account)
    )


def _today(tx: Tx, centre_id: CentreId, now: datetime) -> date:
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return now.astimezone(centre.zone).date()
