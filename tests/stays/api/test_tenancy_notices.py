"""Notices before a contract ends: once to each side, and on To do until it is renewed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.people.store import people
from gadong.stays.services import tenancy_notices
from tests.support.api_fixtures import LogIn
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

V1 = "/api/v1"
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(World.ZONE).date()


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


def remind(world: World, days: int = 0) -> int:
    with transaction(world.pool, SYSTEM) as tx:
        centre = people.centre(tx, world.centre.id)
        assert centre is not None
        return tenancy_notices.remind(tx, centre, now=NOW + timedelta(days=days))


def told(world: World) -> list[tuple[str, str, str]]:
    """Return the kind, the address and the last day of each notice."""
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select kind, data from outbox where kind like 'tenancy.%' order by kind, id"
        ).fetchall()
    return [(row["kind"], row["data"]["to"], row["data"]["due_on"]) for row in rows]


def let(client: TestClient, world: World, name: str, company: Any, last_day: str) -> str:
    path = f"{V1}/centres/{world.centre.id}"
    unit = client.post(f"{path}/units", json={"name": name}).json()["id"]
    body = {"unit": unit, "company": str(company), "since": day(-90), "last_day": last_day}
    made = client.post(f"{path}/tenancies", json={**body, "rent": 200_000, "maintenance": 0})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_both_sides_are_told_once_of_a_contracts_end(
    client: TestClient, world: World, bearer: LogIn, visit: Visit
) -> None:
    company = world.company()
    own = world.member(company)
    client.headers.update(bearer(None))
    one = let(client, world, "201호", company.id, day(31))
    assert remind(world) == 0
    assert (remind(world, 1), remind(world, 2)) == (1, 0)
    expected = [
        ("tenancy.ends", "managers", day(31)),
        ("tenancy.ends_for_firm", "firm", day(31)),
    ]
    assert told(world) == expected
    # An end that is decided anew is told again.
    end = {"last_day": day(20), "reason": "조기 퇴거"}
    ended = client.post(f"{V1}/tenancies/{one}/end", json=end)
    assert ended.status_code in {200, 201}, ended.text
    assert (remind(world), remind(world)) == (1, 0)
    assert [last for _, _, last in told(world)] == [day(31), day(20)] * 2
    desk = visit(None)
    for path in ("/desk", "/tenancies"):
        text = text_of(desk.get(path).text)
        assert "곧 끝나는 계약 (1)" in text
        assert "201호" in text
    shown = visit(own).get("/tenancies")
    assert shown.status_code == 200
    assert "201호" in text_of(shown.text)
    assert "곧 끝나는 계약" not in text_of(shown.text)
    renewal = {"last_day": day(400), "rent": 210_000, "maintenance": 0}
    renewed = client.post(f"{V1}/tenancies/{one}/renewal", json=renewal)
    assert renewed.status_code == 201, renewed.text
    for path in ("/desk", "/tenancies"):
        assert "곧 끝나는 계약" not in text_of(desk.get(path).text)


def test_a_centre_sets_its_days(
    client: TestClient, world: World, bearer: LogIn, visit: Visit
) -> None:
    company = world.company()
    member = bearer(world.member(company))
    client.headers.update(bearer(None))
    terms = f"{V1}/centres/{world.centre.id}/tenancy-terms"
    assert client.get(terms).json() == {"notice_days": 30}
    let(client, world, "201호", company.id, day(60))
    assert remind(world) == 0
    assert client.put(terms, json={"notice_days": 59}).status_code == 200
    assert remind(world) == 0
    assert visit(None).post("/tenancies/terms", data={"notice_days": "60"}).status_code == 303
    assert client.get(terms).json() == {"notice_days": 60}
    assert remind(world) == 1
    assert client.put(terms, json={"notice_days": 0}).status_code == 200
    assert "곧 끝나는 계약" not in text_of(visit(None).get("/tenancies").text)
    for days in (-1, 366):
        assert client.put(terms, json={"notice_days": days}).status_code == 422
    assert client.put(terms, json={"notice_days": 1}, headers=member).status_code == 403
    assert client.get(terms, headers=member).status_code == 403


def test_a_last_day_of_today_is_told_and_one_of_yesterday_is_not(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    client.headers.update(bearer(None))
    let(client, world, "201호", world.company().id, day(0))
    let(client, world, "202호", world.company().id, day(-1))
    assert remind(world) == 1
    assert {date.fromisoformat(last) for _, _, last in told(world)} == {TODAY}
