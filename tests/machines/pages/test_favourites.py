"""Favourite machines: the person's own, first in the list, in the export, and gone with them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.world import PASSWORD, World

MARK = {"is_favourite": "true", "next": "/machines?minutes=60"}


def listed(client: TestClient) -> list[str]:
    """Return the slugs of the cards in their order."""
    return re.findall(r'name="m" value="([^"]+)"', client.get("/machines").text)


def test_a_favourite_is_listed_before_a_machine_that_is_free_earlier(
    visit: Visit, world: World
) -> None:
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    busy, company = world.machine("mill-3"), world.company()
    own, colleague = visit(world.member(company)), visit(world.member(company))
    world.booked(busy, company, datetime.now(UTC) - timedelta(minutes=30), hours=3)
    before = listed(own)
    assert before[-1] == "mill-3"

    marked = own.post("/machines/mill-3/favourite", data=MARK)
    assert (marked.status_code, marked.headers["location"]) == (303, "/machines?minutes=60")
    assert own.post("/machines/mill-3/favourite", data=MARK).status_code == 303
    assert listed(own) == ["mill-3", *before[:-1]]
    assert 'aria-pressed="true"' in own.get("/machines/mill-3").text
    # Nobody else sees it.
    assert listed(colleague) == before
    assert 'aria-pressed="true"' not in colleague.get("/machines/mill-3").text

    own.post("/machines/mill-3/favourite", data={**MARK, "is_favourite": "false"})
    assert listed(own) == before


def test_the_star_leads_to_no_other_site_and_marks_no_machine_of_another_centre(
    visit: Visit, world: World
) -> None:
    world.machine("mill-1")
    own = visit(world.member(world.company()))
    away = {**MARK, "next": "https://elsewhere.example/"}
    assert own.post("/machines/mill-1/favourite", data=away).headers["location"] == "/"
    assert own.post("/machines/mill-9/favourite", data=MARK).status_code == 404


def test_favourites_are_in_the_export_and_go_with_the_person(
    client: TestClient, visit: Visit, world: World, session: LogIn
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    world.member(company)
    who = world.member(company)
    visit(who).post("/machines/mill-1/favourite", data=MARK)
    headers = session(who)
    known = client.get("/api/v1/me/data", headers=headers).json()["favourite_machines"]
    assert [f["machine"] for f in known] == [machine.name_ko]
    left = client.post("/api/v1/me/leaving", json={"password": PASSWORD}, headers=headers)
    assert left.status_code == 204
    with world.pool.connection() as connection:
        row = connection.execute("select count(*) as n from favourite_machines").fetchone()
    assert row == {"n": 0}
