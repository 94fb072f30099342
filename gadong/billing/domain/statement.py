"""Statements: a company's month at a centre from charges to a total, and the document's life."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from gadong.billing.domain.charge import FEES as FEES  # noqa: PLC0414  # read from here by name
from gadong.billing.domain.charge import Charge, covers
from gadong.billing.domain.subsidy import ProgrammeDraws, Subsidy
from gadong.billing.domain.tariff_terms import TaxType, VatMode
from gadong.core.domain.clock import write_instant
from gadong.core.domain.money import floored, percent, shared
from gadong.core.domain.problem import NotAllowed, Problem


class StatementState(StrEnum):
    """The state of a statement. Drafts are recomputed, approved ones locked, issued ones frozen."""

    DRAFT = "draft"
    # Shown to its company, which may object until an instant; computed on like a draft.
    CHECKING = "checking"
    APPROVED = "approved"
    ISSUED = "issued"
    VOID = "void"  # its number stays used, its month is free for another


class StatementAction(StrEnum):
    """An action on a statement."""

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
    """Return the state after the action; raise NotAllowed without such a step."""
    found = TRANSITIONS.get((state, action))
    if found is None:
        raise NotAllowed(state=state, action=action)
    return found


def in_review(until: datetime | None, *, now: datetime) -> Problem | None:
    """Return the problem of approving a draft before its company's time to check it is over."""
    if until is None or now >= until:
        return None
    return Problem(code="statement.in_review", limit=write_instant(until))


# A session with more unknown time than one billing block is looked at before it is billed.
UNKNOWN_BORNE = 600
# A session whose edges nobody knows to the hour may be another day's, or another company's: it is
# looked at first.
UNCERTAIN_BORNE = 3600
#: Which statements their company sees.
SHOWN = frozenset({StatementState.CHECKING, StatementState.ISSUED, StatementState.VOID})
# Korean value-added tax (docs/reference/billing.md#value-added-tax).
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
class PayerShare:
    """A programme's part of a document, in whole won: `pct` of what is `eligible`, floored, and at
    most `limit`.

    The limit is the company's monthly cap, or what is left of the programme's budgets.
    """

    programme: str
    payer: str
    pct: Decimal
    eligible: int
    limit: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The document's sums, in whole won.

    `truncation` is the (never positive) 원단위 절사, `supply` has it off.

    `taxable` is the part of the supply that the tax is of, `exempt` and `out_of_scope` are the
    others. Of the `total`, `subsidy` is what the programmes of `shares` pay; the company pays the
    rest. Documents of engines before 5 have one `programme` and `payer`, and name neither the
    shares nor the supply without tax.
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
    exempt: int = 0
    out_of_scope: int = 0
    shares: tuple[PayerShare, ...] = ()

    @property
    def payable(self) -> int:
        """Return the amount that the company has to pay."""
        return self.total - self.subsidy


def totals(
    charges: Sequence[Charge],
    *,
    unit: int,
    vat_mode: VatMode = VatMode.EXCLUSIVE,
    subsidy: Subsidy | None = None,
    drawn: Mapping[str, ProgrammeDraws] | None = None,
) -> Totals:
    """Return sums per tax type, each truncated to the unit, VAT once per document, and the
    programmes' shares (docs/reference/billing.md#order-of-computation).

    Prices that hold the tax are parted: the tax is an eleventh, floored, and the rest is the
    supply. Where a month has prices with and without it, each are summed, truncated and taxed by
    themselves. `vat_mode` and `subsidy` are of lines that name none themselves, `drawn` is what the
    programmes' budgets have lost, by name.
    """
    sums = _sums(charges, vat_mode)
    cut = {pot: floored(amount, unit) for pot, amount in sums.items()}
    vat = sum(_vat(pot, amount) for pot, amount in cut.items())
    nets = {pot: amount - _held(pot, amount) for pot, amount in cut.items()}
    supply, lines = sum(nets.values()), sum(sums.values())
    shares = _shares(charges, vat_mode, subsidy, drawn or {}, supply=supply, total=supply + vat)
    by_type = {tax: sum(net for (of, _), net in nets.items() if of is tax) for tax in TaxType}
    return Totals(
        lines=lines,
        truncation=sum(cut.values()) - lines,
        supply=supply,
        vat=vat,
        total=supply + vat,
        subsidy=sum(share.amount for share in shares),
        payer=", ".join(dict.fromkeys(share.payer for share in shares)),
        taxable=by_type[TaxType.TAXABLE_10],
        programme=", ".join(dict.fromkeys(share.programme for share in shares)),
        exempt=by_type[TaxType.EXEMPT],
        out_of_scope=by_type[TaxType.OUT_OF_SCOPE],
        shares=shares,
    )


#: Lines that are summed together: their tax type, and whether their prices hold the tax.
Pot = tuple[TaxType, bool]


def _sums(charges: Iterable[Charge], vat_mode: VatMode) -> dict[Pot, int]:
    """Sum the charges by their tax type and, where they are taxed, by whether their prices hold the
    tax.
    """
    sums: dict[Pot, int] = {}
    for charge in charges:
        is_inside = (charge.vat_mode or vat_mode) is VatMode.INCLUSIVE
        pot = (charge.tax_type, is_inside and charge.tax_type is TaxType.TAXABLE_10)
        sums[pot] = sums.get(pot, 0) + charge.amount
    return sums


