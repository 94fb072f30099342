"""Figures of several centres for their agency: no company, and no person, is named in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gadong.billing.domain.subsidy import Subsidy, YearBudget
from gadong.billing.services import programme_budgets
from gadong.billing.store import programme_draws
from gadong.booking.services.rules import rulebook
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.reports.domain.agency import (
    ProgrammeShare,
    TargetGrade,
    programme_terms,
    programme_totals,
    target_grade,
)
from gadong.reports.domain.monthly_report import by_kind, whole
from gadong.reports.domain.utilisation import Denominator, Utilisation
from gadong.reports.services import monthly_reports
from gadong.reports.services.centre_reports import Report
from gadong.reports.services.income import Income, together
from gadong.reports.services.report_files import (
    SATISFACTION,
    Cell,
    Sheet,
    per_cent,
    satisfaction_cells,
)
from gadong.satisfaction.domain.tally import total
from gadong.satisfaction.services.figures import SatisfactionRow
from gadong.texts.reports import AGENCY_TIMES, HEADS, OWN_SHARE, SHEETS, heads


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreRow:
    """One centre in its agency's figures."""

    name: str
    slug: str
    time: Utilisation
    kinds: Sequence[tuple[str, Utilisation]]
    companies: int
    new_companies: int
    sessions: int
    guided_times: int
    guided_minutes: int
    income: Income
    sources: Mapping[str, int]
    target_pct: int | None
    grade: TargetGrade | None
    satisfaction: SatisfactionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyReport:
    """The figures of the caller's centres over a year, or a month of it."""

    name: str
    denominator: Denominator
    centres: Sequence[CentreRow]
    programmes: Sequence[ProgrammeShare]
    year_budgets: Sequence[YearBudget] = ()
    names: Mapping[CentreId, str] = field(default_factory=dict)

    @property
    def time(self) -> Utilisation:
        """Return the time of all centres."""
        total = Utilisation()
        for row in self.centres:
            total += row.time
        return total

    @property
    def satisfaction(self) -> SatisfactionRow:
        """Return the answers of all centres; the scores are of those whose scores are shown."""
        tally = total(dict(enumerate(row.satisfaction.tally for row in self.centres)))
        is_shown = any(row.satisfaction.is_shown for row in self.centres)
        return SatisfactionRow(name=HEADS["total"], subject=None, tally=tally, is_shown=is_shown)

    @property
    def programme_totals(self) -> list[ProgrammeShare]:
        """Return each programme over all centres."""
        return programme_totals(self.programmes)

    @property
    def sources(self) -> list[str]:
        """Return the sources of income, the companies' own share first."""
        names = {name for row in self.centres for name in row.sources}
        return [OWN_SHARE.ko, *sorted(names - {OWN_SHARE.ko})]


def of_centres(
    pool: Pool,
    who: Caller,
    year: int,
    *,
    month: str | None = None,
    denominator: Denominator,
    now: datetime,
) -> AgencyReport:
    """Return the figures of every centre whose figures the caller sees, by slug.

    What a programme paid is its year's, also in a month's report.
    """
    found = monthly_reports.of_centres(pool, who, year, month=month, now=now)
    years = monthly_reports.of_centres(pool, who, year, now=now) if month else found
    ends = {r.centre.id: min(r.period.end - timedelta(seconds=1), now) for r in found}
    permit = who.need_each(ends, Right.REPORT_SEE, Right.FIGURES_SEE)
    with transaction(pool, permit) as tx:
        targets = rulebook.numbers_at(tx, ends, "utilisation_target_pct")
        programmes = _programmes(tx, years)
        names = {report.centre.id: report.centre.name for report in found}
        # Of centres beyond those of the report nothing is said, not even that there are some.
        budgets = [
            budget
            for budget in programme_budgets.visible(tx, who, year)
            if set(budget.centre_ids) <= set(names)
        ]
    return AgencyReport(
        name=month or str(year),
        denominator=denominator,
        centres=[_row(report, denominator, targets[report.centre.id]) for report in found],
        programmes=programmes,
        year_budgets=budgets,
        names=names,
    )


