"""The yearly survey of a centre's firms (실태조사), and what was kept of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.core.domain.access import Right
from gadong.core.domain.problem import Invalid
from gadong.reports.services import firm_survey
from gadong.texts.reports import SURVEY_GROUPS

router = APIRouter(include_in_schema=False)


@router.get("/reports/survey")
def survey(
    request: Request,
    looking: Looking,
    pool: Connections,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
) -> HTMLResponse:
    """Show the survey of a year in sums, with its tables."""
    return _page(request, looking, pool, year)


@router.post("/reports/survey")
def keep(
    request: Request,
    looking: Looking,
    pool: Connections,
    year: Annotated[int, Form(ge=2000, le=2999)],
) -> Response:
    """Keep the survey of a year as it is now."""
    centre, now = looking.need(Right.PEOPLE_WORK), datetime.now(UTC)
    try:
        firm_survey.take_snapshot(pool, looking.who, centre.id, year, now=now)
    except Invalid as trouble:
        return _page(request, looking, pool, None, why=reasons(trouble, looking.words))
    return go(f"/reports/survey?year={year}", said=looking.words.say("Kept."))


def _page(
    request: Request,
    looking: Look,
    pool: Connections,
    year: int | None,
    *,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need(Right.REPORT_SEE), datetime.now(UTC)
    wanted = year or now.astimezone(centre.zone).year
    found = firm_survey.of_year(pool, looking.who, centre.id, wanted, now=now)
    words = looking.words
    return page(
        request,
        looking,
        "reports/survey.html",
        status=409 if why else 200,
        reasons=why or [],
        year=wanted,
        survey=found,
        tables=[
            (
                words.either(*text),
                [
                    (words.either(*firm_survey.label(name, group.key)), group)
                    for group in getattr(found, name)
                ],
            )
            for name, text in SURVEY_GROUPS.items()
        ],
        kept=[
            kept
            for kept in firm_survey.snapshots(pool, looking.who, centre.id)
            if kept.year == wanted
        ],
        query=urlencode({"centre": str(centre.id), "year": wanted}),
    )