def _vat(pot: Pot, amount: int) -> int:
    """Return the tax of an amount, beside it or within it."""
    tax_type, is_inside = pot
    if tax_type is not TaxType.TAXABLE_10:
        return 0
    return amount * VAT_PCT // (100 + VAT_PCT) if is_inside else amount * VAT_PCT // 100


def _held(pot: Pot, amount: int) -> int:
    """Return the tax that an amount holds."""
    return _vat(pot, amount) if pot[1] else 0


def supply_of(charges: Iterable[Charge], vat_mode: VatMode) -> int:
    """Return what charges are without the tax that they hold, before any truncation."""
    return sum(amount - _held(pot, amount) for pot, amount in _sums(charges, vat_mode).items())


def _shares(
    charges: Sequence[Charge],
    vat_mode: VatMode,
    subsidy: Subsidy | None,
    drawn: Mapping[str, ProgrammeDraws],
    *,
    supply: int,
    total: int,
) -> tuple[PayerShare, ...]:
    """Return what each programme pays of the supply that it covers, in the order of the programmes'
    names.

    Lines below nothing that no programme covers reduce the other uncovered ones first. Their rest
    reduces the covered ones, and so does the document's truncation.
    """
    covered: dict[Subsidy, list[Charge]] = {subsidy: []} if subsidy else {}
    uncovered: list[Charge] = []
    for charge in charges:
        programme = charge.programme or (
            subsidy if subsidy and covers(subsidy, charge.component) else None
        )
        (covered.setdefault(programme, []) if programme else uncovered).append(charge)
    programmes = sorted(
        covered, key=lambda p: (p.name, p.payer, p.pct, p.monthly_cap, p.budget or 0)
    )
    eligible = max(0, supply - max(0, supply_of(uncovered, vat_mode)))
    weights = [max(0, supply_of(covered[p], vat_mode)) for p in programmes]
    found: list[PayerShare] = []
    left, limits = total, {p.name: 0 for p in programmes}
    for programme in programmes:
        limits[programme.name] = max(limits[programme.name], _limit(programme, drawn))
    for programme, part in zip(programmes, shared(eligible, weights), strict=True):
        most = _limit(programme, drawn)
        # Under one name, and under the total, no more is paid than is left after the shares before.
        paid = sum(share.amount for share in found if share.programme == programme.name)
        most = max(0, min(most, limits[programme.name] - paid, left))
        amount = min(floored(percent(programme.pct) * part), most)
        left -= amount
        found.append(
            PayerShare(
                programme=programme.name,
                payer=programme.payer,
                pct=programme.pct,
                eligible=part,
                limit=most,
                amount=amount,
            )
        )
    return tuple(found)


def _limit(programme: Subsidy, drawn: Mapping[str, ProgrammeDraws]) -> int:
    """Return a programme's maximum for this document, by the company's cap and its budget's rest.

    What this company's month drew already it keeps, whatever others drew since.
    """
    so_far = drawn.get(programme.name, ProgrammeDraws())
    beside = so_far.beside if isinstance(so_far.beside, int) else 0
    limits = [max(0, programme.monthly_cap - beside)]
    if programme.budget is not None:
        limits.append(max(programme.budget - so_far.others, so_far.own))
    if isinstance(so_far.year_left, int):
        limits.append(max(so_far.year_left - beside, so_far.own))
    return min(limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The terms of a document's sums: the unit of truncation, and its programmes' draws."""

    unit: int = 1
    drawn: Mapping[str, ProgrammeDraws] = field(default_factory=dict)

    def totals(self, charges: Sequence[Charge]) -> Totals:
        """Return the sums of the charges."""
        return totals(charges, unit=self.unit, drawn=self.drawn)


def blockers(
    *,
    unattributed_seconds: int,
    unpriced: Sequence[str],
    open_sessions: int,
    open_sequence_gaps: int,
    unknown_seconds: int,
    uncertain_sessions: int,
    contradicted_sessions: int = 0,
    unlogged_sessions: int = 0,
    refuted_seconds: int = 0,
    expired: Sequence[str],
    totals: Totals,
) -> list[Problem]:
    """Return the problems that a manager must settle before approval.

    `expired` names proofs that ran out in the month.
    """
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
            Problem(
                code="statement.unknown", limit=UNKNOWN_BORNE // 60, actual=unknown_seconds // 60
            )
        )
    if unlogged_sessions:
        found.append(Problem(code="statement.unlogged", actual=unlogged_sessions))
    if refuted_seconds > UNKNOWN_BORNE:
        limit = UNKNOWN_BORNE // 60
        found.append(Problem(code="statement.refuted", limit=limit, actual=refuted_seconds // 60))
    if uncertain_sessions:
        found.append(
            Problem(
                code="statement.uncertain", limit=UNCERTAIN_BORNE // 60, actual=uncertain_sessions
            )
        )
    if contradicted_sessions:
        found.append(Problem(code="statement.contradicted", actual=contradicted_sessions))
    if totals.total < 0:
        found.append(Problem(code="statement.negative", actual=totals.total))
    return found
