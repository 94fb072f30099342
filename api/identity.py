"""Authentication of a request by a bearer token or by a browser's session cookie.

A cookie counts only if the request comes from one of our own pages.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.problem import Forbidden, Unauthenticated
from gadong.core.services.sealing import Keyring
from gadong.people.services import account_recovery, accounts
from gadong.settings import Settings

# Paths that a person without a required second factor may use to set one up or to log out.
OWN_ACCOUNT = re.compile(r"/(account|login|logout|api/v1/me|api/v1/sessions/current)(/|$)")
# The form that secrets.token_urlsafe(32) produces.
DEVICE = re.compile(r"[\w-]{43}")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def pool(request: Request) -> Pool:
    """Return the application's connection pool."""
    found: Pool = request.app.state.pool
    return found


def settings(request: Request) -> Settings:
    """Return the application's settings."""
    found: Settings = request.app.state.settings
    return found


def keys(request: Request) -> Keyring:
    """Return the keys that encrypt what the database keeps and must not show."""
    told = settings(request)
    return Keyring.of(told.data_keys, told.secret)


def cookie_name(told: Settings) -> str:
    """Return the session cookie's name; the __Host- prefix binds it to HTTPS and this host."""
    return "gadong_session" if told.insecure_cookies else "__Host-gadong_session"


def keep_session(response: Response, told: Settings, opened: str) -> None:
    """Set the session cookie: HttpOnly, for this site only, and ended after the session's
    length.
    """
    response.set_cookie(
        cookie_name(told),
        opened,
        max_age=int(accounts.SESSION_LENGTH.total_seconds()),
        httponly=True,
        secure=not told.insecure_cookies,
        samesite="lax",
        path="/",
    )


def device_cookie(told: Settings) -> str:
    """Return the name of the cookie that identifies a browser with an earlier login."""
    return "gadong_device" if told.insecure_cookies else "__Host-gadong_device"


def device_of(request: Request) -> str:
    """Return the device value of the browser, or nothing if it has none of our form."""
    kept = request.cookies.get(device_cookie(settings(request)), "")
    return kept if DEVICE.fullmatch(kept) else ""


def keep_device(response: Response, told: Settings, device: str) -> None:
    """Set the device cookie for ninety days.

    The cookie grants nothing. It only exempts the browser from delays after others' failed logins.
    """
    response.set_cookie(
        device_cookie(told),
        device,
        max_age=90 * 86_400,
        httponly=True,
        secure=not told.insecure_cookies,
        samesite="lax",
        path="/",
    )


def bearer_token(request: Request) -> str:
    """Return the token of an Authorization header.

    Nothing where the header is another scheme's, or not there.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def session_cookie(request: Request) -> str:
    """Return the session that a browser keeps; nothing without one."""
    return request.cookies.get(cookie_name(settings(request)), "")


def secret(request: Request) -> str:
    """Return the request's token or session; raise Unauthenticated without one.

    Raise Forbidden if another site's page sent it.
    """
    if token := bearer_token(request):
        return token
    session = session_cookie(request)
    if not session:
        raise Unauthenticated
    if request.method not in SAFE_METHODS:
        need_own_page(request)
    return session


def need_own_page(request: Request) -> None:
    """Raise Forbidden if a browser says that another site's page sent the request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise Forbidden("This request comes from another site's page")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise Forbidden("This request comes from another site's page")


def link(request: Request, path: str) -> str:
    """Return the public address of a path: at GADONG_PUBLIC_URL, whatever Host the request names.

    Without that setting, development on one machine uses the request's own host, and all else the
    bare path.
    """
    told = settings(request)
    if told.public_url:
        return told.public_url.rstrip("/") + path
    return f"{request.url.scheme}://{request.url.netloc}{path}" if told.insecure_cookies else path


def address(request: Request) -> str:
    """Return the client's address."""
    return request.client.host if request.client else ""


async def _pool(request: Request) -> Pool:
    return pool(request)


async def _settings(request: Request) -> Settings:
    return settings(request)


async def _keys(request: Request) -> Keyring:
    return keys(request)


async def _secret(request: Request) -> str:
    return secret(request)


# FastAPI hands a dependency that is no coroutine to a thread, which takes longer than these do.
# Those that read the database belong there.
Connections = Annotated[Pool, Depends(_pool)]
Told = Annotated[Settings, Depends(_settings)]
Keys = Annotated[Keyring, Depends(_keys)]
Secret = Annotated[str, Depends(_secret)]


def caller(request: Request, given: Secret) -> Caller:
    """Return the caller behind the secret, with roles and rights."""
    found, _ = accounts.authenticate(pool(request), given, origin=address(request))
    if settings(request).staff_need_proof and not OWN_ACCOUNT.match(request.url.path):
        account_recovery.need_proof(pool(request), found)
    return found


Who = Annotated[Caller, Depends(caller)]
