"""Endpoints of reports and logbooks, as JSON, tables, spreadsheets and PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import CSV, PDF, XLSX, as_file
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.machine_names import OfMachine, OfMachineSlug, chosen
from api.v1.reports import reports_schemas as schemas
from api.v1.reports.report_answers import report_out
from api.v1.schemas import MonthText
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.problem import Invalid
from gadong.machines.services import machines
from gadong.reports.domain.evidence_hours import EvidenceHours
from gadong.reports.domain.utilisation import Denominator
from gadong.reports.services import (
    agency,
    log_sheets,
    logbooks,
    monthly_reports,
    printed_logs,
    report_files,
    statement_hours,
)
from gadong.reports.services.upkeep_log import upkeep_of_month
from gadong.texts.reports import HEADS

router = APIRouter(tags=["reports"])

Scale = Annotated[Denominator, Query(description="Standard time of the ratios.")]
IsFresh = Annotated[
    bool, Query(description="Compute the running month as of now, not as of the last hour.")
]
OfCentre = Annotated[UUID, Query()]
InMonth = Annotated[MonthText, Query()]
InYear = Annotated[int, Query(ge=2000, le=2999)]
SheetKind = Literal["csv", "xlsx"]
LogKind = Literal["csv", "xlsx", "pdf"]


@router.get("/reports/utilisation")
def get_utilisation(
    who: Who,
    pool: Connections,
    centre: OfCentre,
    month: InMonth,
    denominator: Scale = Denominator.CALENDAR,
    *,
    fresh: IsFresh = False,
) -> schemas.ReportOut:
    """Return a centre's month: 가동률 and related ratios, use by category, and income.

    For managers.
    """
    report = monthly_reports.of_month(
        pool, who, CentreId(centre), month, is_fresh=fresh, now=datetime.now(UTC)
    )
    return report_out(pool, report, denominator)


@router.get("/reports/utilisation.csv", response_class=Response)
def utilisation_table(
    who: Who,
    pool: Connections,
    centre: OfCentre,
    month: InMonth,
    denominator: Scale = Denominator.CALENDAR,
    *,
    fresh: IsFresh = False,
) -> Response:
    """Return the machines of a month as a table; for managers.

    The CSV has a byte order mark, so that Korean opens right.
    """
    report = monthly_reports.of_month(
        pool, who, CentreId(centre), month, is_fresh=fresh, now=datetime.now(UTC)
    )
    text = table(report_files.machine_table(report, denominator))
    return as_file(text, f"gadong-{report.centre.slug}-{month}-{denominator}.csv", CSV)


@router.get("/reports/utilisation.xlsx", response_class=Response)
def utilisation_book(
    who: Who,
    pool: Connections,
    centre: OfCentre,
    month: InMonth,
    denominator: Scale = Denominator.CALENDAR,
    *,
    fresh: IsFresh = False,
) -> Response:
    """Return a month's report as a spreadsheet; for managers."""
    report = monthly_reports.of_month(
        pool, who, CentreId(centre), month, is_fresh=fresh, now=datetime.now(UTC)
    )
    return as_file(
        report_files.book(report_files.sheets(report, denominator)),
        f"gadong-{report.centre.slug}-{month}-{denominator}.xlsx",
        XLSX,
    )


@router.get("/reports/hours")
def get_use_hours(
    who: Who, pool: Connections, centre: OfCentre, month: InMonth
) -> schemas.UseHoursOut:
    """Return the time of a month's statements by company, machine and kind of evidence."""
    found = statement_hours.of_month(pool, who, CentreId(centre), month)
    ids = machines.ids(pool, CentreId(centre))
    return schemas.UseHoursOut(
        items=[
            schemas.HoursRowOut(
                company=row.company_id,
                company_name=row.company_name,
                machine=ids.get(row.machine),
                machine_slug=row.machine,
                machine_name=row.machine_name,
                signal=row.hours.signal,
                ledger=row.hours.ledger,
                unknown=row.hours.unknown,
                total=row.hours.total,
            )
            for row in found
        ],
        whole=_whole_hours(statement_hours.whole(found)),
    )


@router.get("/reports/hours.csv", response_class=Response)
def hours_table(who: Who, pool: Connections, centre: OfCentre, month: InMonth) -> Response:
    """Return the same as a table, in seconds."""
    found = statement_hours.of_month(pool, who, CentreId(centre), month)
    return as_file(table(statement_hours.table_of(found)), f"gadong-hours-{month}.csv", CSV)


@router.post("/reports/utilisation/refresh")
def refresh_utilisation(
    body: schemas.RefreshIn, who: Who, pool: Connections, denominator: Scale = Denominator.CALENDAR
) -> schemas.ReportOut:
    """Compute a month again for its year's report, after late messages or decisions.

    For managers.
    """
    report = monthly_reports.refresh(
        pool, who, CentreId(body.centre), body.month, now=datetime.now(UTC)
    )
    return report_out(pool, report, denominator)


@router.get("/reports/year")
def year_report(
    who: Who,
    pool: Connections,
    centre: OfCentre,
    year: InYear,
    denominator: Scale = Denominator.CALENDAR,
) -> schemas.ReportOut:
    """Return a centre's year up to now, from its kept months (`months[].known`); for managers."""
    report = monthly_reports.of_year(pool, who, CentreId(centre), year, now=datetime.now(UTC))
    return report_out(pool, report, denominator)


