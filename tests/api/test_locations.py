"""Every creation is 201, and its Location shows what was made."""

from __future__ import annotations

import re
from typing import Any

from fastapi.testclient import TestClient

from api.locations import ELSEWHERE, NOWHERE, V1, address_of
from api.v1.rights import NEEDS
from tests.support.world import World


def test_every_creation_says_where_it_is_shown_or_why_not(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    made = {
        path.removeprefix(V1)
        for path, methods in paths.items()
        if "201" in methods.get("post", {}).get("responses", {})
    }
    assert ELSEWHERE.keys() | NOWHERE <= made
    for path in made - NOWHERE - ELSEWHERE.keys():
        address = address_of(path) or ""
        shown = {p for m, p in NEEDS if m == "get"}
        assert address in shown or any(
            p.rsplit("/", 1)[0] == address.removesuffix("/{id}") for p in shown if p.endswith("}")
        ), path
    for path in made - NOWHERE:
        answer = paths[f"{V1}{path}"]["post"]["responses"]["201"]
        assert "Location" in answer["headers"], path
    for path in NOWHERE:
        assert "Location" not in paths[f"{V1}{path}"]["post"]["responses"]["201"]["headers"], path


def test_a_location_is_asked_for_as_it_stands(client: TestClient) -> None:
    """Each leads to one operation, and names everything that it requires."""
    paths = client.get("/openapi.json").json()["paths"]
    wanting = {}
    for made, methods in paths.items():
        path = made.removeprefix(V1)
        if "201" not in methods.get("post", {}).get("responses", {}) or path in NOWHERE:
            continue
        template, _, query = (address_of(path) or "").partition("?")
        alike = re.compile(re.sub(r"\{\w+\}", r"\\{\\w+\\}", V1 + template))
        shown_at = [m["get"] for known, m in paths.items() if "get" in m and alike.fullmatch(known)]
        needed = [
            p["name"]
            for one in shown_at
            for p in one.get("parameters", [])
            if p["in"] == "query" and p.get("required")
        ]
        given = {part.partition("=")[0] for part in query.split("&")}
        if len(shown_at) != 1 or set(needed) - given:
            wanting[path] = needed
    assert wanting == {}


def test_what_was_made_is_found_at_its_location(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers, centre = bearer(None), str(world.centre.id)
    machine = {"slug": "made-1", "kind": "mill", "name_ko": "밀", "name_en": "Mill"}
    made = client.post(f"{V1}/machines", json={"centre": centre, **machine}, headers=headers)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"{V1}/machines/{made.json()['id']}"
    assert client.get(made.headers["location"], headers=headers).json()["slug"] == "made-1"
    source = {"dialect": "octoprint", "base": "x/y"}
    bound = client.post(f"{V1}/machines/made-1/sources", json=source, headers=headers)
    assert bound.status_code == 201, bound.text
    listed = client.get(bound.headers["location"], headers=headers).json()["items"]
    assert [one["id"] for one in listed] == [bound.json()["id"]]
    called = client.post(f"{V1}/machines/made-1/calls", json={}, headers=headers)
    assert called.status_code == 201, called.text
    calls = client.get(called.headers["location"], headers=headers).json()["items"]
    assert [one["id"] for one in calls] == [called.json()["id"]]


def test_a_list_at_a_location_has_what_was_made(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers, centre = bearer(None), str(world.centre.id)
    company = world.company()
    world.tariff()
    machine = world.machine("mill-1")
    work = {"start": "2026-03-02T01:00:00Z", "end": "2026-03-02T03:00:00Z"}
    for path, body in (
        ("/webhooks", {"centre": centre, "url": "https://erp.example/gadong"}),
        (
            "/companies",
            {
                "centre": centre,
                "name": "한솔정밀",
                "since": "2026-03-01",
                "registration_number": "220-81-62517",
            },
        ),
        (
            f"/machines/{machine.id}/upkeep",
            {
                **work,
                "kind": "repair",
                "description": "소음",
                "action": "교체",
                "repairer": "김기사",
            },
        ),
    ):
        made = client.post(f"{V1}{path}", json=body, headers=headers)
        assert made.status_code == 201, (path, made.text)
        listed = client.get(made.headers["location"], headers=headers)
        assert listed.status_code == 200, (made.headers["location"], listed.text)
        assert made.json()["id"] in [one["id"] for one in listed.json()["items"]], path
    line = {"centre": centre, "company": str(company.id), "at": work["start"], "amount": 1000}
    made = client.post(f"{V1}/lines", json={**line, "reason": "운송"}, headers=headers)
    assert made.status_code == 201, made.text
    back = client.post(
        f"{V1}/entries/{made.json()['id']}/reverse", json={"reason": "오기"}, headers=headers
    )
    for one in (made, back):
        shown = client.get(one.headers["location"], headers=headers)
        assert (shown.status_code, shown.json()) == (200, one.json())


def test_an_entry_is_shown_to_its_company_and_nobody_else(
    client: TestClient, bearer: Any, world: World
) -> None:
    company = world.company()
    world.tariff()
    line = {"centre": str(world.centre.id), "company": str(company.id), "amount": 1000}
    body = {**line, "at": "2026-03-02T01:00:00Z", "reason": "운송"}
    made = client.post(f"{V1}/lines", json=body, headers=bearer(None))
    path = made.headers["location"]
    own, outsider = bearer(world.member(company)), bearer(world.member(world.company()))
    assert client.get(path, headers=own).status_code == 200
    refused = client.get(path, headers=outsider)
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
