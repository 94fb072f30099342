"""Other ways in than a password: an organisation's own provider, and one's passkeys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.identity import Connections, Told, address, keep_session, need_own_page
from api.pages.frame.layout import SEOUL, Looking, go, language_of, optional, own_path
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from gadong.core.domain.problem import GadongError, NotFound
from gadong.people.services import passkeys, single_sign_on
from gadong.people.services.single_sign_on import Provider
from gadong.settings import Settings

router = APIRouter(include_in_schema=False)

# A browser keeps this cookie while its person is at the provider. The provider leads back to us, so
# the cookie cannot be SameSite=Strict.
COOKIE = "gadong_sign_on"
Word = Annotated[str, Form(max_length=200)]


def provider_of(told: Settings) -> Provider | None:
    """Return the login provider, if the operator set one."""
    if not told.oidc_issuer:
        return None
    return Provider(
        issuer=told.oidc_issuer,
        client_id=told.oidc_client_id,
        client_secret=told.oidc_client_secret,
        public_url=told.public_url,
        name=told.oidc_name,
    )


def _need_provider(told: Settings) -> Provider:
    provider = provider_of(told)
    if provider is None:
        raise NotFound
    return provider


@router.get("/login/provider")
def leave_for_provider(
    request: Request,
    pool: Connections,
    told: Told,
    *,
    next: Annotated[str, Query(max_length=2000)] = "/",  # noqa: A002  # the address's own word
    link: bool = False,
) -> Response:
    """Redirect to the provider, for a login or (`link`) for linking the account."""
    provider = _need_provider(told)
    # Another site's page could otherwise link whoever is logged in at the provider to whoever is
    # logged in here.
    if link:
        need_own_page(request)
    looking = optional(request, pool)
    who = looking.who if looking and link else None
    if who is not None:
        who.need_proven(datetime.now(UTC))
    try:
        url, state = single_sign_on.begin(
            pool,
            provider,
            who,
            going_to="/account" if link else own_path(next),
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        return go("/login", wrong=_why(request, trouble))
    answer = RedirectResponse(url, status_code=303)
    answer.set_cookie(
        COOKIE,
        state,
        max_age=int(single_sign_on.BACK_WITHIN.total_seconds()),
        httponly=True,
        secure=not told.insecure_cookies,
        samesite="lax",
        path="/login",
    )
    return answer


@router.get("/login/return")
def return_from_provider(
    request: Request,
    pool: Connections,
    told: Told,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Back from the provider, with its word."""
    provider = _need_provider(told)
    looking = optional(request, pool)
    try:
        opened, going_to = single_sign_on.finish(
            pool,
            provider,
            looking.who if looking else None,
            kept=request.cookies.get(COOKIE, ""),
            state=state,
            code=code,
            now=datetime.now(UTC),
            address=address(request),
        )
    except GadongError as trouble:
        answer = go("/account" if looking else "/login", wrong=_why(request, trouble))
    else:
        answer = go(going_to)
        if opened:
            keep_session(answer, told, opened)
    answer.delete_cookie(COOKIE, path="/login")
    return answer


@router.post("/account/provider/remove")
def unlink(
    request: Request, looking: Looking, pool: Connections, told: Told, password: Word
) -> Response:
    """Unlink the provider from one's account."""
    try:
        single_sign_on.unlink(pool, _need_provider(told), looking.who, password)
    except GadongError as trouble:
        return go("/account", wrong=_why(request, trouble))
    return go("/account", said=looking.words.say("It opens your account no more."))


@router.post("/account/passkeys/remove")
def remove_passkey(
    request: Request,
    looking: Looking,
    pool: Connections,
    passkey: Annotated[str, Form(pattern="^([0-9a-f]{2}){1,1024}$")],
    password: Word,
) -> Response:
    """Remove a passkey."""
    try:
        passkeys.remove(pool, looking.who, bytes.fromhex(passkey), password)
    except GadongError as trouble:
        return go("/account", wrong=_why(request, trouble))
    return go("/account", said=looking.words.say("It opens your account no more."))


def _why(request: Request, trouble: GadongError) -> str:
    return " ".join(reasons(trouble, Words(language_of(request), SEOUL)))
