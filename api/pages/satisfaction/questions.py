"""A centre's questions after a session or a course, and the answers of a year."""

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
from gadong.satisfaction.domain.questionnaire import (
    FEWEST_QUESTIONS,
    LONGEST_PAUSE_DAYS,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
)
from gadong.satisfaction.domain.tally import FEWEST_SHOWN
from gadong.satisfaction.services import figures, questionnaires
from gadong.texts.catalogue import Text
from gadong.texts.satisfaction import SUGGESTED

router = APIRouter(include_in_schema=False)

#: A week's guest is not asked twice, and a yearly evaluation still hears of every quarter.
SUGGESTED_PAUSE_DAYS = 30
QuestionTexts = Annotated[list[str], Form(max_length=MOST_QUESTIONS)]


@router.get("/reports/satisfaction")
def satisfaction(
    request: Request,
    looking: Looking,
    pool: Connections,
    year: Annotated[int | None, Query(ge=2000, le=2999)] = None,
) -> HTMLResponse:
    """Show the answers of a year, and the questions that the centre asks."""
    return _page(request, looking, pool, year)


@router.post("/reports/satisfaction")
def publish(
    request: Request,
    looking: Looking,
    pool: Connections,
    ko: QuestionTexts,
    en: QuestionTexts,
    pause_days: Annotated[int, Form(ge=0, le=LONGEST_PAUSE_DAYS)],
    is_asking: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own way to send it
) -> Response:
    """Publish other questions, or begin or end the asking."""
    centre = looking.need(Right.RULES_WORK)
    questions = [Text(*pair) for pair in zip(ko, en, strict=False) if any(t.strip() for t in pair)]
    try:
        questionnaires.publish(
            pool,
            looking.who,
            centre.id,
            questions=questions,
            pause_days=pause_days,
            is_asking=is_asking,
        )
    except Invalid as trouble:
        return _page(request, looking, pool, None, why=reasons(trouble, looking.words))
    return go("/reports/satisfaction", said=looking.words.say("Kept."))


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
    asked = questionnaires.of_centre(pool, looking.who, centre.id)
    written = list(asked.questions if asked else SUGGESTED)
    return page(
        request,
        looking,
        "satisfaction/questions.html",
        status=409 if why else 200,
        reasons=why or [],
        year=wanted,
        found=figures.seen(pool, looking.who, centre.id, wanted),
        asked=asked,
        questions=[*written, *[Text("", "")] * (MOST_QUESTIONS - len(written))],
        pause_days=asked.pause_days if asked else SUGGESTED_PAUSE_DAYS,
        longest=LONGEST_QUESTION,
        longest_pause=LONGEST_PAUSE_DAYS,
        fewest_questions=FEWEST_QUESTIONS,
        fewest_shown=FEWEST_SHOWN,
        per_cent=figures.per_cent,
        score=figures.score,
        query=urlencode({"centre": str(centre.id), "year": wanted}),
    )
