"""Statements: a company's month at a centre, from charges to a total, and the life of the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gadong.domain.charge import CAPPED, Charge
from gadong.domain.money import floored, percent
from gadong.domain.problem import NotAllowed, Problem
from gadong.domain.tariff import Component
from gadong.domain.terms import Subsidy, TaxType, VatMode


class StatementState(StrEnum):
    """Where a statement stands. Drafts are recomputed, approved ones are locked, issued ones are frozen."""

    DRAFT = "draft"
    CHECKING = "checking"  # shown to its company, which may object until an instant; computed on like a draft
    APPROVED = "approved"
    ISSUED = "issued"
    VOID = "void"  # its number stays used, its month is free for another


class StatementAction(StrEnum):
    """What can be done to a statement."""

    RECOMPUTE = "recompute"
    SHOW = "show"
    APPROVE = "approve"
    REOPEN = "reopen"
    ISSUE = "issue"
    VOID = "void"


TRANSITIONS: Mapping[tuple[StatementState, StatementAction], StatementState] = {
    (StatementState.DRAFT, StatementAction.RECOMPUTE): StatementState.DRAFT,
    (StatementState.DRAFT, StatementAction.SHOW): StatementState.CHECKING,
    (StatementState.DRAFT, StatementAction.APPROVE): StatementState.APPROVED,
    (StatementState.CHECKING, StatementAction.RECOMPUTE): StatementState.CHECKING,
    (StatementState.CHECKING, StatementAction.SHOW): StatementState.CHECKING,
    (StatementState.CHECKING, StatementAction.APPROVE): StatementState.APPROVED,
    (StatementState.CHECKING, StatementAction.REOPEN): StatementState.DRAFT,
    (StatementState.APPROVED, StatementAction.REOPEN): StatementState.DRAFT,
    (StatementState.APPROVED, StatementAction.ISSUE): StatementState.ISSUED,
    (StatementState.ISSUED, StatementAction.VOID): StatementState.VOID,
}


def following(state: StatementState, action: StatementAction) -> StatementState:
    """The state after the action; raises NotAllowed where the table has no such step."""
    found = TRANSITIONS.get((state, action))
    if found is None:
        raise NotAllowed(state=state, action=action)
    return found


# A session with more unknown time than one billing block is looked at before it is billed.
UNKNOWN_BORNE = 600
#: Which statements their company sees.
SHOWN = frozenset({StatementState.CHECKING, StatementState.ISSUED, StatementState.VOID})
#: What is charged for not using a machine.
FEES = frozenset({Component.NO_SHOW, Component.LATE_CANCEL})
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
    """The document's sums, in whole won. `truncation` is the (never positive) 원단위 절사, `supply` has it off.

    `taxable` is the part of the supply that the tax is of. Of the `total`, `subsidy` is what the `programme`'s payer pays;
    the company pays the rest.
    """

    lines: int
    truncation: int
    supply: int
    vat: int
    total: int
    subsidy: int = 0
    payer: str = ""
    taxable: int = 0
    programme: str = ""

    @property
    def payable(self) -> int:
        """What is left for the company to pay."""
        return self.total - self.subsidy


def totals(
    charges: Sequence[Charge],
    *,
    unit: int,
    vat_mode: VatMode = VatMode.EXCLUSIVE,
    subsidy: Subsidy | None = None,
) -> Totals:
    """Sums per tax type, each truncated to the unit, VAT once per document, and what a programme pays (billing §5.2).

    Prices that hold the tax are parted: the tax is an eleventh, floored, and the rest is the supply.
    """
    by_type = {tax: sum(c.amount for c in charges if c.tax_type is tax) for tax in TaxType}
    cut = {tax: floored(amount, unit) for tax, amount in by_type.items()}
    taxed, lines, kept = cut[TaxType.TAXABLE_10], sum(by_type.values()), sum(cut.values())
    is_inside = vat_mode is VatMode.INCLUSIVE
    vat = taxed * VAT_PCT // (100 + VAT_PCT) if is_inside else taxed * VAT_PCT // 100
    supply = kept - vat if is_inside else kept
    return Totals(
        lines=lines,
        truncation=kept - lines,
        supply=supply,
        vat=vat,
        total=supply + vat,
        subsidy=_subsidy(charges, subsidy, supply=supply, total=supply + vat, is_inside=is_inside),
        payer=subsidy.payer if subsidy else "",
        taxable=taxed - vat if is_inside else taxed,
        programme=subsidy.name if subsidy else "",
    )


def _subsidy(
    charges: Sequence[Charge], programme: Subsidy | None, *, supply: int, total: int, is_inside: bool
) -> int:
    """The programme's part of the supply that it covers (billing §5.2); fees for not coming are the company's own."""
    if programme is None:
        return 0
    own = {
        tax: sum(c.amount for c in charges if c.tax_type is tax and not _covers(programme, c))
        for tax in TaxType
    }
    if is_inside:
        # The supply is without the tax that these prices hold.
        own[TaxType.TAXABLE_10] -= own[TaxType.TAXABLE_10] * VAT_PCT // (100 + VAT_PCT)
    eligible = supply - sum(own.values())
    part = floored(percent(programme.pct) * max(0, eligible))
    left = programme.monthly_cap if programme.budget is None else min(programme.monthly_cap, programme.budget)
    return max(0, min(part, left, total))


def _covers(programme: Subsidy, charge: Charge) -> bool:
    if charge.component in FEES:
        return False
    is_time = charge.component in CAPPED or charge.component is Component.CAP
    what = Component.TIME if is_time else charge.component
    return not programme.covers or what in programme.covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """How a document's sums are made: the unit it is truncated to, how prices hold the tax, and who pays a part."""

    unit: int = 1
    vat_mode: VatMode = VatMode.EXCLUSIVE
    subsidy: Subsidy | None = None

    def totals(self, charges: Sequence[Charge]) -> Totals:
        """The sums of the charges."""
        return totals(charges, unit=self.unit, vat_mode=self.vat_mode, subsidy=self.subsidy)


def blockers(
    *,
    unattributed_seconds: int,
    unpriced: Sequence[str],
    open_sessions: int,
    open_sequence_gaps: int,
    unknown_seconds: int,
    expired: Sequence[str],
    totals: Totals,
) -> list[Problem]:
    """What a manager must settle before approving. `expired` names proofs that ran out in the month."""
    found = [Problem(code="statement.no_rate", actual=machine) for machine in unpriced]
    found += [Problem(code="statement.proof_expired", actual=name) for name in expired]
    if unattributed_seconds:
        found.append(Problem(code="statement.unattributed", actual=unattributed_seconds))
    if open_sessions:
        found.append(Problem(code="statement.open_session", actual=open_sessions))
    if open_sequence_gaps:
        found.append(Problem(code="statement.sequence_gap", actual=open_sequence_gaps))
    if unknown_seconds > UNKNOWN_BORNE:
        found.append(
            Problem(code="statement.unknown", limit=UNKNOWN_BORNE // 60, actual=unknown_seconds // 60)
        )
    if totals.total < 0:
        found.append(Problem(code="statement.negative", actual=totals.total))
    return found
