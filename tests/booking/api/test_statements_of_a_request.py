"""A booking, its quote and its refusal execute no more statements than they need.

A lower number is good news: write it here. A higher one is paid by every request.
"""

from __future__ import annotations

from datetime import date

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import END_OF_TIME, Pool, recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.people.domain.company_category import Category
from gadong.people.store import company_categories
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import wish
from tests.support.statements_executed import statements_executed
from tests.support.world import World


@pytest.mark.parametrize(
    ("path", "is_taken", "status", "most"),
    [("", False, 201, 28), ("", True, 409, 34), ("/quote", False, 200, 26)],
    ids=["booked", "refused", "quoted"],
)
def test_a_request_executes_so_many_statements(
    client: TestClient,
    world: World,
    bearer: LogIn,
    path: str,
    is_taken: bool,
    status: int,
    most: int,
) -> None:
    world.tariff()
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    client.headers.update(bearer(world.member(world.company())))
    asked = wish("mill-1")
    if is_taken:
        assert client.post("/api/v1/bookings", json=asked).status_code == 201
    with statements_executed() as executed:
        answer = client.post(f"/api/v1/bookings{path}", json=asked)
    assert answer.status_code == status, answer.text
    assert len(executed) <= most, "\n\n".join(executed)


def test_a_category_is_read_anew_once_it_is_changed(pool: Pool, world: World) -> None:
    company = world.company(category="general").id
    with transaction(pool, SYSTEM) as tx:
        days = []
        for name in ("student", "small-manufacturer"):
            said = company_categories.of_company(
                tx, world.centre.id, company, recorded_before=END_OF_TIME
            )
            days.append(said.on(date(2026, 6, 1)))
            company_categories.insert(
                tx,
                world.centre.id,
                company,
                Category(name=name, since=date(2026, 1, 1)),
                by=None,
                recorded_at=recorded_at(tx, world.centre.id),
            )
    assert days == ["general", "student"]
