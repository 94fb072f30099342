"""`If-Match` on every PUT: what somebody else changed since it was read is not overwritten.

The GET that shows what a PUT changes has an ETag. A PUT that carries another one is refused with
412. PUTs of one thing are done one after the other, at whichever process of the API: the database
holds a lock of the thing's name. So of two with the same tag one is refused.
"""

from __future__ import annotations

import json
import re
from asyncio import Lock
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID
from weakref import WeakValueDictionary

import anyio
import anyio.to_thread
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors
from api.repetitions import replayed
from gadong.core.database import Busy
from gadong.core.domain.problem import Changed, GadongError
from gadong.core.named_locks import NamedLocks

V1 = "/api/v1"
#: Which GET shows what a PUT changes. None: nothing is overwritten, for the reason beside it.
SHOWN_AT: Mapping[str, str | None] = {
    "/me/preferences": "/me/preferences",
    "/me/phone": "/me/phone",
    "/me/password": None,  # nobody is shown a password, and the old one is asked for
    "/me/second-factor": None,  # it confirms a code
    "/accounts/{person}/administrator": "/accounts",
    "/centres/{centre}/staff/{person}": "/centres/{centre}/staff",
    "/centres/{centre}/discovery": None,  # whole, by an administrator alone
    "/centres/{centre}/party": "/centres/{centre}/party",
    "/centres/{centre}/bank-account": "/centres/{centre}/bank-account",
    "/centres/{centre}/companies/{company}/party": "/centres/{centre}/companies/{company}/party",
    "/centres/{centre}/companies/{company}/payer": "/centres/{centre}/companies/{company}/payer",
    "/centres/{centre}/hours": "/centres/{centre}",
    "/centres/{centre}/contact": "/centres/{centre}",
    "/centres/{centre}/name": "/centres/{centre}",
    "/centres/{centre}/questionnaire": "/centres/{centre}/questionnaire",
    "/centres/{centre}/commission-terms": "/centres/{centre}/commission-terms",
    "/centres/{centre}/tenancy-terms": "/centres/{centre}/tenancy-terms",
    "/centres/{centre}/zone": "/centres/{centre}",
    "/companies/{company}/people/{person}": "/companies/{company}/people",
    "/companies/{company}/people/{person}/phone": None,  # one number, said anew as a whole
    "/courses/{course_id}/teacher": None,  # one person, said anew as a whole (docs/api.md)
    "/courses/{course_id}/places/{person}": None,  # attendance, whose every step is on record
    "/machines/{machine}/abilities": "/machines/{machine}/abilities",
    "/machines/{machine}/seats": "/machines/{machine}",
    "/machines/{machine}/freed-time": None,  # one's own wish
    "/machines/{machine}/sources/{source_id}": "/machines/{machine}/sources",
    "/machines/{machine}/interlock": "/machines/{machine}/interlock",
    "/machines/{machine}/interlock/hold": "/machines/{machine}/interlock",
    "/machines/{machine}/register": "/machines/{machine}/register",
    "/machines/{machine}/calibrations/{done_on}/certificate": "/machines/{machine}/register",
    "/centres/{centre}/register-columns": "/centres/{centre}/register-columns",
    "/centres/{centre}/technicians/{technician_id}": "/centres/{centre}/technicians",
    "/centres/{centre}/equipment/{equipment_slug}": "/centres/{centre}/equipment",
    "/machines/{machine}/equipment": "/machines/{machine}/equipment",
    "/centres/{centre}/trainings": "/centres/{centre}/trainings",
    "/centres/{centre}/text-account": "/centres/{centre}/text-account",
    "/bookings/{booking_id}/technician": None,  # the booking's own version is compared
    "/closures/{closure_id}": "/closures/{closure_id}",
    "/policy": None,  # it adds a word from an instant on, and every earlier word stays
    # A draft that its author says anew as a whole; published it is fixed.
    "/tariffs/{tariff_id}": None,
}
# A PUT waits so long for one of the same thing at another process, as others do for a row's lock.
PATIENCE_SECONDS, PAUSE_SECONDS = 20.0, 0.05
# A value that changes by itself is no change of a setting.
LIVE = frozenset(
    {
        "affected",
        "alarm",
        "device",
        "is_heard",
        "live",
        "noise",
        "obstacles",
        "standing",
        "wanted",
        "why",
    }
)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(V1 + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))


PUTS = [(_pattern(put), get) for put, get in SHOWN_AT.items() if get]
GETS = [_pattern(get) for get in {get for get in SHOWN_AT.values() if get}]


