"""A line of a bank's statement that brought money, and its treatment by an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from gadong.billing.domain.bank.payer_name import compared
from gadong.core.domain.document import canonical
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, StatementId, TransferId
from gadong.core.domain.problem import Problem


class EntryVerdict(StrEnum):
    """The treatment of a row by an import."""

    NEW = "new"
    #: The same line of the bank was imported before.
    KNOWN = "known"
    #: The day, amount and payer of an imported line that is not in this table, at another time.
    SIMILAR = "similar"
    #: It brought no money: a withdrawal, a sum, or a remark.
    LEFT_OUT = "left_out"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A line that brought money, as a table has it. Won.

    `came_at` is HH:MM:SS, or empty where the bank does not say it. `account` is the name that the
    centre gives the account of the table, or empty: most centres have one.
    """

    came_on: date
    amount: int
    payer: str
    came_at: str = ""
    memo: str = ""
    balance: int | None = None
    account: str = ""

    @property
    def key(self) -> tuple[date, int, str]:
        """Return what a line has in common with one that may be the same."""
        return self.came_on, self.amount, compared(self.payer)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A row of a table with its verdict; without a line where it brought no money or is faulty."""

    number: int
    verdict: EntryVerdict
    line: BankLine | None = None
    digest: bytes = b""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """A line that was imported."""

    id: UUID
    centre_id: CentreId
    line: BankLine
    digest: bytes
    recorded_by: PersonId
    recorded_at: datetime


class SettlementKind(StrEnum):
    """The treatment of an imported line by a person."""

    #: The line was entered as a firm's transfer.
    ENTERED = "entered"
    #: The money had been entered by hand before.
    LINKED = "linked"
    #: The money is no firm's for a statement: interest, a grant.
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A person's decision about a line; the firm and its transfer or statement where it has one."""

    id: UUID
    entry_id: UUID
    kind: SettlementKind
    reason: str
    transfer_id: TransferId | None = None
    company_id: CompanyId | None = None
    company_name: str = ""
    statement_id: StatementId | None = None


def digests(lines: Iterable[BankLine]) -> list[bytes]:
    """Return the digest of each line of one table.

    Of equal lines (day, time, amount, payer) of an account each has its own by its place among
    them, whatever the order of the table. The balance and the memo are no part: banks write them
    differently.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for line in lines:
        own = (line.came_on.isoformat(), line.came_at, line.amount, compared(line.payer))
        # Lines from before accounts were named keep the digest that they had.
        same = (*own, line.account) if line.account else own
        seen[same] += 1
        found.append(sha256(canonical([*same, seen[same]])).digest())
    return found


def compare(lines: Sequence[BankLine], imported: Sequence[BankEntry]) -> list[EntryVerdict]:
    """Say of each line of a table whether it is new beside what was imported.

    A line is similar where an imported one of its day, amount and payer is not in the table itself.
    Otherwise the same file with another column of time would be imported twice. A line of another
    account is not similar, unless one of the two has no account.
    """
    known = {entry.digest for entry in imported}
    its_digests = digests(lines)
    here = set(its_digests)
    absent = [entry.line for entry in imported if entry.digest not in here]
    by_key: dict[object, Counter[str]] = {line.key: Counter() for line in absent}
    for line in absent:
        by_key[line.key][line.account] += 1
    verdicts = []
    for line, digest in zip(lines, its_digests, strict=True):
        if digest in known:
            verdicts.append(EntryVerdict.KNOWN)
            continue
        left = by_key.get(line.key, Counter())
        # One of its own account first.
        fitting = (line.account, "") if line.account else sorted(left)
        account = next((name for name in fitting if left[name]), None)
        if account is None:
            verdicts.append(EntryVerdict.NEW)
        else:
            left[account] -= 1
            verdicts.append(EntryVerdict.SIMILAR)
    return verdicts