@router.get("/reports/year.xlsx", response_class=Response)
def year_book(
    who: Who,
    pool: Connections,
    centre: OfCentre,
    year: InYear,
    denominator: Scale = Denominator.CALENDAR,
) -> Response:
    """Return a centre's year as a spreadsheet; for managers."""
    report = monthly_reports.of_year(pool, who, CentreId(centre), year, now=datetime.now(UTC))
    sheets = report_files.sheets(report, denominator)
    return as_file(
        report_files.book(sheets), f"gadong-{report.centre.slug}-{year}-{denominator}.xlsx", XLSX
    )


@router.get("/reports/year.pdf", response_class=Response)
def year_paper(
    who: Who,
    pool: Connections,
    centre: OfCentre,
    year: InYear,
    denominator: Scale = Denominator.CALENDAR,
) -> Response:
    """Return a centre's year as a PDF for the ministry; for managers."""
    report = monthly_reports.of_year(pool, who, CentreId(centre), year, now=datetime.now(UTC))
    pdf = report_files.paper(report, denominator)
    return as_file(pdf, f"gadong-{report.centre.slug}-{year}-{denominator}.pdf", PDF)


@router.get("/reports/centres")
def centres_report(
    who: Who, pool: Connections, year: InYear, denominator: Scale = Denominator.CALENDAR
) -> paging.Page[schemas.ReportOut]:
    """Return the year of every centre whose reports you may see; an operator sees all."""
    return paging.whole(
        [
            report_out(pool, r, denominator)
            for r in monthly_reports.of_centres(pool, who, year, now=datetime.now(UTC))
        ]
    )


@router.get("/reports/centres.{kind}", response_class=Response)
def centres_table(
    kind: SheetKind,
    who: Who,
    pool: Connections,
    year: InYear,
    denominator: Scale = Denominator.CALENDAR,
) -> Response:
    """Return that year as one table with a row for each centre and a total.

    A company that came to two centres counts at each.
    """
    found = monthly_reports.of_centres(pool, who, year, now=datetime.now(UTC))
    return _sheet(
        (HEADS["centre"].ko, report_files.centre_table(found, denominator)),
        f"gadong-{year}-{denominator}",
        kind,
    )


@router.get("/reports/agency.{kind}", response_class=Response)
def agency_table(
    kind: SheetKind,
    who: Who,
    pool: Connections,
    year: InYear,
    month: Annotated[MonthText | None, Query(description="One month of the year.")] = None,
    denominator: Scale = Denominator.CALENDAR,
) -> Response:
    """Return the figures of all centres that you oversee; no company and no person is in them.

    The spreadsheet has the centres, their kinds of machines, the sources of income, and the year's
    budgets of programmes. The CSV has the centres.
    """
    if month is not None and int(month[:4]) != year:
        raise Invalid("The month is one of the year", field="month")
    report = agency.of_centres(
        pool, who, year, month=month, denominator=denominator, now=datetime.now(UTC)
    )
    name = f"agency-{report.name}-{denominator}"
    if kind == "csv":
        return _sheet(agency.sheets(report)[0], name, kind)
    return as_file(report_files.book(agency.sheets(report)), f"{name}.xlsx", XLSX)


@router.get("/reports/operation-log.{kind}", response_class=Response)
def operation_log(
    kind: LogKind,
    who: Who,
    pool: Connections,
    centre: OfCentre,
    month: InMonth,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
) -> Response:
    """Return the 운영일지: every use of a month in the national form; for managers.

    The PDF is printed machine by machine, with lines to sign on.
    """
    now = datetime.now(UTC)
    of = _of_machine(pool, who, centre, machine, machine_slug)
    if kind == "pdf":
        paper = printed_logs.operations_on_paper(
            pool, who, CentreId(centre), month, machine_id=of, now=now
        )
        return as_file(paper.content, paper.name, PDF)
    log = logbooks.operations(pool, who, CentreId(centre), month, machine_id=of, now=now)
    sheet = log_sheets.log_sheet(log, is_upkeep=False)
    return _sheet(sheet, f"operation-log-{log.centre.slug}-{month}", kind)


@router.get("/reports/maintenance-log.{kind}", response_class=Response)
def maintenance_log(
    kind: LogKind,
    who: Who,
    pool: Connections,
    centre: OfCentre,
    month: InMonth,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
) -> Response:
    """Return the 유지보수일지: maintenance, faults, and what people wrote; for managers.

    The PDF is printed machine by machine, with lines to sign on.
    """
    of = _of_machine(pool, who, centre, machine, machine_slug)
    if kind == "pdf":
        paper = printed_logs.upkeep_on_paper(
            pool, who, CentreId(centre), month, machine_id=of, now=datetime.now(UTC)
        )
        return as_file(paper.content, paper.name, PDF)
    log = upkeep_of_month(pool, who, CentreId(centre), month, machine_id=of)
    sheet = log_sheets.log_sheet(log, is_upkeep=True)
    return _sheet(sheet, f"maintenance-log-{log.centre.slug}-{month}", kind)


def _of_machine(
    pool: Pool, who: Caller, centre: UUID, machine: UUID | None, machine_slug: str | None
) -> MachineId | None:
    found = chosen(pool, who, machine, machine_slug, centre)
    return found.id if found else None


def _sheet(sheet: report_files.Sheet, name: str, kind: SheetKind) -> Response:
    if kind == "csv":
        return as_file(table(sheet[1]), f"{name}.csv", CSV)
    return as_file(report_files.book([sheet]), f"{name}.xlsx", XLSX)


def _whole_hours(hours_: EvidenceHours) -> schemas.HoursRowOut:
    return schemas.HoursRowOut(
        company=None,
        machine=None,
        company_name="",
        machine_slug="",
        machine_name="",
        signal=hours_.signal,
        ledger=hours_.ledger,
        unknown=hours_.unknown,
        total=hours_.total,
    )
