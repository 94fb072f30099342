"""Every creation is 201, and its Location shows what was made."""

from __future__ import annotations

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
