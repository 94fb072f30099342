"""Corrections: what a later fact changes of an issued statement, line by line, and by how much.
An issued document never changes. A correction states what was, what is, and the difference; the
next one builds on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.tax_breakdown import breakdown
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.domain.tariff_terms import TaxType
from gadong.people.domain.legal_party import UNNAMED, Party

# Below this no document is made; the difference stays visible
# (docs/reference/billing.md#after-issue).
MATERIAL = 100
# The machine in the key of use without a booking; keys of earlier documents have none.
A_MACHINE = re.compile(r"@[0-9a-f-]{36}/")


class Direction(StrEnum):
    """The side that a correction favours."""

    CREDIT = "credit"  # the company
    DEBIT = "debit"  # the centre


class StatementSum(StrEnum):
    """A sum of a document by which two readings are compared."""

    TAXABLE = "taxable"
    EXEMPT = "exempt"
    OUT_OF_SCOPE = "out_of_scope"
    VAT = "vat"
    SUBSIDY = "subsidy"
    PAYABLE = "payable"


@dataclass(frozen=True, slots=True, kw_only=True)
class SumChange:
    """One sum of a document before and after, in whole won."""

    figure: StatementSum
    was: int
    now: int

    @property
    def amount(self) -> int:
        """Return the increase of the sum, or its decrease if negative."""
        return self.now - self.was


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerChange:
    """One programme's part of a document before and after, in whole won."""

    programme: str
    payer: str
    was: int
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """One line that differs: nothing where it was not, or is no more.

    `line` is how it reads now, else how it read.

    The amount may be the same: another tax type is a change, and so is another payer.
    `was_tax_type` is the tax type that it had.
    """

    key: str
    was: int | None
    now: int | None
    line: Line
    was_tax_type: TaxType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The difference between a statement's lines today and those of its issue and corrections."""

    changes: tuple[LineChange, ...]
    was: Totals
    now: Totals
    steps: tuple[SumChange, ...] = ()
    payers: tuple[PayerChange, ...] = ()

    @property
    def amount(self) -> int:
        """Return the amount that the company owes more, or less if negative."""
        return self.now.payable - self.was.payable

    @property
    def is_any(self) -> bool:
        """Return whether the two readings differ in a line or in a sum."""
        is_paid_otherwise = any(p.was != p.now for p in self.payers)
        return bool(self.changes) or is_paid_otherwise or any(step.amount for step in self.steps)

    @property
    def is_material(self) -> bool:
        """Return whether a sum differs enough for a document, even if the company owes the same."""
        is_paid_otherwise = any(abs(p.now - p.was) >= MATERIAL for p in self.payers)
        return is_paid_otherwise or any(abs(step.amount) >= MATERIAL for step in self.steps)

    @property
    def direction(self) -> Direction:
        """Return the favoured side, by the company's amount, or else by the total of all payers."""
        favour = self.amount or self.now.total - self.was.total
        return Direction.DEBIT if favour > 0 else Direction.CREDIT


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionDocument:
    """A correction's content.

    `lines` are the whole month as it is now; the next correction builds on them.

    `supplier` and `customer` are as known at its issue; empty in corrections of before engine 5.
    `was_supplier` and `was_customer` are those of before, in a correction of names alone.
    """

    statement: str
    number: str
    company_name: str
    registration_number: str
    month: str
    currency: str
    reason: str
    direction: Direction
    changes: tuple[LineChange, ...]
    was: Totals
    now: Totals
    difference: int
    recorded_before: datetime
    engine_version: str
    lines: tuple[Line, ...]
    supplier: Party = UNNAMED
    customer: Party = UNNAMED
    was_supplier: Party = UNNAMED
    was_customer: Party = UNNAMED

    @property
    def is_of_names(self) -> bool:
        """Return whether it corrects names and numbers, and no amount."""
        return not self.changes and self.was == self.now


def difference(
    was: Sequence[Line], was_totals: Totals, now: Sequence[Line], now_totals: Totals
) -> Difference:
    """Return the changes between two readings of a month: lines of now, then vanished ones."""
    before = {line_identity(line): line for line in was}
    after = {line_identity(line): line for line in now}
    changes = []
    for key in [*after, *(k for k in before if k not in after)]:
        old, new = before.get(key), after.get(key)
        line = new or old
        if line is None or (old and new and _is_same(old.charge, new.charge)):
            continue
        changes.append(
            LineChange(
                key=line.charge.key,
                was=old.charge.amount if old else None,
                now=new.charge.amount if new else None,
                line=line,
                was_tax_type=old.charge.tax_type if old else None,
            )
        )
    then, today = _sums(was, was_totals), _sums(now, now_totals)
    return Difference(
        changes=tuple(changes),
        was=was_totals,
        now=now_totals,
        steps=tuple(SumChange(figure=f, was=then[f], now=today[f]) for f in StatementSum),
        payers=payer_changes(was_totals, now_totals),
    )


def payer_changes(was: Totals, now: Totals) -> tuple[PayerChange, ...]:
    """Return what each programme pays before and after, in the order of the documents' shares."""
    then, today = _parts(was), _parts(now)
    return tuple(
        PayerChange(
            programme=name,
            payer=payer,
            was=then.get((name, payer), 0),
            now=today.get((name, payer), 0),
        )
        for name, payer in dict.fromkeys([*then, *today])
    )


def _parts(of: Totals) -> dict[tuple[str, str], int]:
    """Return each programme's part.

    Documents of engines before 5 have one programme and name no shares.
    """
    if not of.shares:
        return {(of.programme, of.payer): of.subsidy} if of.subsidy else {}
    parts: dict[tuple[str, str], int] = {}
    for share in of.shares:
        key = share.programme, share.payer
        parts[key] = parts.get(key, 0) + share.amount
    return parts


def line_identity(line: Line) -> tuple[str, str]:
    """Return the machine and the key of a line, as documents name it whose keys held no machine."""
    return line.machine, A_MACHINE.sub("/", line.charge.key)


def _is_same(old: Charge, new: Charge) -> bool:
    """Return whether two readings of a line make the same sums."""
    if (old.amount, old.tax_type) != (new.amount, new.tax_type):
        return False
    if old.vat_mode is None or new.vat_mode is None:
        # Engines before 5 named neither the mode nor the programme.
        return True
    return (old.vat_mode, _payer(old)) == (new.vat_mode, _payer(new))


def _payer(charge: Charge) -> tuple[str, str, Decimal] | None:
    """Return who pays a part of a line, and how much of it."""
    programme = charge.programme
    return (programme.name, programme.payer, programme.pct) if programme else None


def _sums(lines: Sequence[Line], of: Totals) -> dict[StatementSum, int]:
    """Return the sums that are compared."""
    sums = breakdown([x.charge for x in lines], of)
    return {
        StatementSum.TAXABLE: sums.taxable,
        StatementSum.EXEMPT: sums.exempt,
        StatementSum.OUT_OF_SCOPE: sums.out_of_scope,
        StatementSum.VAT: sums.vat,
        StatementSum.SUBSIDY: sums.subsidy,
        StatementSum.PAYABLE: sums.payable,
    }
