"""Limit of one caller's requests in a minute, so that a program in a loop delays nobody else.

A caller is a session or a token. An address also has a limit, ten times as high, since a centre's
people share one. Without that limit, invented tokens would each count as a new caller. The counts
are in this process's memory. Where several serve behind one proxy, each allows its part.
"""

from __future__ import annotations

import re
from hashlib import sha256
from time import time

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.identity import address, bearer_token, session_cookie, settings

ADDRESS_FACTOR = 10
# A document or a reduced photo takes seconds of a processor: ten a minute of the usual 600 points.
DOCUMENT, BOOKING = 60, 20
COSTS = (
    (
        frozenset({"GET", "HEAD"}),
        re.compile(r"\.(pdf|xlsx|csv|zip)$|/preview$|^/api/v1/reports/"),
        DOCUMENT,
    ),
    (frozenset({"POST"}), re.compile(r"^/machines/[^/]+/photo$"), DOCUMENT),
    # Thirty a minute, of bookings and of searches for free time.
    (
        frozenset({"POST"}),
        re.compile(r"^/api/v1/(bookings|waiting|slots)(/|$)|^/machines/[^/]+/(book|wait)$"),
        BOOKING,
    ),
)
# Files that browsers keep, and the probes of the service.
FREE = ("/static/", "/healthz", "/readyz")


class RequestPace:
    """The callers' requests of the last minute."""

    def __init__(self) -> None:
        """Create the limit without a request."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, request: Request) -> int:
        """Return the seconds that the caller must wait; 0 counts the request."""
        if request.url.path.startswith(FREE):
            return 0
        told = settings(request)
        # A part that the dearest request did not fit into would refuse that request for ever.
        most = max(told.points_per_minute // told.api_replicas, DOCUMENT)
        cost = cost_of(request.method, request.url.path)
        whole, own = RateLimitItemPerMinute(most * ADDRESS_FACTOR), RateLimitItemPerMinute(most)
        place, who = f"address {address(request)}", _credential(request)
        # The order matters: a request that the caller's own limit refuses does not count for others
        # at the address. An address over its limit cannot fill the memory with invented callers.
        if not self._limiter.test(whole, place, cost=cost):
            return self._left(whole, place)
        if who and not self._limiter.hit(own, who, cost=cost):
            return self._left(own, who)
        return 0 if self._limiter.hit(whole, place, cost=cost) else self._left(whole, place)

    def _left(self, item: RateLimitItemPerMinute, who: str) -> int:
        """Return the seconds until the window ends."""
        return max(1, round(self._limiter.get_window_stats(item, who).reset_time - time()))


def cost_of(method: str, path: str) -> int:
    """Return the points of a request."""
    return next(
        (cost for methods, paths, cost in COSTS if method in methods and paths.search(path)), 1
    )


def _credential(request: Request) -> str:
    """Return a digest of the session or token that answers the request, or nothing without one.

    `identity.secret` takes the same: a header that opens nothing makes nobody another caller.
    """
    given = bearer_token(request) or session_cookie(request)
    return sha256(given.encode()).hexdigest() if given else ""
