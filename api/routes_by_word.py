"""Routes found by a word of their path: a request is compared with those of its word alone.

The application has hundreds of routes. Comparing every one of them took longer than a bare
request as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy

from fastapi import APIRouter
from fastapi.routing import _IncludedRouter, _RouterIncludeContext
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

V1 = ("api", "v1")


def word_of(path: str) -> str:
    """Return the first segment of a path, or the one after `/api/v1`."""
    segments = path.split("/")[1:4]
    place = len(V1) if tuple(segments[: len(V1)]) == V1 else 0
    return segments[place] if len(segments) > place else ""


class RoutesByWord:
    """A router's application, which looks only at routes that a request's path may mean."""

    def __init__(self, router: APIRouter) -> None:
        """Sort the router's routes by word; one that begins with a parameter is of every word."""
        self._router = router
        each = [(route, _words(route)) for route in router.routes]
        self._of_word = {
            word: self._narrowed([route for route, its in each if not its or word in its])
            for word in {word for _, its in each for word in its}
        }
        self._of_no_word = self._narrowed([route for route, its in each if not its])

    def _narrowed(self, routes: list[BaseRoute]) -> APIRouter:
        """Return the router with some of its routes, in their order."""
        found = copy(self._router)
        found.routes = routes
        return found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the routes of its word, and anything else by the whole router."""
        if scope["type"] != "http":
            await self._router.app(scope, receive, send)
            return
        # Addresses of other routes are looked up in the whole router.
        scope.setdefault("router", self._router)
        narrowed = self._of_word.get(word_of(scope["path"]), self._of_no_word)
        await narrowed.app(scope, receive, send)


def _words(route: BaseRoute) -> frozenset[str]:
    """Return the words of a route, or of those it includes; none where any word may be meant."""
    words = {word_of(path or "/{any}") for path in paths_of(route)}
    return frozenset() if any("{" in word for word in words) else frozenset(words)


def paths_of(route: BaseRoute, within: _RouterIncludeContext | None = None) -> Iterator[str | None]:
    """Yield the path of a route, or those of the routes it includes.

    FastAPI's own list of them puts each route together anew, a second for all of ours. It does so
    for the routes of a word when the first request asks for one.
    """
    if isinstance(route, _IncludedRouter):
        own = route.include_context
        for inner in route.original_router.routes:
            yield from paths_of(inner, within.combine(own) if within else own)
    else:
        path: str | None = getattr(route, "path", None)
        yield within.prefix + path if within and path is not None else path
