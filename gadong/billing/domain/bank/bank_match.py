"""Firms that may have sent the money of a bank's line: proposals, which a person confirms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import combinations

from gadong.billing.domain.accounts.company_account import AccountItem
from gadong.billing.domain.accounts.transfer import oldest_first
from gadong.billing.domain.bank.bank_entry import BankLine
from gadong.billing.domain.bank.payer_name import compared, is_part
from gadong.core.domain.ids import CompanyId, StatementId

#: Proposals of one line; more are no help to who chooses.
MOST_PROPOSALS = 3
#: Open items among which an exact sum is looked for: 4,095 sums.
MOST_SUMMED = 12


class MatchBasis(IntEnum):
    """The reason for which a firm is proposed, the surest first."""

    NAME = 1
    #: A person confirmed money of this payer for the firm before.
    PAYER = 2
    REPRESENTATIVE = 3
    PART_OF_NAME = 4
    #: The amount alone is exactly what the firm owes, or one of its statements.
    AMOUNT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """A firm with the names by which it may pay, and its open items, the oldest due first."""

    company_id: CompanyId
    name: str
    representative: str = ""
    payers: Sequence[str] = ()
    items: Sequence[AccountItem] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A firm for a line's money, and the statements that it would pay; the rest is a credit."""

    company_id: CompanyId
    company_name: str
    basis: MatchBasis
    parts: Mapping[StatementId, int]
    is_exact: bool
    rest: int


def proposals(line: BankLine, debtors: Iterable[Debtor]) -> list[Proposal]:
    """Return the firms that may have sent a line's money, the likeliest first.

    A name goes before an amount. Of two firms with the same basis the one whose debt is met exactly
    goes first, then the one that owes longer.
    """
    found: list[tuple[tuple[int, bool, date, str], Proposal]] = []
    for debtor in debtors:
        open_items = [item for item in debtor.items if item.open]
        exact = exact_parts(open_items, line.amount)
        basis = _basis(line, debtor) or (
            MatchBasis.AMOUNT if _is_plain(open_items, exact) else None
        )
        if basis is None:
            continue
        parts = exact or oldest_first(open_items, line.amount)
        due = min((item.due_on for item in open_items if item.due_on), default=date.max)
        made = Proposal(
            company_id=debtor.company_id,
            company_name=debtor.name,
            basis=basis,
            parts=parts,
            is_exact=exact is not None,
            rest=line.amount - sum(parts.values()),
        )
        found.append(((basis, exact is None, due, debtor.name), made))
    found.sort(key=lambda pair: pair[0])
    return [made for _, made in found[:MOST_PROPOSALS]]


def exact_parts(items: Sequence[AccountItem], amount: int) -> dict[StatementId, int] | None:
    """Return the open items whose sum is the amount, or None.

    One item goes before several, the oldest in a row before others, and fewer before more.
    """
    for item in items:
        if item.open == amount:
            return {item.statement_id: amount}
    taken: dict[StatementId, int] = {}
    for item in items:
        taken[item.statement_id] = item.open
        if sum(taken.values()) == amount:
            return taken
    few = items[:MOST_SUMMED]
    for count in range(2, len(few)):
        for chosen in combinations(few, count):
            if sum(item.open for item in chosen) == amount:
                return {item.statement_id: item.open for item in chosen}
    return None


def _basis(line: BankLine, debtor: Debtor) -> MatchBasis | None:
    payer = compared(line.payer)
    if not payer:
        return None
    name = compared(debtor.name)
    if payer == name:
        return MatchBasis.NAME
    if payer in {compared(known) for known in debtor.payers}:
        return MatchBasis.PAYER
    if debtor.representative and payer == compared(debtor.representative):
        return MatchBasis.REPRESENTATIVE
    return MatchBasis.PART_OF_NAME if is_part(payer, name) else None


def _is_plain(items: Sequence[AccountItem], exact: Mapping[StatementId, int] | None) -> bool:
    """Return whether an exact sum says something by itself: one item, or all that is owed."""
    return exact is not None and len(exact) in {1, len(items)}
