"""Forms that are refused come back as they were typed, whichever page they stand on.

A route answers a refusal with its own page, or raises an error. In both cases the form of the
answer is filled with what was sent. An error is shown on the page that the form came from.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.pages.frame.kept_form import form_page
from api.pages.frame.kept_refusal import FormRefusal
from api.pages.frame.problem_page import is_part, wants_page
from api.pages.frame.refilled_form import Fields, refilled

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# The values were not acceptable, or did not fit what is there. What was changed by somebody else
# (412) is read anew before it is changed again.
REFUSED = {404, 409, 422}
# Beyond a form's own fields there is a file, which no page can fill in again.
MOST_BYTES = 262_144


class RefusedForms:
    """Middleware that fills the form of a refusal with what was sent."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, and a refused form with its page."""
        if scope["type"] != "http" or not _is_form(Request(scope)):
            await self._app(scope, receive, send)
            return
        page_scope = dict(scope)
        scope.setdefault("state", {})
        body = await Request(scope, receive).body()
        answer = _Answer(send)
        await self._app(scope, _replayed(body, receive), answer.take)
        if not answer.is_held:
            return
        fields = await _fields(page_scope, body, receive)
        refusal: FormRefusal | None = scope["state"].get("refusal")
        if refusal is None:
            await answer.give(_filled(answer.text, scope["path"], scope["path"], fields, None))
            return
        came_from = urlsplit(form_page(Request(page_scope)))
        page = _Answer(send)
        asked = {
            **page_scope,
            "method": "GET",
            "path": came_from.path,
            "raw_path": came_from.path.encode(),
            "query_string": came_from.query.encode(),
            "headers": _without_form(page_scope["headers"]),
            "state": {**page_scope.get("state", {}), "refusal": refusal},
        }
        await self._app(asked, _replayed(b"", receive), page.keep)
        text = _filled(page.text, came_from.path, scope["path"], fields, refusal)
        await answer.give(text if page.is_shown else "")


class _Answer:
    """An answer on its way, which is held back where it is a page that refuses."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: MutableMapping[str, Any] = {}
        self._parts: list[bytes] = []
        self.is_held = False

    @property
    def text(self) -> str:
        """Return the page."""
        return b"".join(self._parts).decode()

    @property
    def is_shown(self) -> bool:
        """Return whether the answer is a page, and no error or redirection."""
        return self._start.get("status") == 200 and self._is_page

    @property
    def _is_page(self) -> bool:
        kind = Headers(raw=self._start.get("headers", [])).get("content-type", "")
        return kind.startswith("text/html")

    async def take(self, message: Message) -> None:
        """Pass the answer on, or hold it."""
        if message["type"] == "http.response.start":
            self._start = message
            self.is_held = message["status"] in REFUSED and self._is_page
        if self.is_held:
            await self.keep(message)
        else:
            await self._send(message)

    async def keep(self, message: Message) -> None:
        """Hold the answer."""
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self._parts.append(message.get("body", b""))

    async def give(self, text: str) -> None:
        """Send the held answer, with another page where there is one."""
        body = text.encode() if text else b"".join(self._parts)
        headers = MutableHeaders(raw=list(self._start["headers"]))
        headers["content-length"] = str(len(body))
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _is_form(request: Request) -> bool:
    """Return whether a person sent a form from a page, with no more than a form's bytes."""
    kind, length = request.headers.get("content-type", ""), request.headers.get("content-length")
    return (
        request.method == "POST"
        and kind.startswith(FORMS)
        and wants_page(request)
        and not is_part(request)
        and (length or "").isdecimal()
        and int(length or 0) <= MOST_BYTES
    )


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a receiver of a body that was read already, and of what follows it."""
    is_given = False

    async def again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _fields(scope: Scope, body: bytes, receive: Receive) -> Fields:
    """Return the names and texts of a form's fields."""
    async with Request(scope, _replayed(body, receive)).form() as form:
        return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def _filled(html: str, path: str, sent_to: str, sent: Fields, refusal: FormRefusal | None) -> str:
    wrong = refusal.fields if refusal else ()
    return refilled(html, path=path, sent_to=sent_to, sent=sent, wrong=wrong)


def _without_form(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request for a page."""
    return [(name, value) for name, value in headers if not name.startswith(b"content-")]
