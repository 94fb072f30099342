"""A typed client that a generator made of the description books, moves, waits and cancels."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from tests.support.programs import environment
from tests.support.world import World

V1 = "/api/v1"
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
# Written with the generated client alone, and run where only that client and its libraries are.
STORY = """
import json
import sys
from datetime import datetime, timedelta
from uuid import UUID

from gadong_client import AuthenticatedClient
from gadong_client.api.bookings import (
    cancel_booking, get_booking, join_waiting_list, list_bookings, move_booking, request_booking,
)
from gadong_client.models import BookingIn, BookingState, MoveIn, WaitIn

url, token, machine, start = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=token)
machine, start = UUID(machine), datetime.fromisoformat(start)
hour = timedelta(hours=1)

booked = request_booking.sync(
    client=client,
    body=BookingIn(machine=machine, start=start, end=start + hour),
    idempotency_key="typed-client",
)
again = request_booking.sync(
    client=client,
    body=BookingIn(machine=machine, start=start, end=start + hour),
    idempotency_key="typed-client",
)
refused = request_booking.sync(
    client=client, body=BookingIn(machine=machine, start=start, end=start + hour)
)
moved = move_booking.sync(
    booked.id, client=client, body=MoveIn(start=start + hour, end=start + 2 * hour)
)
waiting = join_waiting_list.sync(
    client=client,
    body=WaitIn(machine=machine, start=start + hour, end=start + 2 * hour, minutes=60),
)
listed = list_bookings.sync(client=client, state=[BookingState.CONFIRMED], machine=machine)
cancelled = cancel_booking.sync(booked.id, client=client)
shown = get_booking.sync(booked.id, client=client)
print(json.dumps({
    "same": again.id == booked.id,
    "machine_slug": booked.machine_slug,
    "refused": refused.code,
    "moved_hours": (moved.start - booked.start) / hour,
    "waiting": waiting.state.value,
    "listed": [b.id == booked.id for b in listed.items],
    "cancelled": cancelled.state.value,
    "shown": shown.state is BookingState.CANCELLED,
}))
"""


def test_a_generated_client_books_moves_waits_and_cancels(
    site: str, world: World, tmp_path: Path, bearer: Any
) -> None:
    machine = world.machine("mill-1")
    member = world.member(world.company())
    described = tmp_path / "openapi.json"
    described.write_text(httpx2.get(f"{site}/openapi.json", timeout=60).text)
    programs = environment("client")
    made = tmp_path / "gadong_client"
    generator = [str(programs / "openapi-python-client"), "generate", "--path", str(described)]
    generated = subprocess.run(
        [*generator, "--output-path", str(made), "--meta", "none"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert generated.returncode == 0, generated.stdout + generated.stderr
    assert "Unable to" not in generated.stdout, generated.stdout
    (tmp_path / "story.py").write_text(STORY)
    token = bearer(member)["Authorization"].removeprefix("Bearer ")
    told = subprocess.run(
        [str(programs / "python"), "story.py", site, token, str(machine.id), START.isoformat()],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    assert found == {
        "same": True,
        "machine_slug": "mill-1",
        "refused": "slot_taken",
        "moved_hours": 1.0,
        "waiting": "waiting",
        "listed": [True],
        "cancelled": "cancelled",
        "shown": True,
    }
