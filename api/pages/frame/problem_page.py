"""Errors as pages, and refusals as sentences in the reader's language."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.pages.frame.layout import SEOUL, address_of, go, language_of, page
from api.pages.frame.texts import (
    Words,
    refusal,
)
from gadong.core.domain.problem import GadongError, Refused
from gadong.texts.refusals import TITLES, sentences


def wants_page(request: Request) -> bool:
    """Return whether an error is to be shown as a page."""
    is_ours = request.url.path.startswith(("/api/", "/healthz", "/readyz", "/openapi.json"))
    return not is_ours and "text/html" in request.headers.get("accept", "")


def problem_page(request: Request, code: str, status: int, title: tuple[str, str], detail: str) -> Response:
    """Return an error as a page; redirect to the login without one."""
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
    return page(request, None, "frame/problem.html", status=status, title=said, detail=shown, code=code)


def in_words(text: str, otherwise: str, words: Words) -> str:
    """Return a service's sentence in the reader's language.

    `otherwise` is a more general sentence for one without a translation.
    """
    return refusal(text) or otherwise if words.language == "ko" else text


def reasons(trouble: GadongError, words: Words) -> list[str]:
    """Return every reason of a refusal, as sentences."""
    if isinstance(trouble, Refused):
        return [words.either(*sentences(p)) for p in trouble.problems]
    return [in_words(str(trouble), TITLES.get(trouble.code, TITLES["error"])[0], words)]
