"""One's own account: password, one-time codes, what is open, what is kept; and the way back in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from api.files import as_file
from api.identity import (
    Connections,
    Keys,
    Told,
    address,
    cookie_name,
    device_of,
    keep_device,
    keep_session,
    need_own_page,
    secret,
    settings,
)
from api.pages.frame.layout import (
    SEOUL,
    Look,
    Looking,
    Proven,
    go,
    language_of,
    own_path,
    page,
)
from api.pages.frame.problem_page import reasons
from api.pages.frame.texts import Words
from api.pages.people.login import keep_choice
from api.pages.people.login_methods import provider_of
from gadong.core.domain.problem import GadongError, SecondFactorNeeded
from gadong.core.services.sealing import Keyring
from gadong.notices.services import notice_delivery, push_subscriptions
from gadong.operations.services import privacy
from gadong.people.services import (
    account_recovery,
    accounts,
    join_requests,
    passkeys,
    single_sign_on,
)
from gadong.settings import Settings
from gadong.texts.catalogue import Language

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Form(max_length=200)]


@router.get("/account")
def account(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show everything about one's own account."""
    return _account(request, looking, pool)


@router.post("/account/password")
def change_password(
    request: Request,
    looking: Looking,
    pool: Connections,
    *,
    old: Word,
    new: Word,
    end_passkeys: Annotated[bool, Form()] = False,
) -> Response:
    """Change the password; all other sessions end."""

    def work() -> None:
        account_recovery.change_password(
            pool, looking.who, old=old, new=new, session=secret(request), end_passkeys=end_passkeys
        )

    return _done(
        request,
        looking,
        pool,
        work,
        "Your password is changed. Everything else that was open has ended.",
    )


@router.post("/account/codes")
def begin_codes(request: Request, looking: Proven, pool: Connections, told: Told) -> Response:
    """Make a secret for the telephone, as a picture and as text."""
    try:
        seed, uri = account_recovery.begin_codes(
            pool, looking.who, secret=told.secret, now=datetime.now(UTC)
        )
    except GadongError as trouble:
        return _account(request, looking, pool, why=reasons(trouble, looking.words))
    drawing = segno.make(uri, error="m").svg_inline(scale=5, border=2, omitsize=True)
    picture = Markup(drawing)  # noqa: S704  # segno's own drawing
    return page(
        request, looking, "people/codes.html", seed=seed, picture=picture, kept=[], reasons=[]
    )


@router.post("/account/codes/confirm")
def confirm_codes(
    request: Request, looking: Proven, pool: Connections, told: Told, code: Word
) -> Response:
    """Require a code from now on; the recovery codes are shown this once."""
    try:
        words = account_recovery.confirm_codes(
            pool, looking.who, code, secret=told.secret, now=datetime.now(UTC)
        )
    except GadongError as trouble:
        return _account(request, looking, pool, why=reasons(trouble, looking.words))
    return page(request, looking, "people/codes.html", seed="", picture="", kept=words, reasons=[])


@router.post("/account/codes/remove")
def remove_codes(request: Request, looking: Proven, pool: Connections, password: Word) -> Response:
    """Require no code any more."""
    return _done(
        request,
        looking,
        pool,
        lambda: account_recovery.remove_codes(pool, looking.who, password, now=datetime.now(UTC)),
        "Codes are asked for no more.",
    )


@router.post("/account/end")
def end(
    request: Request, looking: Proven, pool: Connections, credential: Annotated[UUID, Form()]
) -> Response:
    """End one of one's sessions or tokens."""

    def work() -> None:
        accounts.revoke(pool, looking.who, credential, now=datetime.now(UTC))

    return _done(request, looking, pool, work, "It has ended.")


@router.post("/account/language")
def choose_language(
    looking: Looking, pool: Connections, told: Told, language: Annotated[Language, Form()]
) -> Response:
    """Set the language of one's notices, and of the pages in this browser."""
    kept = notice_delivery.preferences(pool, looking.who)
    notice_delivery.prefer(
        pool, looking.who, language=language, by_mail=kept.by_mail, muted=list(kept.muted)
    )
    words = Words(language, looking.words.zone)
    answer = go("/account", said=words.say("Your language is kept."))
    keep_choice(answer, "gadong_language", language, told)
    return answer


@router.get("/account/proof")
def proof(
    request: Request,
    looking: Looking,
    told: Told,
    # The address's own word.
    next: Annotated[str, Query(max_length=2000)] = "/account",  # noqa: A002
) -> HTMLResponse:
    """Prove again, in a session that is open, that its person is still there."""
    return _proof(request, looking, told, own_path(next))


