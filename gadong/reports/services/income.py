"""The income of a centre from the documents of some months: income, relief and amounts due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from gadong.billing.domain.charge import Charge
from gadong.billing.domain.documents.relief import Relief, relief
from gadong.billing.domain.documents.tax_breakdown import breakdown
from gadong.billing.domain.kept_correction import Correction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.payment import StatementAccount
from gadong.billing.domain.statement import Totals
from gadong.billing.domain.tariff_terms import Measure
from gadong.billing.services import corrections as correcting
from gadong.billing.services.statement_document import document
from gadong.billing.store import corrections, payments
from gadong.billing.store import statements as money
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import CentreId
from gadong.people.domain.centre import Centre
from gadong.people.domain.company_category import Categories
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


def of_months(tx: Tx, months: Mapping[Centre, Sequence[str]]) -> dict[CentreId, list[Income]]:
    """Return the income of each centre's months, in their order."""
    parts: dict[tuple[CentreId, str], list[Income]] = {}
    centres = {centre.id: centre for centre in months}
    issued = money.issued_in(tx, centres, {name for several in months.values() for name in several})
    ids = [s.id for s in issued]
    accounts, later = payments.accounts(tx, ids), corrections.of_statements(tx, ids)
    categories = company_categories.at_centres(
        tx, centres, {s.company_id for s in issued}, recorded_before=END_OF_TIME
    )
    for statement in issued:
        key = statement.centre_id, statement.company_id
        income = _of_statement(
            statement,
            later.get(statement.id, []),
            account=accounts[statement.id],
            categories=categories.get(key, Categories(())),
            zone=centres[statement.centre_id].zone,
        )
        parts.setdefault((statement.centre_id, statement.month), []).append(income)
    return {
        centre.id: [together(parts.get((centre.id, name), ()), name) for name in several]
        for centre, several in months.items()
    }


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


def _of_statement(
    statement: Statement,
    later: Sequence[Correction],
    *,
    account: StatementAccount,
    categories: Categories,
    zone: ZoneInfo,
) -> Income:
    found = document(statement)
    lines, totals = found.lines, found.totals
    if later:
        last = correcting.read(later[-1])
        lines, totals = last.lines, last.now
    charges = [line.charge for line in lines]
    sums = breakdown(charges, totals)
    granted = relief(charges, totals)
    day = (found.period.end - timedelta(seconds=1)).astimezone(zone).date()
    return Income(
        statements=1,
        corrections=len(later),
        supply=sums.supply,
        vat=sums.vat,
        out_of_scope=sums.out_of_scope,
        total=sums.total,
        subsidy=sums.subsidy,
        outstanding=account.outstanding,
        written_off=account.written_off,
        operator_seconds=_sold(charges, Component.OPERATOR, Measure.HOUR),
        trainings=_sold(charges, Component.TRAINING, Measure.PIECE),
        relief=granted,
        by_class={categories.on(day) or NO_CATEGORY: granted},
        by_programme=_by_programme(totals),
    )


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
