"""Reports of months and years as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from api.v1.reports import reports_schemas as schemas
from api.v1.satisfaction.satisfaction import answers_of
from gadong.billing.domain.documents.relief import Relief
from gadong.core.database import Pool
from gadong.core.domain.ids import MachineId
from gadong.machines.services import machines
from gadong.reports.domain.monthly_report import MachineMonth, by_class, by_kind, by_machine, whole
from gadong.reports.domain.utilisation import SECONDS, Denominator, Utilisation
from gadong.reports.services.centre_reports import Report
from gadong.reports.services.income import Income, together
from gadong.reports.services.report_files import per_cent

COUNTS = ("starts", "no_shows")


def report_out(pool: Pool, report: Report, denominator: Denominator) -> schemas.ReportOut:
    """Return a report as the API shows it."""
    together_, ids = together(report.income, report.name), machines.ids(pool, report.centre.id)
    return schemas.ReportOut(
        centre=report.centre.id,
        month=report.name,
        start=report.period.start,
        end=report.period.end,
        denominator=denominator,
        recorded_before=report.as_of,
        whole=_row(None, whole(report.months, denominator)),
        machines=[_row(m, time, ids) for m, time in by_machine(report.months, denominator)],
        kinds={kind: _row(None, time) for kind, time in by_kind(report.months, denominator)},
        classes={
            c.category: schemas.ClassOut(
                companies=c.companies, sessions=c.sessions, seconds=c.seconds
            )
            for c in by_class(report.months)
        },
        supported=schemas.SupportedOut(**asdict(report.supported)),
        satisfaction=answers_of(report.satisfaction),
        income=_income(together_),
        months=[
            schemas.ReportMonthOut(
                month=m.month,
                known=known,
                whole=_row(None, whole([m], denominator)),
                income=_income(income),
            )
            for m, known, income in zip(report.months, report.known, report.income, strict=True)
        ],
    )


def _row(
    machine: MachineMonth | None, time: Utilisation, ids: Mapping[str, MachineId] | None = None
) -> schemas.UtilisationOut:
    return schemas.UtilisationOut(
        machine=ids.get(machine.machine) if machine and ids else None,
        machine_slug=machine.machine if machine else None,
        kind=machine.kind if machine else None,
        observed=machine.observed if machine else None,
        seconds={n: getattr(time, n) for n in SECONDS if n not in COUNTS},
        starts=time.starts,
        no_shows=time.no_shows,
        companies=len(time.companies),
        ratios={name: per_cent(value) for name, value in time.ratios.items()},
    )


def _income(income: Income) -> schemas.IncomeOut:
    return schemas.IncomeOut(
        statements=income.statements,
        corrections=income.corrections,
        supply=income.supply,
        vat=income.vat,
        out_of_scope=income.out_of_scope,
        total=income.total,
        subsidy=income.subsidy,
        outstanding=income.outstanding,
        written_off=income.written_off,
        operator_seconds=income.operator_seconds,
        trainings=income.trainings,
        relief=_relief(income.relief),
        relief_by_class={category: _relief(r) for category, r in income.by_class.items()},
    )


def _relief(of: Relief) -> Mapping[str, int]:
    return {**asdict(of), "granted": of.granted}
