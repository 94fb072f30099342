"""Endpoints of the yearly survey of a centre's firms (실태조사): sums, tables and snapshots."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.files import CSV, XLSX, as_file
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.schemas import In, Out, Whole
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.ids import CentreId
from gadong.reports.domain.survey import Survey, SurveyGroup, SurveySnapshot
from gadong.reports.services import firm_survey, report_files

router = APIRouter(tags=["reports"])

OfCentre = Annotated[UUID, Query()]
InYear = Annotated[int, Query(ge=2000, le=2999)]


class SurveyGroupOut(Out):
    """Firms that are alike in one fact; an empty key is of those of which it is unknown."""

    key: str
    firms: int
    workers: int


class SurveyOut(Out):
    """The firms of a centre on a day, without any name; each list adds up to `firms`."""

    day: date
    firms: int
    answered: int = Field(description="Firms of which anything is known.")
    workers: int
    partners: int
    sizes: list[SurveyGroupOut]
    sectors: list[SurveyGroupOut]
    districts: list[SurveyGroupOut]
    clusters: list[SurveyGroupOut]
    exports: list[SurveyGroupOut]


class SurveySnapshotOut(Out):
    """A survey as it was handed in."""

    year: int
    taken_at: datetime
    survey: SurveyOut


class SurveySnapshotIn(In):
    """The year whose survey is kept as it is now."""

    centre: UUID
    year: Whole = Field(ge=2000, le=2999, examples=[2026])


@router.get("/reports/survey")
def get_survey(who: Who, pool: Connections, centre: OfCentre, year: InYear) -> SurveyOut:
    """Return the survey of a year's last day, or of today while the year runs."""
    return _survey(firm_survey.of_year(pool, who, CentreId(centre), year, now=datetime.now(UTC)))


@router.get("/reports/survey.{kind}", response_class=Response)
def survey_table(
    kind: Literal["csv", "xlsx"], who: Who, pool: Connections, centre: OfCentre, year: InYear
) -> Response:
    """Return the firms with their profiles; the spreadsheet has the sums as well."""
    sheets = firm_survey.sheets(pool, who, CentreId(centre), year, now=datetime.now(UTC))
    name = f"survey-{year}"
    if kind == "csv":
        return as_file(table(sheets[0][1]), f"{name}.csv", CSV)
    return as_file(report_files.book(sheets), f"{name}.xlsx", XLSX)


@router.get("/reports/survey/snapshots")
def list_survey_snapshots(
    who: Who, pool: Connections, centre: OfCentre
) -> paging.Page[SurveySnapshotOut]:
    """List the kept surveys of a centre, the latest first."""
    return paging.whole([_kept(s) for s in firm_survey.snapshots(pool, who, CentreId(centre))])


@router.post("/reports/survey/snapshots", status_code=201)
def take_survey_snapshot(body: SurveySnapshotIn, who: Who, pool: Connections) -> SurveySnapshotOut:
    """Keep a year's survey as it is now: sums, which no later word of a firm changes."""
    centre, now = CentreId(body.centre), datetime.now(UTC)
    return _kept(firm_survey.take_snapshot(pool, who, centre, body.year, now=now))


def _kept(snapshot: SurveySnapshot) -> SurveySnapshotOut:
    return SurveySnapshotOut(
        year=snapshot.year, taken_at=snapshot.taken_at, survey=_survey(snapshot.survey)
    )


def _survey(found: Survey) -> SurveyOut:
    return SurveyOut(
        day=found.day,
        firms=found.firms,
        answered=found.answered,
        workers=found.workers,
        partners=found.partners,
        sizes=_groups(found.sizes),
        sectors=_groups(found.sectors),
        districts=_groups(found.districts),
        clusters=_groups(found.clusters),
        exports=_groups(found.exports),
    )


def _groups(groups: tuple[SurveyGroup, ...]) -> list[SurveyGroupOut]:
    return [SurveyGroupOut(key=g.key, firms=g.firms, workers=g.workers) for g in groups]
