"""A page that lives is told nothing more once its session has ended or its right is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.world import PASSWORD, World

NOW = datetime.now(UTC)


def logged_out(client: httpx2.Client, _: World) -> None:
    client.delete("/api/v1/sessions/current")


def disabled(_: httpx2.Client, world: World) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute("update people set disabled_at = now() where email = 'looks@x.example'")


def no_longer_staff(_: httpx2.Client, world: World) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute("delete from centre_staff where role = 'technician'")


def next_event(lines: Iterator[str]) -> list[str]:
    """One event's lines; none where the stream is over."""
    found: list[str] = []
    for line in lines:
        if not line:
            return found
        found.append(line)
    return found


@pytest.mark.parametrize("end", [logged_out, disabled, no_longer_staff])
@pytest.mark.parametrize("path", ["/floor/events", "/calendar/news"])
def test_a_stream_ends_before_the_next_message(
    site: str, world: World, path: str, end: Callable[[httpx2.Client, World], None]
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    members.create_person(
        world.pool,
        OPERATOR,
        email="looks@x.example",
        name="기사",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.TECHNICIAN},
    )
    with httpx2.Client(
        base_url=site, headers={"sec-fetch-site": "same-origin"}, timeout=60
    ) as client:
        client.post("/login", data={"email": "looks@x.example", "password": PASSWORD})
        with client.stream("GET", path) as stream:
            lines = stream.iter_lines()
            assert next_event(lines)
            # It is alive: what changes on the floor comes.
            world.booked(machine, company, NOW + timedelta(hours=2), hours=1)
            assert next_event(lines)
            end(client, world)
            world.booked(machine, company, NOW + timedelta(hours=4), hours=1)
            # The stream is over; one that goes on says at least a beat.
            assert next_event(lines) == []
