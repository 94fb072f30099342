"""Errors as pages, and refusals as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity import need_own_page
from api.pages.frame import kept_form, kept_refusal
from api.pages.frame.kept_refusal import FormRefusal
from api.pages.frame.layout import SEOUL, address_of, go, language_of, own_path, page, render
from api.pages.frame.texts import Words
from gadong.core.domain.problem import Forbidden, GadongError, Refused
from gadong.texts.catalogue import refusal
from gadong.texts.refusals import TITLES, sentence

# The login page that carries a form opens the other ways in a tab of their own, so as to stay.
NO_OTHER_WAY = {"passkeys": False, "provider": ""}


def wants_page(request: Request) -> bool:
    """Return whether an error is to be shown as a page."""
    is_ours = request.url.path.startswith(("/api/", "/healthz", "/readyz", "/openapi.json"))
    return not is_ours and "text/html" in request.headers.get("accept", "")


def problem_page(
    request: Request,
    code: str,
    status: int,
    title: tuple[str, str],
    detail: str,
    *,
    fields: Collection[str] = (),
) -> Response:
    """Return an error as a page; redirect to the login without one.

    A script's request for a part of a page is answered with a part: a sentence, never a page.
    `fields` are those of a form that the error is about.
    """
    if is_part(request):
        return _part(request, code, status, title)
    if code == "unauthenticated" and kept_form.kept(request) and _is_from_here(request):
        return _login_with_form(request)
    if code == "unauthenticated" and request.method in {"GET", "HEAD"}:
        return RedirectResponse(f"/login?next={quote(address_of(request))}", status_code=303)
    words = Words(language_of(request), SEOUL)
    if code == "agreement_needed" and request.method in {"GET", "HEAD"}:
        return RedirectResponse(f"/agreements?next={quote(address_of(request))}", status_code=303)
    if code == "proof_too_old":
        is_read = request.method in {"GET", "HEAD"}
        back = address_of(request) if is_read else f"/{request.url.path.split('/')[1]}"
        return go(f"/account/proof?next={quote(back)}", wrong=words.either(*title))
    if code == "proof_needed" and request.method in {"GET", "HEAD"}:
        return go("/account", wrong=words.either(*title))
    said, why = words.either(*title), in_words(detail, "", words)
    shown = "" if why.rstrip(".") == said else why
    marked = words.say("Look at the marked field") if fields and not shown else ""
    whole = ". ".join(part for part in (said, shown or marked) if part)
    kept_refusal.keep(request, FormRefusal(sentence=whole, fields=fields))
    return page(
        request,
        None,
        "frame/problem.html",
        status=status,
        title=said,
        detail=shown,
        code=code,
        wrong="",
    )


def is_part(request: Request) -> bool:
    """Return whether a script asks for a part of a page, and not a person for the page.

    The service worker fetches what a person opens; its mode alone still says so.
    """
    headers = request.headers
    is_opened = headers.get("sec-fetch-mode") == "navigate"
    is_fetched = headers.get("sec-fetch-dest") == "empty" and not is_opened
    return is_fetched or headers.get("hx-request") == "true"


def _part(request: Request, code: str, status: int, title: tuple[str, str]) -> Response:
    words = Words(language_of(request), SEOUL)
    text = render("frame/problem_part.html", words, title=words.either(*title), code=code)
    return HTMLResponse(text, status_code=status)


def _is_from_here(request: Request) -> bool:
    """Return whether a page of ours sent the form; another site's form is not kept."""
    try:
        need_own_page(request)
    except Forbidden:
        return False
    return True


def _login_with_form(request: Request) -> Response:
    """Return the login page that carries what was typed, to be sent after the login."""
    return page(
        request,
        None,
        "people/login.html",
        status=401,
        email="",
        next=own_path(kept_form.form_page(request)),
        ways=NO_OTHER_WAY,
        resume=own_path(address_of(request)),
        kept=kept_form.kept(request),
    )


def in_words(text: str, otherwise: str, words: Words) -> str:
    """Return a service's sentence in the reader's language.

    `otherwise` is a more general sentence for one without a translation.
    """
    if words.language == "en":
        return text
    return refusal(text, words.language) or otherwise


def reasons(trouble: GadongError, words: Words) -> list[str]:
    """Return every reason of a refusal, as sentences."""
    if isinstance(trouble, Refused):
        return [sentence(p, words.language) for p in trouble.problems]
    title = words.either(*TITLES.get(trouble.code, TITLES["error"]))
    return [in_words(str(trouble), title, words)]
