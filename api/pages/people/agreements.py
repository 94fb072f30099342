"""Terms and privacy notices: read by everybody, accepted by users."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, optional, own_path, page
from api.pages.frame.problem_page import reasons
from gadong.core.database import Pool
from gadong.core.domain.problem import GadongError, NotFound
from gadong.people.domain.agreement import AgreementKind
from gadong.people.services import agreements

router = APIRouter(include_in_schema=False)


@router.get("/agreements")
def every(
    request: Request,
    looking: Looking,
    pool: Connections,
    next_: Annotated[str, Query(alias="next", max_length=500)] = "/",
) -> HTMLResponse:
    """Show the agreements in force, with a form for those not accepted yet."""
    return _every(request, looking, pool, next_)


@router.post("/agreements")
def accept(
    request: Request,
    looking: Looking,
    pool: Connections,
    accepted: Annotated[list[UUID] | None, Form(max_length=10)] = None,
    next_: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Accept it, and go on to where one was going."""
    try:
        agreements.accept(pool, looking.who, accepted or [])
    except GadongError as trouble:
        return _every(request, looking, pool, next_, why=reasons(trouble, looking.words))
    return go(own_path(next_))


@router.get("/agreements/{kind}")
def one(request: Request, kind: AgreementKind, pool: Connections) -> HTMLResponse:
    """Show one agreement in full; for everybody."""
    found = next((a for a in agreements.in_force(pool) if a.kind is kind), None)
    if found is None:
        raise NotFound("Nothing of that kind is published")
    return page(request, optional(request, pool), "people/agreement.html", agreement=found)


def _every(
    request: Request, looking: Look, pool: Pool, next_: str, *, why: list[str] | None = None
) -> HTMLResponse:
    return page(
        request,
        looking,
        "people/agreements.html",
        status=409 if why else 200,
        reasons=why or [],
        agreements=agreements.in_force(pool),
        missing=agreements.missing(pool, looking.who),
        next=own_path(next_),
    )
