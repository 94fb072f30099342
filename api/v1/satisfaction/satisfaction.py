"""Endpoints of satisfaction (만족도): what a centre asks, and what was answered in a year."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import CSV, XLSX, as_file
from api.identity import Connections, Who
from api.v1.satisfaction import satisfaction_schemas as schemas
from gadong.billing.services.documents.spreadsheets import table
from gadong.core.domain.ids import CentreId
from gadong.reports.services import report_files
from gadong.satisfaction.domain.questionnaire import Questionnaire
from gadong.satisfaction.domain.tally import FEWEST_SHOWN
from gadong.satisfaction.services import figures, questionnaires, tables
from gadong.satisfaction.services.figures import SatisfactionRow
from gadong.texts.catalogue import Text

router = APIRouter(tags=["reports"])

OfCentre = Annotated[UUID, Query()]
InYear = Annotated[int, Query(ge=2000, le=2999)]


@router.get("/centres/{centre}/questionnaire")
def get_questionnaire(centre: UUID, who: Who, pool: Connections) -> schemas.QuestionnaireOut:
    """Return what the centre asks after a session or a course."""
    return _questionnaire(questionnaires.of_centre(pool, who, CentreId(centre)))


@router.put("/centres/{centre}/questionnaire")
def put_questionnaire(
    centre: UUID, body: schemas.QuestionnaireIn, who: Who, pool: Connections
) -> schemas.QuestionnaireOut:
    """Publish what the centre asks from now on; what was asked before stays as it was."""
    made = questionnaires.publish(
        pool,
        who,
        CentreId(centre),
        questions=[Text(question.ko, question.en) for question in body.questions],
        pause_days=body.pause_days,
        is_asking=body.is_asking,
    )
    return _questionnaire(made)


@router.get("/reports/satisfaction")
def get_satisfaction(
    who: Who, pool: Connections, centre: OfCentre, year: InYear
) -> schemas.SatisfactionOut:
    """Return a year's answers by machine and course, month and question, without any person."""
    found = figures.seen(pool, who, CentreId(centre), year)
    return schemas.SatisfactionOut(
        year=year,
        fewest_shown=FEWEST_SHOWN,
        whole=_row(found.whole),
        subjects=[_row(row) for row in found.subjects],
        months=[_row(row) for row in found.months.values()],
        questions=[_row(row) for row in found.questions],
    )


@router.get("/reports/satisfaction.{kind}", response_class=Response)
def satisfaction_table(
    kind: Literal["csv", "xlsx"], who: Who, pool: Connections, centre: OfCentre, year: InYear
) -> Response:
    """Return the same as a table; the spreadsheet has the words that may be shown as well."""
    sheets = tables.of_year(pool, who, CentreId(centre), year)
    name = f"satisfaction-{year}"
    if kind == "csv":
        return as_file(table(sheets[0][1]), f"{name}.csv", CSV)
    return as_file(report_files.book(sheets), f"{name}.xlsx", XLSX)


def answers_of(row: SatisfactionRow) -> schemas.AnswersOut:
    """Return the figures of a report's time."""
    return schemas.AnswersOut(
        sent=row.tally.sent,
        answered=row.tally.answered,
        mean=figures.score(row.tally.mean) or None,
        satisfied=figures.per_cent(row.tally.satisfied) or None,
    )


def _questionnaire(found: Questionnaire | None) -> schemas.QuestionnaireOut:
    if found is None:
        return schemas.QuestionnaireOut(version=0, questions=[], pause_days=0, is_asking=False)
    return schemas.QuestionnaireOut(
        version=found.version,
        questions=[schemas.QuestionWordingOut(ko=q.ko, en=q.en) for q in found.questions],
        pause_days=found.pause_days,
        is_asking=found.is_asking,
    )


def _row(row: SatisfactionRow) -> schemas.SatisfactionRowOut:
    tally = row.tally
    return schemas.SatisfactionRowOut(
        name_ko=row.name.ko,
        name_en=row.name.en,
        subject=row.subject,
        sent=tally.sent,
        answered=tally.answered,
        response_rate=figures.per_cent(tally.response_rate) or None,
        mean=figures.score(tally.mean) or None,
        satisfied=figures.per_cent(tally.satisfied) or None,
        words=[said.words for said in row.words],
    )
