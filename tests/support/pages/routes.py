"""The routes of the pages, as the application includes them."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.routing import APIRoute

from api.pages.frame.routers import ROOMS
from api.v1.booking.centre_calendar import calendar_feeds
from api.v1.operations import system

#: Streams, which do not end for whoever may see them: tests/pages/test_streams.py asks them.
ENDLESS = {"/floor/events", "/calendar/news", "/at/{slug}/live"}


def routes() -> Iterator[APIRoute]:
    """Yield every route beside the API's own: pages, forms, probes and calendar feeds."""
    for router in (*ROOMS, system.probes, calendar_feeds.public):
        for route in router.routes:
            if isinstance(route, APIRoute) and route.path not in ENDLESS:
                yield route
