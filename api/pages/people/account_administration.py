"""Accounts of others, for the administrators of the installation: shut, open, factors,
administrators.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, Proven, go, page
from api.pages.frame.problem_page import reasons
from gadong.core.domain.ids import PersonId
from gadong.core.domain.problem import GadongError, Invalid
from gadong.people.services import account_administration as administration

router = APIRouter(include_in_schema=False)


@router.get("/accounts")
def accounts(
    request: Request,
    looking: Looking,
    pool: Connections,
    part: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show the accounts with a text in their name or address."""
    looking.who.need_administrator()
    return _page(request, looking, pool, part)


@router.post("/accounts/{person}")
def act(
    request: Request,
    person: UUID,
    looking: Proven,
    pool: Connections,
    do: Annotated[str, Form(max_length=20)],
    reason: Annotated[str, Form(max_length=500)] = "",
    part: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Do one act on an account, with its reason."""
    try:
        said = _do(looking, pool, PersonId(person), do=do, reason=reason)
    except GadongError as trouble:
        looking.who.need_administrator()
        return _page(request, looking, pool, part, why=reasons(trouble, looking.words))
    return go(f"/accounts?{urlencode({'part': part})}", said=looking.words.say(said))


def _do(looking: Look, pool: Connections, person: PersonId, *, do: str, reason: str) -> str:
    who, now = looking.who, datetime.now(UTC)
    if do == "shut":
        administration.shut(pool, who, person, reason=reason, now=now)
        return "The account is shut, and everything that was open has ended."
    if do == "reopen":
        administration.reopen(pool, who, person, reason=reason, now=now)
        return "The account is open again."
    if do == "factors":
        administration.reset_factors(pool, who, person, reason=reason, now=now)
        return "Codes and passkeys are taken away. The password stays."
    if do in {"name", "dismiss"}:
        is_one = do == "name"
        administration.set_administrator(
            pool, who, person, is_administrator=is_one, reason=reason, now=now
        )
        return "An administrator now." if is_one else "An administrator no more."
    raise Invalid("Say what is to be done", field="do")


def _page(
    request: Request, looking: Look, pool: Connections, part: str, *, why: list[str] | None = None
) -> HTMLResponse:
    return page(
        request,
        looking,
        "people/accounts.html",
        status=409 if why else 200,
        reasons=why or [],
        part=part,
        found=administration.find(pool, looking.who, part) if part.strip() else [],
    )
