"""Pledges of a centre on their page: read, accepted, published, and who accepted which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import PersonId
from gadong.core.domain.problem import GadongError
from gadong.people.services import pledges

router = APIRouter(include_in_schema=False)


@router.get("/pledges")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Show the centre's pledges, which of them one has accepted, and to the desk who accepted."""
    return _every(request, looking, pool, asked=asked)


@router.post("/pledges/accept")
def accept(
    request: Request,
    looking: Looking,
    pool: Connections,
    version: Annotated[str, Form(max_length=200)],
    person: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Accept a version; or record at the desk that a person signed it on paper."""

    def work() -> None:
        centre = looking.need_centre().id
        whose = PersonId(person) if person else None
        pledges.accept(pool, looking.who, centre, version, person=whose)

    return _done(request, looking, pool, work, "Kept.")


@router.post("/pledges")
def publish(
    request: Request,
    looking: Looking,
    pool: Connections,
    version: Annotated[str, Form(max_length=200)],
    ko: Annotated[str, Form(max_length=30_000)],
    en: Annotated[str, Form(max_length=30_000)],
) -> Response:
    """Publish a version with its text."""

    def work() -> None:
        # Browsers send the ends of lines as two characters.
        texts = {"ko": ko.replace("\r\n", "\n"), "en": en.replace("\r\n", "\n")}
        pledges.publish(pool, looking.who, looking.need_centre().id, version, **texts)

    return _done(
        request, looking, pool, work, "Published. The rules say which machines require it."
    )


def _done(
    request: Request, looking: Look, pool: Pool, work: Callable[[], None], said: str
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _every(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/pledges", said=looking.words.say(said))


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need_centre().id
    is_desk = looking.may(Right.DESK_SEE)
    return page(
        request,
        looking,
        "people/pledges.html",
        status=409 if why else 200,
        reasons=why or [],
        pledges=pledges.of_centre(pool, looking.who, centre),
        accepted=pledges.own(pool, looking.who, centre),
        acceptances=listing(
            "/pledges",
            pledges.acceptances(pool, looking.who, centre) if is_desk else [],
            (asked or ListSearch()).of("acceptances"),
            text=lambda a: f"{a.name} {a.version}",
        ),
    )