@router.post("/account/proof")
def prove(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    *,
    password: Word,
    code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/account",  # noqa: A002  # likewise
) -> Response:
    """Renew the session's proof, and go on."""
    try:
        account_recovery.prove(
            pool, looking.who, password, code=code, secret=told.secret, now=datetime.now(UTC)
        )
    except SecondFactorNeeded as trouble:
        why = reasons(trouble, looking.words)
        return _proof(request, looking, told, own_path(next), why=why, needs_code=True)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _proof(request, looking, told, own_path(next), why=why, needs_code=bool(code))
    return go(
        own_path(next), said=looking.words.say("It is you. Now repeat what you were about to do.")
    )


@router.get("/account/data.json")
def own_data(looking: Proven, pool: Connections) -> Response:
    """Return everything stored about oneself, as a file."""
    text = json.dumps(
        privacy.known(pool, looking.who, now=datetime.now(UTC)), ensure_ascii=False, indent=1
    )
    return as_file(text, "gadong.json", "application/json")


@router.post("/account/leave")
def leave(
    request: Request, looking: Looking, pool: Connections, told: Told, password: Word
) -> Response:
    """Leave for good."""
    try:
        privacy.leave(pool, looking.who, password)
    except GadongError as trouble:
        return _account(request, looking, pool, why=reasons(trouble, looking.words))
    answer = go("/login")
    answer.delete_cookie(cookie_name(told), path="/")
    return answer


@router.get("/forgot")
def forgot(request: Request) -> HTMLResponse:
    """Show the form that asks for a password-reset link."""
    return page(request, None, "people/forgot.html", asked=False)


@router.post("/forgot")
def ask_back_in(
    request: Request,
    pool: Connections,
    told: Told,
    keys: Keys,
    email: Annotated[str, Form(max_length=254)],
) -> HTMLResponse:
    """Mail it, where there is such an account; the page is the same where there is none."""
    need_own_page(request)
    account_recovery.ask_back_in(
        pool,
        email,
        public_url=told.public_url,
        keys=keys,
        now=datetime.now(UTC),
        address=address(request),
    )
    return page(request, None, "people/forgot.html", asked=True)


@router.get("/recover/{word}")
def recover(request: Request, word: str) -> HTMLResponse:
    """Show the form behind a password-reset link."""
    return page(request, None, "people/recover.html", word=word, reasons=[])


@router.post("/recover/{word}")
def reset_password(
    request: Request,
    word: str,
    pool: Connections,
    told: Told,
    password: Word,
    end_passkeys: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own way to send it
) -> Response:
    """Set a password; an invited person is then logged in, and another logs in with it."""
    need_own_page(request)
    words = Words(language_of(request), SEOUL)
    try:
        entry = join_requests.enter(
            pool,
            word,
            password,
            end_passkeys=end_passkeys,
            device=device_of(request),
            now=datetime.now(UTC),
            address=address(request),
        )
    except GadongError as trouble:
        why = reasons(trouble, words)
        return page(request, None, "people/recover.html", status=409, word=word, reasons=why)
    if entry is None:
        return go("/login", said=words.say("Your password is changed. Log in with it."))
    answer = go("/")
    keep_session(answer, told, entry.session)
    keep_device(answer, told, entry.device)
    return answer


def _proof(
    request: Request,
    looking: Look,
    told: Settings,
    going_to: str,
    *,
    why: list[str] | None = None,
    needs_code: bool = False,
) -> HTMLResponse:
    return page(
        request,
        looking,
        "people/proof.html",
        status=409 if why else 200,
        reasons=why or [],
        next=going_to,
        needs_code=needs_code,
        passkeys_offered=passkeys.are_offered(told.public_url),
    )


def _account(
    request: Request, looking: Look, pool: Connections, *, why: list[str] | None = None
) -> HTMLResponse:
    told = settings(request)
    provider = provider_of(told)
    return page(
        request,
        looking,
        "people/account.html",
        status=409 if why else 200,
        reasons=why or [],
        push_key=push_subscriptions.server_key(
            told.secret, Keyring.of(told.data_keys, told.secret)
        ),
        push_browsers=push_subscriptions.of_caller(pool, looking.who),
        notices_in=notice_delivery.preferences(pool, looking.who).language,
        has_codes=account_recovery.has_codes(pool, looking.who),
        credentials=accounts.credentials(pool, looking.who),
        passkeys=passkeys.of(pool, looking.who),
        passkeys_offered=passkeys.are_offered(told.public_url),
        provider=provider.called if provider else "",
        is_linked=bool(provider and single_sign_on.is_linked(pool, provider, looking.who)),
    )


def _done(
    request: Request, looking: Look, pool: Connections, work: Callable[[], None], said: str
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _account(request, looking, pool, why=reasons(trouble, looking.words))
    answer: RedirectResponse = go("/account", said=looking.words.say(said))
    return answer
