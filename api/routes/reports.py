"""Reports: 가동률 by machine and month, as JSON and as a table for spreadsheets."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api import schemas
from api.files import CSV, as_file
from api.identity import Connections, Who
from gadong.domain.ids import CentreId
from gadong.domain.machine import Machine
from gadong.domain.utilisation import SECONDS, Denominator, Utilisation
from gadong.services import reports, sheets
from gadong.services.reports import Report

router = APIRouter(tags=["reports"])

COUNTS = ("starts", "no_shows")
#: The table's columns: the ministry's words first.
COLUMNS = {
    "utilisation": "가동률 %",
    "occupancy": "점유율 %",
    "booking_rate": "예약률 %",
    "fulfilment": "예약 이행률 %",
    "no_show_rate": "노쇼율 %",
    "shared_use": "공동활용률 %",
    "availability": "가용률 %",
    "confidence": "데이터 신뢰도 %",
    "attributed_by_itself": "자동 귀속률 %",
}
Asked = Annotated[Denominator, Query(description="Which standard time ratios are of.")]


@router.get("/reports/utilisation")
def utilisation(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    month: Annotated[schemas.MonthText, Query()],
    denominator: Asked = Denominator.CALENDAR,
) -> schemas.ReportOut:
    """A centre's 가동률 and what stands beside it, machine by machine; for managers."""
    report = reports.utilisation(pool, who, CentreId(centre), month, denominator, now=datetime.now(UTC))
    return schemas.ReportOut(
        centre=report.centre.id,
        month=report.month,
        start=report.period.start,
        end=report.period.end,
        denominator=report.denominator,
        recorded_before=report.recorded_before,
        whole=_row(None, report.whole),
        machines=[_row(r.machine, r.time) for r in report.rows],
    )


@router.get("/reports/utilisation.csv", response_class=Response)
def utilisation_table(
    who: Who,
    pool: Connections,
    centre: Annotated[UUID, Query()],
    month: Annotated[schemas.MonthText, Query()],
    denominator: Asked = Denominator.CALENDAR,
) -> Response:
    """The same as a table for spreadsheets (CSV with a byte order mark, so that Korean opens right); for managers."""
    report = reports.utilisation(pool, who, CentreId(centre), month, denominator, now=datetime.now(UTC))
    name = f"gadong-{report.centre.slug}-{month}-{denominator}.csv"
    return as_file(sheets.table(_rows(report)), name, CSV)


def _rows(report: Report) -> list[list[object]]:
    head = ["장비", "종류", "기준시간(초)", "가동(초)", "점유(초)", "예약(초)", "미확인(초)"]
    rows: list[list[object]] = [[*head, *COLUMNS.values()]]
    for machine, time in [*((r.machine, r.time) for r in report.rows), (None, report.whole)]:
        measured = [time.standard, time.ran, time.occupied, time.booked, time.unknown]
        ratios = [per_cent(time.ratios[name]) or "" for name in COLUMNS]
        named = [machine.name_ko, machine.kind] if machine else ["합계", report.denominator.value]
        rows.append([*named, *measured, *ratios])
    return rows


def _row(machine: Machine | None, time: Utilisation) -> schemas.UtilisationOut:
    return schemas.UtilisationOut(
        machine=machine.slug if machine else None,
        kind=machine.kind if machine else None,
        seconds={n: getattr(time, n) for n in SECONDS if n not in COUNTS},
        starts=time.starts,
        no_shows=time.no_shows,
        companies=len(time.companies),
        ratios={name: per_cent(value) for name, value in time.ratios.items()},
    )


def per_cent(value: Fraction | None) -> str | None:
    """A ratio in per cent with two decimals; above 100 where a machine ran beyond its standard time."""
    if value is None:
        return None
    exact = Decimal(value.numerator) * 100 / Decimal(value.denominator)
    return str(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
