"""Commissioned work that is taken back and finished anew: charged in the month in which it was
done.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.commissions import POUCH, charged
from tests.support.page_fixtures import Visit
from tests.support.world import World

V1 = "/api/v1"


def last_month() -> datetime:
    """Return noon of the last day of the month before this one."""
    first = datetime.now(UTC).astimezone(World.ZONE).replace(day=1, hour=12, minute=0, second=0)
    return first.replace(microsecond=0) - timedelta(days=1)


def finished(client: TestClient, world: World, company: Any, done: datetime) -> str:
    """Enter pouches that were mistyped as 189 of 198; return the address of their case."""
    steps = [(done - timedelta(minutes=n)).isoformat() for n in (2, 1)]
    made = client.post(
        f"{V1}/centres/{world.centre.id}/commissions",
        json={
            "company": str(company),
            "subject": "탕전",
            "goods": [{"good": "pouch", "quantity": "189"}],
            "at": steps[0],
        },
    )
    assert made.status_code == 201, made.text
    one = f"{V1}/commissions/{made.json()['id']}"
    received = {"due_on": f"{done.astimezone(World.ZONE):%Y-%m-%d}", "at": steps[1]}
    assert client.post(f"{one}/receive", json=received).status_code == 200
    assert client.post(f"{one}/finish", json={"at": done.isoformat()}).status_code == 200
    return one


@pytest.mark.parametrize("is_handed_over", [False, True])
def test_a_correction_is_charged_where_the_work_was_done(
    client: TestClient, world: World, bearer: LogIn, *, is_handed_over: bool
) -> None:
    world.tariff(goods=[POUCH])
    company, done = world.company().id, last_month()
    client.headers.update(bearer(None))
    one = finished(client, world, company, done)
    assert charged(world, company, at=done).supply == 189 * 300
    if is_handed_over:
        assert client.post(f"{one}/hand-over", json={"recipient": "김재배"}).status_code == 200
    assert client.post(f"{one}/reopen", json={"reason": "198포"}).status_code == 200
    right = {"goods": [{"good": "pouch", "quantity": "198"}]}
    # Before it was received nothing was done.
    early = (done - timedelta(minutes=3)).isoformat()
    refused = client.post(f"{one}/finish", json={**right, "at": early})
    assert (refused.status_code, refused.json()["field"]) == (422, "at")
    again = client.post(f"{one}/finish", json={**right, "at": done.isoformat()})
    assert again.status_code == 200, again.text
    assert charged(world, company, at=done).supply == 198 * 300
    assert charged(world, company).supply == 0


def test_the_end_that_was_said_last_counts(client: TestClient, world: World, bearer: LogIn) -> None:
    world.tariff(goods=[POUCH])
    company, done = world.company().id, last_month()
    client.headers.update(bearer(None))
    one = finished(client, world, company, done)
    assert client.post(f"{one}/reopen", json={"reason": "시각"}).status_code == 200
    truly = (done - timedelta(seconds=30)).isoformat()
    assert client.post(f"{one}/finish", json={"at": truly}).status_code == 200
    span = {"from": (done - timedelta(days=1)).isoformat(), "to": datetime.now(UTC).isoformat()}
    times = client.get(f"{V1}/centres/{world.centre.id}/commission-times", params=span).json()
    assert (times["commissions"], times["longest_seconds"]) == (1, 30)


def test_the_page_finishes_what_was_taken_back_at_its_time(
    client: TestClient, world: World, bearer: LogIn, visit: Visit
) -> None:
    world.tariff(goods=[POUCH])
    company, done = world.company().id, last_month()
    client.headers.update(bearer(None))
    one = finished(client, world, company, done).removeprefix(V1)
    desk = visit(None)
    assert desk.post(f"{one}/reopen", data={"reason": "198포"}).status_code == 303
    written = f"{done.astimezone(World.ZONE):%Y-%m-%dT%H:%M}"
    assert f'value="{written}"' in desk.get(one).text
    form = {"good": ["pouch"], "quantity": ["198"], "at": written}
    assert desk.post(f"{one}/finish", data=form).status_code == 303
    assert charged(world, company, at=done).supply == 198 * 300
