"""The door: logging in and out, language and theme, and one's notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity import (
    Connections,
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
from api.pages.frame import kept_form
from api.pages.frame.layout import (
    THEMES,
    YEAR,
    Looking,
    go,
    language_of,
    optional,
    own_path,
    page,
)
from api.pages.frame.listing import ListAsked, listing
from api.pages.frame.problem_page import NO_OTHER_WAY
from api.pages.people.login_methods import provider_of
from gadong.booking.services import timeline
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, SecondFactorNeeded, TooManyAttempts
from gadong.operations.services import jobs
from gadong.people.services import accounts, passkeys, password_attempts
from gadong.settings import Settings
from gadong.texts.catalogue import LANGUAGES
from gadong.texts.notices import NOTICES
from gadong.texts.pages import LOGIN

router = APIRouter(include_in_schema=False)

# Ten pages. Notices are kept for a year (docs/privacy.md), and a manager has thousands.
MOST_NOTICES = 500


@router.get("/")
def front(request: Request, pool: Connections) -> RedirectResponse:
    """Redirect to the viewer's first page: the to-do for managers, the machines for others."""
    looking = optional(request, pool)
    if looking is None:
        return go("/login")
    if looking.may(Right.DESK_SEE, Right.MONEY_SEE):
        return go("/desk")
    if looking.centre is None and looking.may(Right.FIGURES_SEE):
        return go("/agency")
    return go("/floor" if looking.may(Right.HALL_SEE, Right.FLOOR_SEE) else "/machines")


@router.get("/login")
# The address's own word.
def door(request: Request, pool: Connections, next: str = "/") -> Response:  # noqa: A002
    """Show the login form; a viewer who is logged in is redirected."""
    if optional(request, pool):
        return go(own_path(next))
    return page(
        request,
        None,
        "people/login.html",
        email="",
        next=own_path(next),
        ways=_ways(settings(request)),
        kept=(),
    )


async def _kept(request: Request) -> kept_form.Fields:
    """Return the fields of a form that was sent after its session had ended."""
    return kept_form.unprefixed((await request.form()).multi_items())


KeptFields = Annotated[kept_form.Fields, Depends(_kept)]


@router.post("/login")
def log_in(
    request: Request,
    pool: Connections,
    told: Told,
    kept: KeptFields,
    *,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002  # the form's own word
    resume: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Open a session, and redirect to `next`; a form that was kept is shown to be sent again."""
    need_own_page(request)
    try:
        opened, person = accounts.log_in(
            pool,
            email=email,
            password=password,
            address=address(request),
            now=datetime.now(UTC),
            code=code,
            secret=told.secret,
            device=device_of(request),
        )
    except GadongError as trouble:
        wrong = LOGIN["wrong"]
        if isinstance(trouble, SecondFactorNeeded):
            wrong = LOGIN["code_needed"]
        elif isinstance(trouble, TooManyAttempts):
            minutes = -(-int(str(trouble.figures.get("retry_after", 900))) // 60)
            wrong = LOGIN["too_many"].filled(minutes=minutes)
        return page(
            request,
            None,
            "people/login.html",
            status=429 if isinstance(trouble, TooManyAttempts) else 401,
            wrong=wrong.say(language_of(request)),
            email=email,
            next=own_path(next),
            ways=NO_OTHER_WAY if kept else _ways(told),
            kept=kept,
            resume=own_path(resume),
        )
    answer: Response = go(own_path(next))
    if kept:
        answer = page(
            request,
            None,
            "people/resume.html",
            kept=kept,
            resume=own_path(resume),
            next=own_path(next),
        )
    keep_session(answer, told, opened)
    keep_device(
        answer,
        told,
        password_attempts.know_device(
            pool, person.id, device_of(request), now=datetime.now(UTC), origin=address(request)
        ),
    )
    return answer


def _ways(told: Settings) -> dict[str, object]:
    """Return the login methods beside a password."""
    provider = provider_of(told)
    return {
        "passkeys": passkeys.are_offered(told.public_url),
        "provider": provider.called if provider else "",
    }


@router.post("/logout")
def log_out(request: Request, looking: Looking, pool: Connections, told: Told) -> RedirectResponse:
    """End the session."""
    accounts.log_out(pool, looking.who, secret(request))
    answer = go("/login")
    answer.delete_cookie(cookie_name(told), path="/")
    return answer


@router.post("/look")
def look_otherwise(
    request: Request,
    told: Told,
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002  # the form's own word
    language: Annotated[str, Form(max_length=2)] = "",
    theme: Annotated[str, Form(max_length=5)] = "",
    centre: Annotated[str, Form(max_length=31)] = "",
) -> RedirectResponse:
    """Set the language, theme or centre in the browser; each is checked when used."""
    need_own_page(request)
    answer = go(own_path(next))
    chosen = {
        "gadong_language": language if language in LANGUAGES else "",
        "gadong_theme": theme if theme in THEMES else "",
        "gadong_centre": centre if centre.replace("-", "").isalnum() else "",
    }
    for name, value in chosen.items():
        if value:
            keep_choice(answer, name, value, told)
    return answer


def keep_choice(answer: Response, name: str, value: str, told: Settings) -> None:
    """Keep a choice of how pages look in the browser for a year."""
    answer.set_cookie(
        name, value, max_age=YEAR, samesite="lax", secure=not told.insecure_cookies, httponly=True
    )


@router.get("/notices")
def notices(
    request: Request, looking: Looking, pool: Connections, asked: ListAsked
) -> HTMLResponse:
    """Show the viewer's notices, the latest first."""
    found = jobs.notices(pool, looking.who, before=None, most=MOST_NOTICES)
    hall = {str(s.machine.id): s.machine for s in timeline.seen(pool, looking.who)}
    words = looking.words

    def said(kind: str, data: dict[str, object]) -> str:
        machine = hall.get(str(data.get("machine")))
        figures = {
            "machine": words.either(machine.name_ko, machine.name_en) if machine else "",
            "when": _moment(data.get("start"), looking),
            "until": _moment(data.get("until"), looking),
            "expected": _moment(data.get("expected_end"), looking),
            "reason": str(data.get("reason", "–")),
            **{
                name: str(data.get(name, ""))
                for name in ("number", "month", "due_on", "code", "device")
            },
        }
        return NOTICES[kind].say(words.language, figures)[1]

    shown = [(n, said(n.kind, dict(n.data))) for n in found if n.kind in NOTICES]
    seen_at = jobs.see_notices(pool, looking.who, now=datetime.now(UTC))
    looking = replace(looking, unseen=0)
    return page(
        request,
        looking,
        "people/notices.html",
        notices=listing("/notices", shown, asked.of(""), text=lambda one: one[1]),
        seen_at=seen_at,
        most=MOST_NOTICES if len(found) == MOST_NOTICES else 0,
    )


def _moment(text: object, looking: Looking) -> str:
    return (
        looking.words.moment(datetime.fromisoformat(text)) if isinstance(text, str) and text else ""
    )
