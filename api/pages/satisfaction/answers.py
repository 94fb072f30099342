"""The questions behind a mailed link: answered without a login, once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from api.identity import Connections, address, need_own_page
from api.pages.frame.layout import SEOUL, language_of, page
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from gadong.core.domain.problem import Invalid, NotFound
from gadong.satisfaction.domain.questionnaire import BEST, LONGEST_WORDS, WORST
from gadong.satisfaction.domain.request import OpenRequest
from gadong.satisfaction.services import answers
from gadong.texts.catalogue import LANGUAGES

router = APIRouter(include_in_schema=False)

Score = Annotated[int, Field(ge=WORST, le=BEST)] | None


class AnswerForm(BaseModel):
    """An answer as the form sends it."""

    score_1: Score = None
    score_2: Score = None
    score_3: Score = None
    score_4: Score = None
    score_5: Score = None
    words: str = Field(default="", max_length=LONGEST_WORDS)
    names_company: bool = False

    @property
    def scores(self) -> list[int]:
        """Return the scores in their order; 0 where none was chosen."""
        scores = (self.score_1, self.score_2, self.score_3, self.score_4, self.score_5)
        return [score or 0 for score in scores]


#: What the ends of the scale mean, and the steps between them.
SCALE = {
    5: "very much so",
    4: "mostly",
    3: "so-so",
    2: "hardly",
    1: "not at all",
}


@router.get("/satisfaction/{word}")
def questions(request: Request, word: str, pool: Connections) -> HTMLResponse:
    """Show the questions behind a link, in the language in which the link was sent."""
    try:
        found = answers.behind(pool, word, now=datetime.now(UTC), address=address(request))
    except NotFound as trouble:
        return _over(request, trouble)
    return _page(request, found, word)


@router.post("/satisfaction/{word}")
def answer(
    request: Request, word: str, pool: Connections, given: Annotated[AnswerForm, Form()]
) -> HTMLResponse:
    """Keep the answer, which ends the link."""
    need_own_page(request)
    now = datetime.now(UTC)
    try:
        found = answers.behind(pool, word, now=now, address=address(request))
    except NotFound as trouble:
        return _over(request, trouble)
    try:
        answers.give(
            pool,
            word,
            scores=given.scores[: len(found.questionnaire.questions)],
            words=given.words,
            names_company=given.names_company,
            now=now,
            address=address(request),
        )
    except NotFound as trouble:
        return _over(request, trouble)
    except Invalid as trouble:
        return _page(request, found, word, why=reasons(trouble, _words(request, found)))
    said = _words(request, found)
    return page(request, said, "satisfaction/thanks.html", centre=found.centre_name)


def _page(
    request: Request, found: OpenRequest, word: str, *, why: list[str] | None = None
) -> HTMLResponse:
    said = _words(request, found)
    return page(
        request,
        said,
        "satisfaction/answers.html",
        status=409 if why else 200,
        reasons=why or [],
        asked=found,
        subject=said.either(found.machine_ko, found.machine_en) or found.code,
        word=word,
        scale=SCALE,
        longest=LONGEST_WORDS,
    )


def _over(request: Request, trouble: NotFound) -> HTMLResponse:
    said = Words(language_of(request), SEOUL)
    return page(request, None, "satisfaction/over.html", status=404, reasons=reasons(trouble, said))


def _words(request: Request, found: OpenRequest) -> Words:
    """Return the words of a page in the browser's chosen language, or else in the link's."""
    chosen = request.cookies.get("gadong_language", found.language)
    return Words(next((one for one in LANGUAGES if one == chosen), "ko"), SEOUL)
