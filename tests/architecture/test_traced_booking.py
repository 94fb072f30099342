"""A booking's way through the wings: calls go down the tower, and hardly ever up."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from gadong.billing.domain.tariff_terms import Hours
from gadong.core.domain.document import from_document
from gadong.settings import Settings
from tests.conftest import PUBLIC_URL
from tests.support.api_fixtures import LogIn
from tests.support.architecture.wings import FLOORS
from tests.support.world import World

LIBRARY = str(Path(__file__).resolve().parents[2] / "gadong") + "/"
#: Calls from a wing to one above it in a booking's way: a callback that was handed down counts as
#: well.
MAX_UPWARD = 5


def _wing(frame: FrameType | None) -> str | None:
    """Return the wing that a frame's code lies in.

    The nearest one of ours below other libraries' frames.
    """
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(LIBRARY):
            wing = path.removeprefix(LIBRARY).split("/", 1)[0]
            return wing if wing in FLOORS else None
        frame = frame.f_back
    return None


@contextmanager
def traced(upward: Counter[str], downward: Counter[str]) -> Iterator[None]:
    """Count each call from a wing to one above or below it, in threads that begin within the
    block.
    """

    def on_call(frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or not frame.f_code.co_filename.startswith(LIBRARY):
            return
        called, caller = _wing(frame), _wing(frame.f_back)
        if called and caller and FLOORS[called] != FLOORS[caller]:
            counter = upward if FLOORS[called] > FLOORS[caller] else downward
            counter[f"{caller} -> {called}.{frame.f_code.co_qualname}"] += 1

    threading.setprofile(on_call)
    sys.setprofile(on_call)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_a_booking_goes_down_the_tower(
    application: FastAPI,
    settings: Callable[..., Settings],
    programs_url: str,
    world: World,
    bearer: LogIn,
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    start = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    wanted = {
        "machine_slug": "mill-1",
        "start": start.isoformat(),
        "end": (start + timedelta(hours=2)).isoformat(),
    }
    application.state.settings = settings(database_url=programs_url, insecure_cookies=False)
    upward: Counter[str] = Counter()
    downward: Counter[str] = Counter()
    with traced(upward, downward), TestClient(application, base_url=PUBLIC_URL) as client:
        answer = client.post("/api/v1/bookings", json=wanted, headers=headers)
    assert answer.status_code == 201, answer.text
    assert upward.total() <= MAX_UPWARD, upward.most_common()
    assert downward.total() >= 20, "the way was not traced"


def test_a_call_up_the_tower_is_counted() -> None:
    """Show that the count can rise: a reader of core calls a check of billing's value."""
    upward: Counter[str] = Counter()
    with traced(upward, Counter()):
        from_document(Hours, {"weekdays": [0], "since": "09:00:00", "until": "12:00:00"})
    assert upward.total() >= 1
