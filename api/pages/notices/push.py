"""Notices in this browser: asked for by its script, and ended by a form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response

from api.identity import Connections, Keys, Told
from api.pages.frame.layout import Looking, go
from gadong.notices.domain.push_message import BrowserKeys
from gadong.notices.services import push_subscriptions

router = APIRouter(include_in_schema=False)

#: Signs of a browser and of its system in what it says of itself; the first that is there counts.
BROWSERS = (
    *(("Edg", "Edge"), ("Whale/", "Whale"), ("SamsungBrowser/", "Samsung Internet")),
    *(("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")),
)
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("Linux", "Linux")),
)


@router.post("/account/push")
def subscribe(
    request: Request,
    looking: Looking,
    pool: Connections,
    told: Told,
    keys: Keys,
    endpoint: Annotated[str, Form(max_length=2000)],
    p256dh: Annotated[str, Form(max_length=200)],
    auth: Annotated[str, Form(max_length=60)],
) -> Response:
    """Show the viewer's notices in this browser from now on."""
    push_subscriptions.subscribe(
        pool,
        looking.who,
        BrowserKeys.of(endpoint, p256dh, auth, allow_local=told.insecure_cookies),
        browser=browser_name(request.headers.get("user-agent", "")),
        keys=keys,
        now=datetime.now(UTC),
    )
    return Response(status_code=204)


@router.post("/account/push/use")
def use(
    looking: Looking, pool: Connections, endpoint: Annotated[str, Form(max_length=2000)]
) -> Response:
    """Say after a login whether this browser shows the viewer's notices."""
    return JSONResponse({"is_yours": push_subscriptions.use(pool, looking.who, endpoint)})


@router.post("/account/push/remove")
def remove(looking: Looking, pool: Connections, browser: Annotated[UUID, Form()]) -> Response:
    """Show no further notices in one of the viewer's browsers; another's stays as it is."""
    push_subscriptions.remove(pool, looking.who, browser)
    return go("/account", said=looking.words.say("No more notices are shown there."))


def browser_name(agent: str) -> str:
    """Return a browser in words, by which its person knows it: Chrome, Android."""
    found = [
        next((name for sign, name in signs if sign in agent), "") for signs in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or "?"