class Preconditions:
    """Middleware that tags what a PUT may change, and compares tags before it does."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app
        self._locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "GET" and any(p.fullmatch(scope["path"]) for p in GETS):
            await self._app(scope, receive, _tagging(send))
        elif scope["method"] == "PUT" and (shown := _shown_at(scope["path"])):
            await self._alone(shown, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _alone(self, shown: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a PUT while no other of its thing is answered, here or at another process."""
        request = Request(scope, receive)
        locks: NamedLocks = request.app.state.locks
        # Read before the lock is taken: a slow sender keeps nobody else waiting.
        body = await request.body()
        name = f"put {await self._thing(shown, scope)}"
        lock = self._locks.setdefault(name, Lock())
        async with lock:
            try:
                await _take(locks, name)
            except GadongError as trouble:
                await errors.respond(request, trouble)(scope, receive, send)
                return
            try:
                await self._put(shown, scope, replayed(body), send)
            finally:
                with anyio.CancelScope(shield=True):
                    await anyio.to_thread.run_sync(locks.free, name)

    async def _thing(self, shown: str, scope: Scope) -> str:
        """Return a thing's one name: its identifiers in one spelling, and no machine's slug."""
        parts = [_identifier(part) or part for part in shown.split("/")]
        where = "/".join(parts[:5])
        if where.startswith(f"{V1}/machines/") and _identifier(parts[4]) is None:
            centre = {
                k: v for k, v in parse_qsl(scope["query_string"].decode("latin-1")) if k == "centre"
            }
            query = urlencode(centre).encode()
            status, _, body = await self._shown(where, {**scope, "query_string": query})
            parts[4] = json.loads(body)["id"] if status == 200 else parts[4]
        return "/".join(parts)

    async def _put(self, shown: str, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = Headers(scope=scope).get("if-match")
        if wanted is not None and wanted.strip() != "*":
            status, tag, _ = await self._shown(shown, scope)
            given = {one.strip().removeprefix("W/") for one in wanted.split(",")}
            # The PUT itself refuses those who may not read it.
            if status == 404 or (status == 200 and tag not in given):
                refused = errors.respond(Request(scope, receive), Changed(etag=tag))
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _shown(self, shown: str, scope: Scope) -> tuple[int, str, bytes]:
        """Return the status, the tag and the body of what the caller would be shown now."""
        status, tag, parts = 500, "", []

        async def heard(message: Message) -> None:
            nonlocal status, tag
            if message["type"] == "http.response.start":
                status, tag = message["status"], Headers(raw=message["headers"]).get("etag", "")
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        async def nothing() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        own = {b"content-length", b"content-type", b"if-match", b"transfer-encoding"}
        asked = {
            **scope,
            "method": "GET",
            "path": shown,
            "raw_path": shown.encode(),
            "headers": [(k, v) for k, v in scope["headers"] if k.lower() not in own],
        }
        await self._app(asked, nothing, _tagging(heard))
        return status, tag, b"".join(parts)


def _identifier(part: str) -> str | None:
    """Return the one spelling of an identifier; None for another part of a path."""
    try:
        return str(UUID(part))
    except ValueError:
        return None


async def _take(locks: NamedLocks, name: str) -> None:
    """Wait for a lock; raise Busy where another process does not free it in time."""
    with anyio.move_on_after(PATIENCE_SECONDS):
        while not await anyio.to_thread.run_sync(locks.take, name):
            await anyio.sleep(PAUSE_SECONDS)
        return
    raise Busy


def tag_of(body: bytes) -> str:
    """Return the tag of an answer, without what changes by itself."""
    lasting = json.dumps(_lasting(json.loads(body)), sort_keys=True).encode()
    return f'"{sha256(lasting).hexdigest()[:32]}"'


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _lasting(v) for k, v in value.items() if k not in LIVE}
    return [_lasting(v) for v in value] if isinstance(value, list) else value


def _shown_at(path: str) -> str | None:
    for pattern, get in PUTS:
        if found := pattern.fullmatch(path):
            return V1 + get.format(**found.groupdict())
    return None


def _tagging(send: Send) -> Send:
    """Return a sender that adds the tag to an answer of JSON."""
    start: Message | None = None
    parts: list[bytes] = []

    async def tagged(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            is_shown = message["status"] == 200 and "etag" not in headers
            if is_shown and headers.get("content-type", "").startswith("application/json"):
                start = message
                return
        elif start is not None:
            parts.append(message.get("body", b""))
            if message.get("more_body"):
                return
            body = b"".join(parts)
            MutableHeaders(scope=start)["ETag"] = tag_of(body)
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        await send(message)

    return tagged
