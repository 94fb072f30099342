"""An id of every request: on the answer, in its problem document and in the log."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gadong.core.domain.ids import new_id
from gadong.logs import REQUEST_ID

HEADER = "X-Request-Id"


class RequestIds:
    """Middleware that names each request."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request under a new id."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = str(new_id())
        # It is not reset: an error that nobody handles is answered and logged after this returns.
        REQUEST_ID.set(name)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        await self._app(scope, receive, named)
