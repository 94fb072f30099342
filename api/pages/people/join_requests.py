"""Pages on which a company asks to be served, and the centre answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections, Keys, Told, address, link, need_own_page
from api.pages.frame.layout import SEOUL, Look, Looking, go, language_of, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from api.pages.people.party_form import categories
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import GadongError
from gadong.people.domain.payer import KINDS, Payer, PayerKind
from gadong.people.services import accounts, agreements, join_requests

router = APIRouter(include_in_schema=False)
EMPTY = {
    "company": "",
    "registration_number": "",
    "kind": "business",
    "identification": "",
    "name": "",
    "email": "",
}


@router.get("/join")
def join(request: Request, pool: Connections) -> HTMLResponse:
    """Show the form for a company's request."""
    return _join(request, pool)


@router.post("/join")
def ask(
    request: Request,
    pool: Connections,
    *,
    centre: Annotated[UUID, Form()],
    company: Annotated[str, Form(max_length=200)],
    name: Annotated[str, Form(max_length=100)],
    email: Annotated[str, Form(max_length=254)],
    registration_number: Annotated[str, Form(max_length=12)] = "",
    kind: Annotated[PayerKind, Form()] = PayerKind.BUSINESS,
    identification: Annotated[str, Form(max_length=150)] = "",
    accepted: Annotated[list[UUID] | None, Form(max_length=10)] = None,
) -> HTMLResponse:
    """Ask; the answer is the same whether the company is known."""
    need_own_page(request)
    form = {
        "company": company,
        "registration_number": registration_number,
        "kind": kind,
        "identification": identification,
        "name": name,
        "email": email,
    }
    try:
        join_requests.ask(
            pool,
            CentreId(centre),
            company=company,
            registration_number=registration_number,
            name=name,
            email=email,
            address=address(request),
            accepted=accepted or [],
            payer=Payer(kind=kind, identification=identification),
        )
    except GadongError as trouble:
        return _join(request, pool, form, reasons(trouble, Words(language_of(request), SEOUL)))
    return _join(request, pool, asked=True)


@router.get("/joining")
def waiting(
    request: Request, looking: Looking, pool: Connections, asked: ListAsked
) -> HTMLResponse:
    """Show the requests that wait for the centre's answer."""
    return _waiting(request, looking, pool, asked=asked)


@router.post("/joining/{request_id}")
def answer(
    request: Request,
    request_id: UUID,
    looking: Looking,
    pool: Connections,
    told: Told,
    *,
    keys: Keys,
    do: Annotated[str, Form(max_length=10)],
    category: Annotated[str, Form(max_length=60)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Yes, with the link for their password; or no, and why."""
    try:
        if do == "decline":
            join_requests.decline(pool, looking.who, request_id, reason=reason)
            return go("/joining", said=looking.words.say("Declined."))
        made = join_requests.approve(
            pool,
            looking.who,
            request_id,
            category=category or "general",
            public_url=told.public_url,
            keys=keys,
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        return _waiting(request, looking, pool, why=reasons(trouble, looking.words))
    shown = made.person.name, link(request, made.path)
    return _waiting(request, looking, pool, invited=shown)


def _waiting(
    request: Request,
    looking: Look,
    pool: Connections,
    *,
    why: list[str] | None = None,
    invited: tuple[str, str] | None = None,
    asked: ListSearch | None = None,
) -> HTMLResponse:
    found = join_requests.waiting(pool, looking.who, looking.need_centre().id)
    status = 409 if why else 200
    return page(
        request,
        looking,
        "people/joining.html",
        status=status,
        kinds=KINDS,
        found=listing(
            "/joining",
            found,
            asked or ListSearch(),
            text=lambda r: f"{r.company} {r.registration_number} {r.name} {r.email}",
            orders={
                "asked": ("The earliest first", lambda r: r.asked_at.isoformat()),
                "company": ("Company", lambda r: r.company),
            },
        ),
        categories=categories(looking, pool),
        reasons=why or [],
        invited=invited,
    )


def _join(
    request: Request,
    pool: Connections,
    form: dict[str, str] | None = None,
    why: list[str] | None = None,
    *,
    asked: bool = False,
) -> HTMLResponse:
    return page(
        request,
        None,
        "people/join.html",
        status=409 if why else 200,
        centres=accounts.every_centre(pool),
        form=form or EMPTY,
        kinds=KINDS,
        reasons=why or [],
        asked=asked,
        agreements=agreements.in_force(pool),
    )
