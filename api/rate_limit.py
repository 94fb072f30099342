"""How much one caller may ask in a minute, so that one program in a loop does not stand in everybody's way.

A caller is a session or a token; besides, an address has ten times as much, since a centre's people share one, and whoever
invents tokens would otherwise never be the same caller twice. Counted in this process's memory: the API is one process.
"""

from __future__ import annotations

import re
from hashlib import sha256
from time import time

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.identity import address, cookie_name, settings

ADDRESS_FACTOR = 10
# What draws or computes a document, or makes a photo small, takes seconds of a processor: ten a minute of the usual 600 points.
DOCUMENT, BOOKING = 60, 20
COSTS = (
    (frozenset({"GET", "HEAD"}), re.compile(r"\.(pdf|xlsx|csv|zip)$|/preview$|^/api/v1/reports/"), DOCUMENT),
    (frozenset({"POST"}), re.compile(r"^/machines/[^/]+/photo$"), DOCUMENT),
    # Thirty a minute, of bookings and of what finds time for one.
    (frozenset({"POST"}), re.compile(r"^/api/v1/(bookings|waiting|slots)(/|$)|^/machines/[^/]+/book$"), BOOKING),
)  # fmt: skip
# Files that browsers keep, and what watches the service itself.
FREE = ("/static/", "/healthz", "/readyz")


class Pace:
    """What callers have asked in the last minute."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, request: Request) -> int:
        """How many seconds the caller must wait before this; 0 where it may be asked now, and then it is counted."""
        if request.url.path.startswith(FREE):
            return 0
        most = settings(request).points_per_minute
        cost = cost_of(request.method, request.url.path)
        whole, own = RateLimitItemPerMinute(most * ADDRESS_FACTOR), RateLimitItemPerMinute(most)
        place, who = f"address {address(request)}", _credential(request)
        # In this order: what a caller is refused does not count for the others behind their address, and an address that
        # has had its share cannot fill the memory with invented callers.
        if not self._limiter.test(whole, place, cost=cost):
            return self._left(whole, place)
        if who and not self._limiter.hit(own, who, cost=cost):
            return self._left(own, who)
        return 0 if self._limiter.hit(whole, place, cost=cost) else self._left(whole, place)

    def _left(self, item: RateLimitItemPerMinute, who: str) -> int:
        """The seconds until the window is over."""
        return max(1, round(self._limiter.get_window_stats(item, who).reset_time - time()))


def cost_of(method: str, path: str) -> int:
    """How many points a request counts."""
    return next((cost for methods, paths, cost in COSTS if method in methods and paths.search(path)), 1)


def _credential(request: Request) -> str:
    """The session or token that came along, as a digest; nothing without one."""
    given = request.headers.get("authorization") or request.cookies.get(cookie_name(settings(request)), "")
    return sha256(given.encode()).hexdigest() if given else ""
