"""Answers of a person: to invitations, and to centres that want to serve the person's company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import GadongError
from gadong.operations.services import withdrawals
from gadong.people.services import consents, membership_offers

router = APIRouter(include_in_schema=False)
Do = Annotated[str, Form(max_length=10)]


@router.get("/invitations")
def invitations(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the invitations and requests that wait."""
    return _page(request, looking, pool)


@router.post("/invitations/{offer_id}")
def answer(
    request: Request, offer_id: UUID, looking: Looking, pool: Connections, do: Do
) -> Response:
    """Accept or decline an invitation."""
    decided = membership_offers.accept if do == "accept" else membership_offers.decline
    return _done(
        request,
        looking,
        pool,
        lambda: decided(pool, looking.who, offer_id, now=datetime.now(UTC)),
        "Accepted." if do == "accept" else "Declined.",
    )


@router.post("/consents/{consent_id}")
def decide(
    request: Request,
    consent_id: UUID,
    looking: Looking,
    pool: Connections,
    do: Do,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Give or refuse a company's consent."""
    decided = consents.give if do == "give" else consents.refuse
    return _done(
        request,
        looking,
        pool,
        lambda: decided(pool, looking.who, consent_id, reason=reason),
        "The centre serves your company now." if do == "give" else "Refused.",
    )


@router.post("/companies/{company_id}/withdrawal")
def withdraw(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    centre: Annotated[UUID, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Take back a company's consent to be served by a centre; the desk writes down a letter."""
    company = CompanyId(company_id)
    return _done(
        request,
        looking,
        pool,
        lambda: withdrawals.withdraw(pool, looking.who, CentreId(centre), company, reason=reason),
        "The consent is taken back.",
        to="/invitations" if company in looking.who.owns else f"/companies/{company}",
    )


def _done(
    request: Request,
    looking: Look,
    pool: Connections,
    work: Callable[[], None],
    said: str,
    *,
    to: str = "/invitations",
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _page(request, looking, pool, why=reasons(trouble, looking.words))
    return go(to, said=looking.words.say(said))


def _page(
    request: Request, looking: Look, pool: Connections, *, why: list[str] | None = None
) -> HTMLResponse:
    return page(
        request,
        looking,
        "people/invitations.html",
        status=409 if why else 200,
        reasons=why or [],
        offers=membership_offers.waiting(pool, looking.who, now=datetime.now(UTC)),
        asked=consents.of_companies(pool, looking.who),
        served=[
            (one, name, withdrawals.of_company(pool, looking.who, one))
            for one, name in looking.companies
            if one in looking.who.owns
        ],
    )
