"""Every creation is 201, and its Location shows what was made."""

from __future__ import annotations

import re
from typing import Any

from fastapi.testclient import TestClient

from api.locations import ELSEWHERE, SELF_NAMED, V1, address_of
from api.v1.rights import NEEDS
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import new_id
from gadong.people.store import people
from tests.support.world import World, registration_number


def test_every_creation_says_where_it_is_shown_or_why_not(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    made = {
        path.removeprefix(V1)
        for path, methods in paths.items()
        if "201" in methods.get("post", {}).get("responses", {})
    }
    assert ELSEWHERE.keys() | SELF_NAMED <= made
    for path in made - SELF_NAMED - ELSEWHERE.keys():
        address = address_of(path) or ""
        shown = {p for m, p in NEEDS if m == "get"}
        assert address in shown or any(
            p.rsplit("/", 1)[0] == address.removesuffix("/{id}") for p in shown if p.endswith("}")
        ), path
    for path in made:
        answer = paths[f"{V1}{path}"]["post"]["responses"]["201"]
        assert "Location" in answer["headers"], path


def test_a_location_is_asked_for_as_it_stands(client: TestClient) -> None:
    """Each leads to one operation, and names everything that it requires."""
    paths = client.get("/openapi.json").json()["paths"]
    wanting = {}
    for made, methods in paths.items():
        path = made.removeprefix(V1)
        if "201" not in methods.get("post", {}).get("responses", {}) or path in SELF_NAMED:
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


def test_who_is_named_invited_or_admitted_stands_in_the_list_at_the_location(
    client: TestClient, bearer: Any, world: World
) -> None:
    company, centre, manager = world.company(), str(world.centre.id), bearer(None)
    member = world.member(company)
    assert member.person_id is not None
    with transaction(world.pool, SYSTEM) as tx:
        people.add_to_company(tx, company.id, member.person_id, is_owner=True)
        caller = people.caller(tx, member.person_id)
    assert caller is not None
    owner = bearer(caller)
    of_company, of_staff = f"{V1}/companies/{company.id}/people", f"{V1}/centres/{centre}/staff"
    work = {"centre": centre, "roles": ["technician"]}
    theirs = {"company": str(company.id)}
    for path, headers, body, address in (
        ("/people", owner, {**theirs, "password": "correct horse 9 staple"}, of_company),
        ("/people", manager, {**work, "password": "correct horse 9 staple"}, of_staff),
        ("/invitations", owner, theirs, of_company),
        ("/invitations", manager, work, of_staff),
    ):
        person = {"name": "한가람", "email": f"p{new_id().hex[-9:]}@example.com"}
        made = client.post(f"{V1}{path}", json={**person, **body}, headers=headers)
        assert made.status_code == 201, (path, made.text)
        assert made.headers["location"] == address
        listed = client.get(made.headers["location"], headers=headers)
        assert listed.status_code == 200, listed.text
        assert made.json()["id"] in [one["id"] for one in listed.json()["items"]], path


def test_an_admitted_company_and_a_renewed_program_stand_where_the_location_says(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers, centre = bearer(None), str(world.centre.id)
    asked = {
        "company": "새로운 정밀",
        "registration_number": registration_number(4711),
        "name": "김대표",
        "email": f"p{new_id().hex[-9:]}@example.com",
    }
    sent = client.post(f"{V1}/centres/{centre}/join-requests", json=asked)
    assert sent.status_code == 202, sent.text
    waiting = client.get(f"{V1}/join-requests?centre={centre}", headers=headers).json()["items"]
    path = f"{V1}/join-requests/{waiting[0]['id']}/approve"
    admitted = client.post(path, json={"category": "general"}, headers=headers)
    assert admitted.status_code == 201, admitted.text
    firms = client.get(admitted.headers["location"], headers=headers).json()["items"]
    assert "새로운 정밀" in [one["name"] for one in firms]
    program = {"name": "달력", "rights": ["desk.see"], "days": 30}
    made = client.post(f"{V1}/centres/{centre}/programs", json=program, headers=headers)
    assert made.status_code == 201, made.text
    path = f"{V1}/programs/{made.json()['id']}/token"
    key = {"Idempotency-Key": "renewed once"}
    for _ in range(2):
        renewed = client.post(path, headers={**headers, **key})
        assert renewed.status_code == 201, renewed.text
        listed = client.get(renewed.headers["location"], headers=headers).json()["items"]
        assert renewed.json()["id"] in [one["id"] for one in listed]
