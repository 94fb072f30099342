"""Every endpoint has an outsider: nobody, another centre's manager, and another company's member."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.domain.ids import new_id
from gadong.services import statements
from gadong.store.database import Pool
from tests.api.conftest import LogIn
from tests.world import World

# A calendar cannot log in: its address is the secret, and an unknown one is not found.
OPEN = {
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("post", "/api/v1/sessions"),
    ("get", "/calendar/{secret}.ics"),
}
# Answers about the caller's own things only, and lists that hold nothing of others.
OWN = {
    ("get", "/api/v1/me"),
    ("delete", "/api/v1/sessions/current"),
    ("post", "/api/v1/tokens"),
    ("get", "/api/v1/tokens"),
    ("get", "/api/v1/centres"),
    ("get", "/api/v1/machines"),
    ("get", "/api/v1/bookings"),
    ("get", "/api/v1/waiting"),
    ("get", "/api/v1/me/preferences"),
    ("put", "/api/v1/me/preferences"),
    ("get", "/api/v1/statements"),
    ("get", "/api/v1/notices"),
    ("get", "/api/v1/feeds"),
    ("get", "/api/v1/jobs"),
}
BODIES: dict[str, Any] = {
    "start": "2026-12-01T10:00:00+09:00",
    "end": "2026-12-01T11:00:00+09:00",
    "reason": "시험",
    "kind": "maintenance",
    "of": "centre",
    "until": "2026-12-01T10:00:00+09:00",
    "version": "2026-1",
    "latch": "enabled",
    "category": "time",
    "name": "시험",
    "days": 5,
    "unit": "g",
    "year": "2026",
    "at": "2026-12-01T10:00:00+09:00",
}


def endpoints(client: TestClient) -> list[tuple[str, str]]:
    """Every operation that the service describes."""
    paths = client.get("/openapi.json").json()["paths"]
    return [(method, path) for path, operations in paths.items() for method in operations]


def call(client: TestClient, method: str, path: str, headers: dict[str, str], ids: dict[str, str]) -> int:
    """The status of a call with a body that would pass, and the other's ids."""
    schema = client.get("/openapi.json").json()
    operation = schema["paths"][path][method]
    choices = {
        p["name"]: p["schema"]["enum"][0] for p in operation.get("parameters", []) if "enum" in p["schema"]
    }
    path = re.sub(r"\{(\w+)\}", lambda name: (choices | ids).get(name[1], str(new_id())), path)
    body = None
    if "requestBody" in operation:
        content = operation["requestBody"]["content"]["application/json"]["schema"]
        ref = content.get("$ref") or next(o["$ref"] for o in content["anyOf"] if "$ref" in o)
        body = _body(schema["components"]["schemas"][ref.rsplit("/", 1)[1]], ids)
    query = {
        p["name"]: ids.get(p["name"], BODIES.get(p["name"], "2026-11"))
        for p in operation.get("parameters", [])
        if p["in"] == "query" and p.get("required")
    }
    answer = client.request(method, path, headers=headers, params=query, json=body)
    return answer.status_code


def _body(schema: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    # The other's company and centre are named also where they could be left out for one's own.
    for name in [
        *schema.get("required", []),
        *(n for n in schema["properties"] if n in {"company", "centre"}),
    ]:
        field = schema["properties"][name]
        if name in ids:
            body[name] = ids[name]
        elif name in BODIES:
            body[name] = BODIES[name]
        elif field.get("format") == "uuid":
            body[name] = str(new_id())
        elif "examples" in field:
            body[name] = field["examples"][0]
        else:
            body[name] = {"integer": 1, "object": {}, "array": [], "boolean": False}.get(
                field.get("type", ""), "secret-secret@x.example"
            )
    return body


@pytest.fixture
def theirs(world: World, pool: Pool) -> dict[str, str]:
    """Another centre with one of everything."""
    other = World.made(pool)
    # Registration numbers are the installation's, so the other centre's company takes the next one.
    other.companies = [world.company()]
    machine, company = other.machine("secret-mill"), other.company()
    other.tariff()
    booking = other.booked(machine, company, datetime(2026, 11, 24, tzinfo=UTC))
    statement = statements.draft(
        pool, other.manager, centre=other.centre.id, company=company.id, month="2026-10"
    )
    source = other.source(machine)
    return {
        "centre": str(other.centre.id),
        "company": str(company.id),
        "machine": machine.slug,
        "slug": machine.slug,
        "booking_id": str(booking.id),
        "statement_id": str(statement.id),
        "source_id": str(source.id),
    }


def test_nobody_gets_anything(client: TestClient, theirs: dict[str, str]) -> None:
    for method, path in endpoints(client):
        if (method, path) not in OPEN:
            assert call(client, method, path, {}, theirs) == 401, (method, path)


def test_another_centres_people_get_nothing(
    client: TestClient, world: World, bearer: LogIn, theirs: dict[str, str]
) -> None:
    for headers in (bearer(None), bearer(world.member(world.companies[0]))):
        for method, path in endpoints(client):
            if (method, path) in OPEN | OWN:
                continue
            status = call(client, method, path, headers, theirs)
            assert status in {403, 404}, (method, path, status)
        for path in ("/api/v1/machines", "/api/v1/bookings", "/api/v1/statements", "/api/v1/jobs"):
            text = client.get(path, headers=headers).text
            assert not any(identity in text for identity in theirs.values()), path


def test_a_member_manages_nothing_and_sees_no_other_company(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    own, other = world.company(), world.company()
    machine = world.machine("mill-1")
    start = datetime(2026, 11, 24, tzinfo=UTC)
    booking = world.booked(machine, other, start)
    statement = statements.draft(
        pool, world.manager, centre=world.centre.id, company=other.id, month="2026-10"
    )
    statements.approve(pool, world.manager, statement.id)
    ids = {
        "centre": str(world.centre.id),
        "company": str(other.id),
        "machine": machine.slug,
        "slug": machine.slug,
        "booking_id": str(booking.id),
        "statement_id": str(statement.id),
    }
    headers = bearer(world.member(own))
    allowed = (
        OPEN
        | OWN
        | {
            ("get", "/api/v1/machines/{slug}"),
            ("get", "/api/v1/machines/{slug}/timeline"),
            ("get", "/api/v1/machines/{slug}/abilities"),
            ("get", "/api/v1/machines/{slug}/policy"),
            ("post", "/api/v1/centres/{centre}/terms"),
            ("get", "/api/v1/machines/{slug}/usages"),
            ("get", "/api/v1/tariffs"),
            ("get", "/api/v1/calendar"),
            ("get", "/api/v1/centres/{centre}/holidays"),
            ("get", "/api/v1/centres/{centre}/party"),
            ("put", "/api/v1/machines/{slug}/freed-time"),
        }
    )
    for method, path in endpoints(client):
        if (method, path) not in allowed:
            status = call(client, method, path, headers, ids)
            assert status in {403, 404}, (method, path, status)
    listed = client.get("/api/v1/bookings", headers=headers).json()["items"]
    assert listed == []
    shown = client.get(
        "/api/v1/machines/mill-1/timeline",
        params={"start": "2026-11-23T00:00:00Z", "end": "2026-11-26T00:00:00Z"},
        headers=headers,
    )
    assert len(shown.json()["bookings"]) == 1
    assert str(other.id) not in shown.text
    assert str(booking.id) not in shown.text
