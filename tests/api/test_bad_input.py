"""Bad input gets a clear error and changes nothing.

Found by fuzzing the running API with schemathesis.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.core.domain.ids import new_id
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.api_fixtures import LogIn
from tests.support.world import PASSWORD, World

NOWHERE = str(new_id())


@pytest.fixture
def administrator(client: TestClient, world: World, pool: Pool) -> dict[str, str]:
    """Somebody who may name what is not there."""
    email = f"admin@{world.centre.slug}.example"
    members.create_person(
        pool, OPERATOR, email=email, name="운영자", password=PASSWORD, is_administrator=True
    )
    client.post("/api/v1/sessions", json={"email": email, "password": PASSWORD})
    token = client.post("/api/v1/tokens", json={"name": "test"}).json()["token"]
    client.cookies.clear()
    return {"Authorization": f"Bearer {token}"}


MACHINE = {"centre": NOWHERE, "slug": "m", "kind": "mill", "name_ko": "밀링", "name_en": "Mill"}


@pytest.mark.parametrize(
    "source",
    [
        {"dialect": "octoprint", "base": "a\u000bb"},
        {"dialect": "octoprint", "base": "a/\uffff"},
        {"dialect": "octoprint", "base": "$SYS/broker"},
        {"dialect": "octoprint", "base": "a/#"},
        {"dialect": "octoprint", "base": "///"},
        {
            "dialect": "tasmota",
            "base": "plug",
            "options": {"full_topic": "$share/x/%prefix%/%topic%"},
            "thresholds": {"run_above": 400, "idle_below": 200},
        },
        {"dialect": "tasmota", "base": "plug", "thresholds": {"run_above": 100, "idle_below": 200}},
    ],
)
def test_a_source_that_would_silence_its_centre_is_not_bound(
    client: TestClient, administrator: dict[str, str], world: World, source: dict[str, Any]
) -> None:
    world.machine("mill-1")
    answer = client.post("/api/v1/machines/mill-1/sources", json=source, headers=administrator)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    listed = client.get("/api/v1/machines/mill-1/sources", headers=administrator)
    assert listed.json()["items"] == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/machines", MACHINE, 404),
        ("/machines", {**MACHINE, "rules": {"notice_minutes": 10**18}}, 422),
        (
            "/tariffs",
            {"centre": NOWHERE, "tariff": {"effective_from": "2026-01-01", "items": []}},
            404,
        ),
        ("/tariffs", {"centre": NOWHERE, "tariff": {"effective_from": "soon"}}, 422),
        ("/tokens", {"name": "a\u0000b"}, 422),
        (
            "/centres",
            {
                "slug": "c-1",
                "name": "n",
                "hours": [{"weekday": 0, "opens": "09:00Z", "closes": "18:00Z"}],
            },
            422,
        ),
        ("/centres", {"slug": "c-1", "name": "n", "zone": "Mars/Olympus"}, 422),
        ("/qualifications", {"centre": NOWHERE, "person": NOWHERE, "code": "x"}, 404),
        ("/statements", {"centre": NOWHERE, "company": NOWHERE, "month": "2026-13"}, 422),
        ("/statements", {"centre": NOWHERE, "company": NOWHERE, "month": "2026-11"}, 404),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    client: TestClient, administrator: dict[str, str], path: str, body: dict[str, Any], status: int
) -> None:
    answer = client.post(f"/api/v1{path}", json=body, headers=administrator)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "1970-01-01T00:00:00Z"]
)
def test_an_instant_that_cannot_be_meant_is_refused_everywhere(
    client: TestClient, world: World, bearer: LogIn, instant: str
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    booking = world.booked(machine, company, datetime.now(UTC) + timedelta(days=1))
    manager, centre = bearer(None), str(world.centre.id)
    wish = {
        "machine_slug": "mill-1",
        "company": str(company.id),
        "start": instant,
        "end": "2026-12-01T10:00:00Z",
    }
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("/bookings", wish),
        ("/bookings/quote", wish),
        ("/bookings/series", {**wish, "every_days": 366, "count": 53}),
        ("/waiting", {**wish, "minutes": 60}),
        (
            "/slots",
            {
                "machine_slug": "mill-1",
                "company": str(company.id),
                "minutes": 60,
                "not_before": instant,
            },
        ),
        (f"/bookings/{booking.id}/extend", {"end": instant}),
        (f"/centres/{centre}/stops", {"company": str(company.id), "until": instant, "reason": "x"}),
    ]
    for path, body in bodies:
        assert client.post(f"/api/v1{path}", json=body, headers=manager).status_code == 422, path
    rules = {"centre": centre, "values": {"horizon_days": 60}, "effective_from": instant}
    assert client.put("/api/v1/policy", json=rules, headers=manager).status_code == 422
    bounds = {"centre": centre, "from": instant, "to": "2026-12-01T10:00:00Z"}
    for path in ("/calendar", "/ghost-runs"):
        assert client.get(f"/api/v1{path}", params=bounds, headers=manager).status_code == 422, path
