"""The income of a centre from the documents of some months: income, relief and amounts due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.relief import Relief, relief
from gadong.billing.domain.documents.tax_breakdown import breakdown
from gadong.billing.domain.statement import StatementState, Totals
from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.services import corrections as correcting
from gadong.billing.services.statement_document import document
from gadong.billing.store import corrections, payments
from gadong.billing.store import statements as money
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.charge_component import Component
from gadong.people.domain.centre import Centre
from gadong.people.store import company_categories
from gadong.reports.domain.monthly_report import NO_CATEGORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Income:
    """A month's issued statements with their corrections, without void ones: won, seconds, counts.

    `supply` is taxable and exempt. A no-show fee is neither and counts as `out_of_scope`.
    `by_class` is the relief by the company's category on the month's last day.
    """

    month: str = ""
    statements: int = 0
    corrections: int = 0
    supply: int = 0
    vat: int = 0
    out_of_scope: int = 0
    total: int = 0
    subsidy: int = 0
    outstanding: int = 0
    written_off: int = 0
    operator_seconds: int = 0
    trainings: int = 0
    relief: Relief = field(default_factory=Relief)
    by_class: Mapping[str, Relief] = field(default_factory=dict)
    # Each programme's part of `subsidy`.
    by_programme: Mapping[str, int] = field(default_factory=dict)


#: The fields that are summed over several months.
SUMS = (
    "statements",
    "corrections",
    "supply",
    "vat",
    "out_of_scope",
    "total",
    "subsidy",
    "outstanding",
    "written_off",
    "operator_seconds",
    "trainings",
)


def of_months(tx: Tx, centre: Centre, months: Sequence[str]) -> list[Income]:
    """Return each month's income."""
    return [_of_month(tx, centre, month) for month in months]


def together(incomes: Iterable[Income], month: str) -> Income:
    """Return several months as one."""
    found = list(incomes)
    classes: dict[str, Relief] = {}
    for income in found:
        for category, granted in income.by_class.items():
            classes[category] = classes.get(category, Relief()) + granted
    programmes: Counter[str] = Counter()
    for income in found:
        programmes.update(income.by_programme)
    sums = {name: sum(getattr(i, name) for i in found) for name in SUMS}
    return Income(
        **sums,
        month=month,
        relief=sum((i.relief for i in found), Relief()),
        by_class=classes,
        by_programme=programmes,
    )


def _of_month(tx: Tx, centre: Centre, month: str) -> Income:
    issued = [
        s
        for s in money.issued(tx, centre_id=centre.id, month=month)
        if s.state is StatementState.ISSUED
    ]
    accounts = payments.accounts(tx, [s.id for s in issued])
    parts: list[Income] = []
    for statement in issued:
        found = document(statement)
        later = corrections.of_statement(tx, statement.id)
        lines, totals = found.lines, found.totals
        if later:
            last = correcting.read(later[-1])
            lines, totals = last.lines, last.now
        charges = [line.charge for line in lines]
        sums = breakdown(charges, totals)
        granted = relief(charges, totals)
        known = company_categories.of_company(
            tx, centre.id, statement.company_id, recorded_before=END_OF_TIME
        )
        day = (found.period.end - timedelta(seconds=1)).astimezone(centre.zone).date()
        parts.append(
            Income(
                statements=1,
                corrections=len(later),
                supply=sums.supply,
                vat=sums.vat,
                out_of_scope=sums.out_of_scope,
                total=sums.total,
                subsidy=sums.subsidy,
                outstanding=accounts[statement.id].outstanding,
                written_off=accounts[statement.id].written_off,
                operator_seconds=_sold(charges, Component.OPERATOR, Measure.HOUR),
                trainings=_sold(charges, Component.TRAINING, Measure.PIECE),
                relief=granted,
                by_class={known.on(day) or NO_CATEGORY: granted},
                by_programme=_by_programme(totals),
            )
        )
    return together(parts, month)


def _by_programme(totals: Totals) -> Mapping[str, int]:
    """Return what each programme pays; documents of engines before 5 name one without its share."""
    if not totals.shares:
        return {totals.programme: totals.subsidy} if totals.subsidy else {}
    found: Counter[str] = Counter()
    for share in totals.shares:
        found[share.programme] += share.amount
    return found


def _sold(charges: Iterable[Charge], component: Component, measure: Measure) -> int:
    """Return the quantity sold of a component, in the measure's smallest unit."""
    return sum(
        c.trace.sold.quantity
        for c in charges
        if c.component is component and c.trace.sold and c.trace.sold.measure == measure.value
    )
