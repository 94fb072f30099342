"""Statements: a company's month at a centre, from charges to a total, and the life of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gadong.domain.money import floored
from gadong.domain.problem import NotAllowed, Problem
from gadong.domain.rating import Charge
from gadong.domain.tariff import TaxType


class StatementState(StrEnum):
    """Where a statement stands. Drafts are recomputed, approved ones are locked, issued ones are frozen."""

    DRAFT = "draft"
    APPROVED = "approved"
    ISSUED = "issued"


class StatementAction(StrEnum):
    """What can be done to a statement."""

    RECOMPUTE = "recompute"
    APPROVE = "approve"
    REOPEN = "reopen"
    ISSUE = "issue"


TRANSITIONS: Mapping[tuple[StatementState, StatementAction], StatementState] = {
    (StatementState.DRAFT, StatementAction.RECOMPUTE): StatementState.DRAFT,
    (StatementState.DRAFT, StatementAction.APPROVE): StatementState.APPROVED,
    (StatementState.APPROVED, StatementAction.REOPEN): StatementState.DRAFT,
    (StatementState.APPROVED, StatementAction.ISSUE): StatementState.ISSUED,
}


def following(state: StatementState, action: StatementAction) -> StatementState:
    """The state after the action; raises NotAllowed where the table has no such step."""
    found = TRANSITIONS.get((state, action))
    if found is None:
        raise NotAllowed(state=state, action=action)
    return found


# Korean value-added tax (부가가치세법 §30).
VAT_PCT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A charge as the company reads it."""

    charge: Charge
    machine: str
    machine_name: str
    sentence_ko: str
    sentence_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The document's sums, in whole won. `truncation` is the (never positive) 원단위 절사, `supply` has it off."""

    lines: int
    truncation: int
    supply: int
    vat: int
    total: int


def totals(charges: Sequence[Charge], *, unit: int) -> Totals:
    """Sums per tax type, each truncated to the unit, and VAT once per document (billing §5.2, step 9)."""
    by_type = {tax: sum(c.amount for c in charges if c.tax_type is tax) for tax in TaxType}
    cut = {tax: floored(amount, unit) for tax, amount in by_type.items()}
    vat = cut[TaxType.TAXABLE_10] * VAT_PCT // 100
    lines, supply = sum(by_type.values()), sum(cut.values())
    return Totals(lines=lines, truncation=supply - lines, supply=supply, vat=vat, total=supply + vat)


def blockers(
    *,
    unattributed_seconds: int,
    unpriced: Sequence[str],
    open_sessions: int,
    open_sequence_gaps: int,
    totals: Totals,
) -> list[Problem]:
    """What a manager must settle before approving."""
    found = [Problem(code="statement.no_rate", actual=machine) for machine in unpriced]
    if unattributed_seconds:
        found.append(Problem(code="statement.unattributed", actual=unattributed_seconds))
    if open_sessions:
        found.append(Problem(code="statement.open_session", actual=open_sessions))
    if open_sequence_gaps:
        found.append(Problem(code="statement.sequence_gap", actual=open_sequence_gaps))
    if totals.total < 0:
        found.append(Problem(code="statement.negative", actual=totals.total))
    return found
