"""The OpenAPI description beside what FastAPI reads from the operations.

It adds readable operation ids, who may call an operation and how they log in, the headers that
every answer has, and the webhooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from api import errors
from api.preconditions import SHOWN_AT, V1
from api.repetitions import LEAST, MOST, OUTSIDE
from api.request_ids import HEADER
from api.v1 import schemas
from api.v1.rights import NEEDS, AccessCondition
from gadong.texts.notices import NOTICES

WORDS = """
Books a centre's shared machines, watches them run, and bills exactly what ran.

Log in with `POST /api/v1/sessions` (a browser's cookie), or send `Authorization: Bearer` with a
token of yours from `POST /api/v1/tokens`. Instants are written in UTC and read with any offset;
money is whole won. Refusals are RFC 9457 problem documents with a machine-readable `code`; a
booking's refusal lists every broken rule and the nearest times that would do. The conventions of
names, lists, repetition and preconditions are in docs/api.md.
"""
TAGS = {
    "bookings": "Booking, waiting, closures and the calendar.",
    "calendar feeds": "Secret addresses that a calendar reads.",
    "commissions": "Commissioned work as cases, from the request to the handing over.",
    "devices": "Devices that are bound, or wait in the inbox, and their signals.",
    "interlocks": "What keeps a machine from being started without a right to it.",
    "ledger": "Use that people write down, and how machines are observed.",
    "machines": "Machines, what they do and did, and decisions about it.",
    "money": "Tariffs, statements, entries, payments and objections.",
    "notices": "Notices and webhooks.",
    "people": "Accounts, companies, staff, programs and the record.",
    "policy": "The rule book.",
    "reports": "Utilisation, years and logs.",
    "sources": "Devices' accounts at the broker.",
    "system": "Health and jobs.",
    "joining": "Invitations, and requests to join.",
    "programs": "Programs' accounts and their tokens.",
    "trainings": "Courses and their places.",
}
NO_WORD = re.compile(r"\W")
BEARER: dict[str, list[str]] = {"bearerToken": []}
COOKIE: dict[str, list[str]] = {"sessionCookie": []}
# A limited token or a program has no account of its own to change.
SESSION_ONLY = frozenset({AccessCondition.ACCOUNT, AccessCondition.PROVEN})
SCHEMES = {
    "bearerToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of `POST /tokens`, or of a program.",
    },
    "sessionCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-gadong_session",
        "description": "The cookie of `POST /sessions`, from a page of this server.",
    },
}
REQUEST_ID = {
    "description": "The request's id, which the log and a problem's `instance` have too.",
    "schema": {"type": "string", "format": "uuid"},
}
ETAG = {"description": "The version, for `If-Match`.", "schema": {"type": "string"}}
LOCATION = {"description": "Where what was made is found.", "schema": {"type": "string"}}
RETRY_AFTER = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeat a request under one key: it is done once, and answered as before.",
    "schema": {"type": "string", "minLength": LEAST, "maxLength": MOST},
}
MATCH_PARAMETER = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
}


def describe(app: FastAPI) -> None:
    """Complete the application's description.

    It is built at the first request, because it takes longer than the rest of a start.
    """
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(plain())
        return app.openapi_schema

    # FastAPI's own way to extend its description.
    app.openapi = described  # type: ignore[method-assign]


def _completed(found: dict[str, Any]) -> dict[str, Any]:
    components = found["components"]
    for kind in (
        schemas.ProblemDocument,
        schemas.BrokenRule,
        schemas.FreePeriod,
        schemas.WrongField,
    ):
        own = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        own.pop("$defs", None)
        components["schemas"][kind.__name__] = own
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["securitySchemes"] = SCHEMES
    used = set()
    for path, method, operation in operations(found):
        if "application/json" in operation["responses"].get("422", {}).get("content", {}):
            # The framework's own form; every wrong value is answered with a problem document.
            operation["responses"]["422"] = dict(errors.RESPONSES[422])
        operation["operationId"] = _name(operation["operationId"], path, method)
        used |= set(operation.get("tags", ()))
        _drop_null(operation)
        _add_rights(path.removeprefix(V1), method, operation)
        _add_headers(path.removeprefix(V1), method, operation)
    found["servers"] = [{"url": "/"}]
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    found["tags"] = [{"name": tag, "description": TAGS.get(tag, tag)} for tag in sorted(used)]
    found["webhooks"] = {kind: {"post": _webhook(kind)} for kind in sorted(NOTICES)}
    components["schemas"]["WebhookEvent"] = _event()
    return found


def operations(found: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the path, the method and the body of every described operation."""
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _name(given: str, path: str, method: str) -> str:
    """Return the function's name of FastAPI's operation id, which also has the path and the
    method.
    """
    return given.removesuffix(f"{NO_WORD.sub('_', path)}_{method}")


def _drop_null(operation: dict[str, Any]) -> None:
    """Describe a body that may be left out without null, which generated clients send for
    nothing.
    """
    for described in operation.get("requestBody", {}).get("content", {}).values():
        kinds = described["schema"].get("anyOf", [])
        if {"type": "null"} in kinds and len(kinds) == 2:
            (described["schema"],) = (kind for kind in kinds if kind != {"type": "null"})


def _add_rights(path: str, method: str, operation: dict[str, Any]) -> None:
    need = NEEDS.get((method, path))
    if need is None or AccessCondition.ANYBODY in need.standings:
        operation["security"] = []
    else:
        is_own = not need.rights and need.standings <= SESSION_ONLY
        operation["security"] = [COOKIE] if is_own else [BEARER, COOKIE]
    if need is not None:
        operation["x-gadong-needs"] = need.written()


def _add_headers(path: str, method: str, operation: dict[str, Any]) -> None:
    shown = set(SHOWN_AT.values())
    for status, answer in operation["responses"].items():
        headers = answer.setdefault("headers", {})
        headers[HEADER] = REQUEST_ID
        if status == "201":
            headers["Location"] = LOCATION
        if status in {"429", "503"}:
            headers["Retry-After"] = RETRY_AFTER
        if status == "200" and (
            (method == "get" and path in shown) or path.startswith("/bookings/{")
        ):
            headers["ETag"] = ETAG
    parameters = operation.setdefault("parameters", [])
    names = {parameter["name"].lower() for parameter in parameters}
    if method == "post" and not OUTSIDE.match(f"{V1}{path}"):
        parameters[:] = [p for p in parameters if p["name"].lower() != "idempotency-key"]
        parameters.append(KEY_PARAMETER)
    if method == "put" and (at := SHOWN_AT.get(path)) and "if-match" not in names:
        text = f"The ETag of `GET {at}` that you read; refused with 412 if it is outdated."
        parameters.append({**MATCH_PARAMETER, "description": text})
    if not parameters:
        operation.pop("parameters")


def _webhook(kind: str) -> dict[str, Any]:
    return {
        "operationId": f"on_{NO_WORD.sub('_', kind)}",
        "tags": ["notices"],
        "summary": kind,
        "description": "A call to a centre's webhook, signed after Standard Webhooks "
        "(docs/notices.md).",
        "security": [],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/WebhookEvent"}}
            },
        },
        "responses": {
            "204": {"description": "Taken. Any status from 200 to 299 does."},
            "410": {"description": "The address wants no more calls."},
        },
    }


def _event() -> dict[str, Any]:
    return {
        "title": "WebhookEvent",
        "description": "What happened; `data` has the ids and figures, and its sentence in both "
        "languages.",
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "enum": sorted(NOTICES)},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "additionalProperties": True},
        },
    }
