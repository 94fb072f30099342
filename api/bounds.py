"""Bounds of every request, and the headers that every answer has."""

from __future__ import annotations

import re
from time import monotonic

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.pages.frame import layout
from gadong.core.domain.problem import TooManyRequests
from gadong.core.domain.typed_number import whole_number
from gadong.machines.domain.calibrations.certificate import MOST_BYTES as MOST_CERTIFICATE_BYTES
from gadong.machines.services.photos import MOST_BYTES

# A statement's decisions and a tariff are the largest bodies; they stay far below this.
BODY_LIMIT = 262_144
# A photo from a telephone is larger, and a form adds some bytes around it.
PHOTO = re.compile(r"/machines/[^/]+/photo")
# A sample's photo is in base64 through the API, and a form's part on the page.
SAMPLE = re.compile(r"(/api/v1)?/commissions/[^/]+/samples")
SAMPLE_LIMIT = MOST_BYTES * 4 // 3 + 10_000
PHOTO_LIMIT = MOST_BYTES + 10_000
# A checklist may bring three photos of a telephone, in base64 through the API.
CHECKLIST = re.compile(r"(/api/v1)?/machines/[^/]+/(checklists/(before|after)|checklist-answers)")
CHECKLIST_LIMIT = 4 * MOST_BYTES
# The API brings a calibration's certificate, or a file of commissioned work, in base64; a form adds
# some bytes around it.
CERTIFICATE = re.compile(
    r"/api/v1/machines/[^/]+/calibrations/[^/]+/certificate|/register/[^/]+/certificates"
    r"|(/api/v1)?/commissions/[^/]+/(files|reports)"
)
CERTIFICATE_LIMIT = MOST_CERTIFICATE_BYTES * 4 // 3 + 10_000
# A table of 5,000 companies has 900 kB of text; JSON carries it with escapes, or a file as base64.
TABLE = re.compile(
    r"/company-import|/(bank|approvals)/import"
    r"|/api/v1/centres/[^/]+/(company|bank|approval)-imports(/preview)?"
)
TABLE_LIMIT = 3_000_000


class Bounds:
    """Middleware that refuses too large a body and too fast a caller, and counts answers.

    It passes messages on as they come. Starlette's way of functions hands each of them from one
    task to another, which took a tenth of a small request.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, began = Request(scope, receive), monotonic()

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = monotonic() - began
                request.app.state.metrics.answered(request, message["status"], seconds)
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Cache-Control"] = _kept(request, message["status"])
            await send(message)

        answer = _refused_body(request) or _refused_pace(request) or self._app
        await answer(scope, receive, headed)


def _kept(request: Request, status: int) -> str:
    """Return the Cache-Control of an answer.

    Browsers keep a file or photo for ever if its address carries its digest, and nothing else. A
    refusal would stand in a picture's place for a year.
    """
    path = request.url.path
    is_fixed = "v" in request.query_params and status in {200, 206, 304}
    if is_fixed and path.startswith("/static/"):
        return f"public, max-age={layout.YEAR}, immutable"
    if is_fixed and PHOTO.fullmatch(path):
        return f"private, max-age={layout.YEAR}, immutable"
    return "no-store"


def _refused_body(request: Request) -> Response | None:
    """Return the refusal of a body that is too large or whose length is not known."""
    if request.method not in {"POST", "PUT", "PATCH"}:
        return None
    length, most = request.headers.get("content-length"), _largest_body(request.url.path)
    # Beside a length it would hold all the same: the server reads the parts, however long.
    if "transfer-encoding" in request.headers:
        return errors.answer("invalid", "Send a Content-Length", {}, status=411)
    if length is not None and whole_number(length, most) is None:
        return errors.answer("invalid", f"A body has at most {most} bytes", {}, status=413)
    return None


def _largest_body(path: str) -> int:
    """Return the number of bytes that a request to a path may bring."""
    if PHOTO.fullmatch(path):
        return PHOTO_LIMIT
    if SAMPLE.fullmatch(path):
        return SAMPLE_LIMIT
    if CERTIFICATE.fullmatch(path):
        return CERTIFICATE_LIMIT
    if TABLE.fullmatch(path):
        return TABLE_LIMIT
    return CHECKLIST_LIMIT if CHECKLIST.fullmatch(path) else BODY_LIMIT


def _refused_pace(request: Request) -> Response | None:
    """Return the refusal of a caller who asks more than the limit of a minute."""
    wait: int = request.app.state.pace.wait(request)
    if not wait:
        return None
    return errors.respond(request, TooManyRequests(f"Wait {wait} seconds", retry_after=wait))
