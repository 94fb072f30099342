"""`Idempotency-Key` on every POST: a request that is repeated under its key is done once.

The first answer is kept for two days and given again. A refusal makes nothing and is not kept, so
that it can be repeated once its reason is gone.
"""

from __future__ import annotations

import re
from functools import partial
from hashlib import sha256

import anyio
import anyio.to_thread
from fastapi import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import errors, identity
from gadong.core.domain.access import Caller
from gadong.core.domain.document import canonical
from gadong.core.domain.problem import Conflict, GadongError, Invalid
from gadong.core.services import repeated_requests
from gadong.core.services.repeated_requests import FIELD, KeptAnswer, Repeatable

# A login or an answered challenge makes no thing twice, and its cookie is not kept.
OUTSIDE = re.compile(
    r"^/api/v1/(sessions|passkeys/options|password-recovery|me/passkeys/options)(/|$)"
)
KEPT_HEADERS = ("content-type", "etag", "location")
# A repetition waits so long for the first answer; then it is told to come again.
PATIENCE_SECONDS, PAUSE_SECONDS = 5.0, 0.05
LEAST, MOST = 8, 200


class Repetitions:
    """Middleware that answers repeated POSTs with the first answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """KeptAnswer a request; under a key that was used, as before."""
        is_post = scope["type"] == "http" and scope["method"] == "POST"
        if not is_post or not scope["path"].startswith("/api/v1/") or OUTSIDE.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        key = request.headers.get(FIELD)
        if key is None or not identity.keys(request).can_seal:
            await self._app(scope, receive, send)
            return
        if not LEAST <= len(key) <= MOST or not key.isprintable():
            trouble = Invalid(
                f"An Idempotency-Key has {LEAST} to {MOST} printable characters", field=FIELD
            )
            await errors.respond(request, trouble)(scope, receive, send)
            return
        who = await _caller(request)
        if who is None:
            await self._app(scope, receive, send)
            return
        body = await request.body()
        await self._once(request, _repeatable(request, who, key, body), body, send)

    async def _once(
        self, request: Request, repeatable: Repeatable, body: bytes, send: Send
    ) -> None:
        pool, keys = identity.pool(request), identity.keys(request)
        try:
            begun = await _begin(request, repeatable)
        except GadongError as trouble:
            await errors.respond(request, trouble)(request.scope, request.receive, send)
            return
        if isinstance(begun, KeptAnswer):
            again = Response(
                begun.body, begun.status, {**begun.headers, "Idempotent-Replayed": "true"}
            )
            await again(request.scope, request.receive, send)
            return
        status, headers, parts = 500, {}, []

        async def heard(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                named = {k.decode().lower(): v.decode() for k, v in message["headers"]}
                headers.update({name: named[name] for name in KEPT_HEADERS if name in named})
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))
                if not message.get("more_body"):
                    # Kept before it is sent: whoever has the answer can have it again.
                    await settle()
            await send(message)

        async def settle() -> None:
            if status < 300:
                answer = KeptAnswer(status, headers, b"".join(parts).decode())
                await anyio.to_thread.run_sync(
                    partial(repeated_requests.keep, pool, repeatable, answer, keys)
                )
            else:
                await anyio.to_thread.run_sync(partial(repeated_requests.give_up, pool, repeatable))

        try:
            await self._app(request.scope, replayed(body), heard)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(partial(repeated_requests.give_up, pool, repeatable))
            raise


async def _begin(request: Request, repeatable: Repeatable) -> KeptAnswer | bool:
    """Return the first answer, or True where this is the first; wait for one that is being made."""
    pool, keys = identity.pool(request), identity.keys(request)
    begin = partial(repeated_requests.begin, pool, repeatable, keys)
    with anyio.move_on_after(PATIENCE_SECONDS):
        while True:
            if begun := await anyio.to_thread.run_sync(begin):
                return begun
            await anyio.sleep(PAUSE_SECONDS)
    raise Conflict(
        "The first request under this Idempotency-Key is still being answered", field=FIELD
    )


async def _caller(request: Request) -> Caller | None:
    """Return who asks; None where the operation itself is to refuse them."""

    def asked() -> Caller | None:
        try:
            return identity.caller(request, identity.secret(request))
        except GadongError:
            return None

    return await anyio.to_thread.run_sync(asked)


def _repeatable(request: Request, who: Caller, key: str, body: bytes) -> Repeatable:
    # A token is another caller, even one that may do as much: it is not shown what the person's
    # session was.
    only = sorted(who.only) if who.only is not None else None
    url, tag = request.url, request.headers.get("if-match")
    is_session = who.session is not None
    asked = [request.method, url.path, url.query, body.hex(), only, is_session, tag]
    return Repeatable(who, f"POST {key}", sha256(canonical(asked)).digest())


def replayed(body: bytes) -> Receive:
    """Return a receiver of a body that was read already."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
