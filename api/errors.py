"""Conversion of domain errors to RFC 9457 problem documents.

Only this module knows status codes.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.pages.frame.kept_form import keep_typed
from api.pages.frame.problem_page import problem_page, wants_page
from api.request_ids import HEADER
from gadong.booking.domain.booking_request import FreeSlot
from gadong.core.domain.clock import write_instant
from gadong.core.domain.problem import GadongError, Problem, Refused, Unauthenticated
from gadong.logs import REQUEST_ID
from gadong.texts.refusals import TITLES, sentences

log = logging.getLogger(__name__)

STATUS: Mapping[str, int] = {
    "unauthenticated": 401,
    "second_factor": 401,
    "forbidden": 403,
    "proof_needed": 403,
    "session_needed": 403,
    "proof_too_old": 403,
    "agreement_needed": 403,
    "not_found": 404,
    "conflict": 409,
    "not_allowed": 409,
    "slot_taken": 409,
    "changed": 412,
    "invalid": 422,
    "refused": 422,
    "too_many_attempts": 429,
    "too_many_requests": 429,
    "error": 500,
    "busy": 503,
    "database_away": 503,
    "archive_unavailable": 503,
    "provider_away": 503,
}
# A lock is held for an act or two, each of which takes well under a second.
BUSY_SECONDS = 2
MEDIA_TYPE = "application/problem+json"
SCHEMA = "#/components/schemas/ProblemDocument"
#: The error answers of every endpoint, for the OpenAPI description.
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}}}
    for status, words in (
        (401, "Log in first, or send a valid token"),
        (403, "Your role does not allow this"),
        (404, "There is no such thing, or it is not yours to see"),
        (409, "It does not fit what is there, or cannot be done in the present state"),
        (412, "It was changed since you read it"),
        (422, "A value is not acceptable, or rules stand in the way"),
        (429, "Too many attempts or requests; see Retry-After"),
        (
            503,
            (
                "Others are at work on the same thing, or the database is briefly away; see "
                "Retry-After"
            ),
        ),
    )
}
# A stretch of time is `from` and `to` in a query; the rules that refuse it know bodies.
QUERY_NAMES = {"start": "from", "end": "to"}
# A header has its name as one writes it; the framework knows it in lower case.
HEADERS = {"idempotency-key": "Idempotency-Key", "if-match": "If-Match"}
HTTP_CODES = {
    400: "invalid",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
}


def install(app: FastAPI) -> None:
    """Install the handlers that answer every error with a problem document."""
    app.add_exception_handler(GadongError, respond)
    app.add_exception_handler(Unauthenticated, _without_login)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def respond(request: Request, trouble: Exception) -> Response:
    """Return a domain error as a problem document, or as a page for a person."""
    if not isinstance(trouble, GadongError):
        raise trouble
    codes = [p.code for p in trouble.problems] if isinstance(trouble, Refused) else [trouble.code]
    for code in codes:
        request.app.state.metrics.refused(code)
    headers = {}
    if trouble.code in {"too_many_attempts", "too_many_requests"}:
        headers["Retry-After"] = str(trouble.figures.get("retry_after", 900))
    if trouble.code == "busy":
        headers["Retry-After"] = str(BUSY_SECONDS)
    if trouble.code == "unauthenticated":
        headers["WWW-Authenticate"] = "Bearer"
    if wants_page(request):
        named = trouble.figures.get("field") if trouble.figures else None
        page = _page(request, trouble.code, str(trouble), fields=[str(named)] if named else ())
        page.headers.update(headers)
        return page
    extra: dict[str, Any] = (
        {k: _plain(v) for k, v in trouble.figures.items()} if trouble.figures else {}
    )
    field = extra.get("field")
    if request.method == "GET" and field in QUERY_NAMES and field not in request.query_params:
        extra["field"] = QUERY_NAMES[field]
    if isinstance(trouble, Refused):
        extra["problems"] = [told(p) for p in trouble.problems]
        extra["alternatives"] = [
            _choice(c) for c in trouble.alternatives if isinstance(c, FreeSlot)
        ]
    return answer(trouble.code, str(trouble), extra, headers)


async def _without_login(request: Request, trouble: Exception) -> Response:
    """Return the answer to a request without a session, which keeps the form a person sent."""
    if wants_page(request):
        await keep_typed(request)
    return await run_in_threadpool(respond, request, trouble)


def _page(
    request: Request,
    code: str,
    detail: str,
    status: int | None = None,
    *,
    fields: Collection[str] = (),
) -> Response:
    """Return the error as a page in the reader's language, with the detail for the centre."""
    title = TITLES.get(code, TITLES["error"])
    return problem_page(
        request, code, status or STATUS.get(code, 500), title, detail, fields=fields
    )


