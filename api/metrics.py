"""Metrics of the API: requests, refusals by code, and the delay of the event loop."""

from __future__ import annotations

import asyncio
from time import monotonic

from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# Most answers take some hundredths of a second; a document takes some seconds.
SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0)
LOOP_EVERY = 0.5
API = "/api/v1"
#: The label of an address that no route has: an attacker's guesses make no series.
UNKNOWN_ROUTE = "none"


class ApiMetrics:
    """Counters of requests, and the event loop's delay."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Create the metrics in a registry."""
        self._seconds = Histogram(
            "gadong_http_request_seconds",
            "Seconds to an answer, by method, route and status.",
            ["method", "route", "status"],
            buckets=SECONDS,
            registry=registry,
        )
        self._refusals = Counter(
            "gadong_http_refusals",
            "Refused requests by their code.",
            ["code"],
            registry=registry,
        )
        self._delay = Gauge(
            "gadong_event_loop_delay_seconds",
            "How late the event loop last was.",
            registry=registry,
        )

    def answered(self, request: Request, status: int, seconds: float) -> None:
        """Count an answer under its route's pattern, never under the address that was asked."""
        route = request.scope.get("route")
        path = getattr(route, "path", None) or UNKNOWN_ROUTE
        # A route of an included router knows its own part of the pattern alone.
        if request.url.path.startswith(f"{API}/") and path.startswith("/"):
            path = API + path.removeprefix(API)
        method = request.method if path != UNKNOWN_ROUTE else UNKNOWN_ROUTE
        self._seconds.labels(method, path, str(status)).observe(seconds)

    def refused(self, code: str) -> None:
        """Count a refusal by its code."""
        self._refusals.labels(code).inc()

    async def watch_loop(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        while True:
            began = monotonic()
            await asyncio.sleep(LOOP_EVERY)
            self._delay.set(max(monotonic() - began - LOOP_EVERY, 0.0))