def sheets(report: AgencyReport) -> list[Sheet]:
    """Return the tables: centres, kinds of machines, sources of income, and programmes."""
    times = [text.ko for text in AGENCY_TIMES.values()]
    centres: list[list[Cell]] = [
        [
            HEADS["centre"].ko,
            *times,
            *heads("utilisation", "target", "grade", "companies", "new_companies"),
            *heads("sessions", "guided_times", "guided_hours", "supply", "total"),
            *heads(*SATISFACTION),
        ]
    ]
    centres += [
        [
            row.name,
            *_times(row.time),
            row.target_pct,
            row.grade.value if row.grade else None,
            row.companies,
            row.new_companies,
            row.sessions,
            row.guided_times,
            round(row.guided_minutes / 60, 2),
            row.income.supply,
            row.income.total,
            *satisfaction_cells(row.satisfaction),
        ]
        for row in report.centres
    ]
    centres.append(
        [
            HEADS["total"].ko,
            *_times(report.time),
            None,
            None,
            sum(row.companies for row in report.centres),
            sum(row.new_companies for row in report.centres),
            sum(row.sessions for row in report.centres),
            sum(row.guided_times for row in report.centres),
            round(sum(row.guided_minutes for row in report.centres) / 60, 2),
            sum(row.income.supply for row in report.centres),
            sum(row.income.total for row in report.centres),
            *satisfaction_cells(report.satisfaction),
        ]
    )
    kinds: list[list[Cell]] = [[*heads("centre", "kind"), *times, HEADS["utilisation"].ko]]
    kinds += [[row.name, kind, *_times(time)] for row in report.centres for kind, time in row.kinds]
    sources: list[list[Cell]] = [[HEADS["centre"].ko, *report.sources, HEADS["total"].ko]]
    sources += [
        [row.name, *(row.sources.get(s, 0) for s in report.sources), row.income.total]
        for row in report.centres
    ]
    programmes: list[list[Cell]] = [
        [*heads("programme", "payer", "centre", "budget", "paid", "left")]
    ]
    programmes += [
        [p.programme, p.payer, p.centre or HEADS["total"].ko, p.budget, p.paid, p.left]
        for p in [*report.programmes, *report.programme_totals]
    ]
    budgets: list[list[Cell]] = [[*heads("programme", "centre", "budget", "paid", "left")]]
    budgets += [
        [b.programme, ", ".join(report.names[c] for c in b.centre_ids), b.amount, b.paid, b.left]
        for b in report.year_budgets
    ]
    return [
        (SHEETS["centres"].ko, centres),
        (SHEETS["kinds"].ko, kinds),
        (SHEETS["sources"].ko, sources),
        (SHEETS["programmes"].ko, programmes),
        (SHEETS["year_budgets"].ko, budgets),
    ]


def _row(report: Report, denominator: Denominator, target: int | None) -> CentreRow:
    income, time = together(report.income, report.name), whole(report.months, denominator)
    return CentreRow(
        name=report.centre.name,
        slug=report.centre.slug,
        time=time,
        kinds=by_kind(report.months, denominator),
        companies=report.supported.companies,
        new_companies=report.supported.new,
        sessions=report.supported.sessions,
        guided_times=report.guided_times,
        guided_minutes=report.guided_minutes,
        income=income,
        sources={OWN_SHARE.ko: income.total - income.subsidy, **income.by_programme},
        target_pct=target,
        grade=target_grade(time.ratios["utilisation"], target),
        satisfaction=report.satisfaction,
    )


def _programmes(tx: Tx, years: Sequence[Report]) -> list[ProgrammeShare]:
    """Return the programmes of the year's tariffs, and those that its documents draw on."""
    paid = {r.centre.id: together(r.income, r.name).by_programme for r in years}
    terms = {r.centre.id: _terms(r) for r in years}
    named = [
        (r.centre, name)
        for r in years
        for name in sorted({*terms[r.centre.id], *paid[r.centre.id]})
    ]
    drawn = programme_draws.drawn(
        tx, [(c.id, name) for c, name in named], recorded_before=END_OF_TIME
    )
    return [
        ProgrammeShare(
            programme=name,
            payer=terms[centre.id][name].payer if name in terms[centre.id] else "",
            centre=centre.name,
            budget=terms[centre.id][name].budget if name in terms[centre.id] else None,
            paid=paid[centre.id].get(name, 0),
            drawn=drawn[centre.id, name],
        )
        for centre, name in named
    ]


def _terms(report: Report) -> dict[str, Subsidy]:
    """Return the terms of the programmes that tariffs of the report's time name."""
    zone, period = report.centre.zone, report.period
    first = period.start.astimezone(zone).date()
    last = (period.end - timedelta(seconds=1)).astimezone(zone).date()
    return programme_terms((version.tariff for version in report.tariffs), first, last)


def _times(time: Utilisation) -> list[Cell]:
    share = per_cent(time.ratios["utilisation"])
    return [
        *(getattr(time, name) for name in AGENCY_TIMES),
        None if share is None else float(share),
    ]