def _bad_request(request: Request, trouble: Exception) -> Response:
    if not isinstance(trouble, RequestValidationError):
        raise trouble
    request.app.state.metrics.refused("invalid")
    if wants_page(request):
        first_ = (
            trouble.errors()[0] if trouble.errors() else {"loc": ("body",), "msg": "not readable"}
        )
        return _page(
            request,
            "invalid",
            f"{'.'.join(str(p) for p in first_['loc'])}: {first_['msg']}",
            fields=[str(e["loc"][1]) for e in trouble.errors() if len(e["loc"]) > 1],
        )
    fields = [_field(e["loc"], e["msg"]) for e in trouble.errors()] or [
        _field(("body",), "not readable")
    ]
    first = fields[0]
    detail = f"{first['field'] or first['in']}: {first['message']}"
    return answer("invalid", detail, {"field": first["field"], "fields": fields})


def _field(loc: Sequence[object], message: str) -> dict[str, str]:
    """Return a wrong field: its name as it was sent, and its place (body, query, path or header).

    A field inside another is written with dots, as in `tariff.items.0.rate`.
    """
    place, *names = [str(part) for part in loc] or ["body"]
    name = ".".join(names)
    return {"field": HEADERS.get(name, name), "in": place, "message": message}


def _http_error(request: Request, trouble: Exception) -> Response:
    if not isinstance(trouble, HTTPException):
        raise trouble
    code = HTTP_CODES.get(trouble.status_code, "error")
    request.app.state.metrics.refused(code)
    if wants_page(request):
        return _page(request, code, str(trouble.detail), trouble.status_code)
    # A body that no parser reads is invalid like a value that is not acceptable.
    status = 422 if code == "invalid" else trouble.status_code
    return answer(code, str(trouble.detail), {}, dict(trouble.headers or {}), status=status)


def _unexpected(request: Request, trouble: Exception) -> Response:
    log.error("request failed", extra={"path": request.url.path}, exc_info=trouble)
    request.app.state.metrics.refused("error")
    # The middleware that names answers does not see this one.
    named = {HEADER: REQUEST_ID.get()}
    if wants_page(request):
        page = _page(request, "error", "Something unexpected happened; it was logged")
        page.headers.update(named)
        return page
    return answer("error", "Something unexpected happened; it was logged", {}, named)


def answer(
    code: str,
    detail: str,
    extra: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    *,
    status: int | None = None,
) -> JSONResponse:
    """Return a problem document: type, title in both languages, status, detail,
    code and figures.
    """
    korean, english = TITLES.get(code, TITLES["error"])
    number = status or STATUS.get(code, 500)
    return JSONResponse(
        {
            **extra,
            "type": f"urn:gadong:problem:{code}",
            "title": english,
            "title_ko": korean,
            "status": number,
            "detail": detail,
            "code": code,
            "instance": f"urn:gadong:request:{REQUEST_ID.get()}",
        },
        status_code=number,
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def told(problem: Problem) -> dict[str, Any]:
    """Return a broken rule with its figures and its sentence in both languages."""
    korean, english = sentences(problem)
    return {
        "code": problem.code,
        "limit": problem.limit,
        "actual": problem.actual,
        "overridable_by": problem.overridable_by,
        "details": {**problem.details, **_open_hours(problem)},
        "ko": korean,
        "en": english,
    }


def _open_hours(problem: Problem) -> dict[str, str]:
    """Return the first of the hours in which it is open, where hours are what is wrong."""
    if not problem.spoken or not problem.spoken.open_hours:
        return {}
    first = problem.spoken.open_hours[0]
    return {"open_from": write_instant(first.start), "open_until": write_instant(first.end)}


def _choice(choice: FreeSlot) -> dict[str, str]:
    period = choice.period
    return {
        "machine": str(choice.machine_id),
        "machine_slug": choice.machine,
        "start": write_instant(period.start),
        "end": write_instant(period.end),
    }


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return write_instant(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
