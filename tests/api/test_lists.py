"""Every list is `{items, next}`, has filters and an order, and refuses what it does not know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.support.world import World

V1 = "/api/v1"
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
HOUR = timedelta(hours=1)


def answered(described: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an operation's answer, or nothing where it answers with a file."""
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    schema: dict[str, Any] = content.get("schema", {})
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def test_no_operation_answers_with_a_bare_list(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    lists = 0
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            schema = answered(described, operation)
            assert schema.get("type") != "array", f"{method} {path}"
            # Columns of a table are one setting, which a PUT replaces as a whole.
            if "items" in schema.get("properties", {}) and schema.get("title") != "ColumnsIO":
                lists += 1
                assert "next" in schema["properties"], f"{method} {path}"
    assert lists > 40


def test_the_old_names_of_parameters_are_refused(client: TestClient) -> None:
    for path, name in (("/bookings", "start"), ("/calendar", "end"), ("/bookings", "joined")):
        refused = client.get(f"{V1}{path}", params={name: START.isoformat()})
        assert (refused.status_code, refused.json()["field"]) == (422, name)


@pytest.fixture
def booked(world: World, client: TestClient, bearer: Any) -> dict[str, Any]:
    """Three bookings of two people and two machines, made in another order than they start."""
    own, other = world.company(), world.company()
    member, stranger = world.member(own), world.member(other)
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    made = []
    for who, machine, hours in ((member, mill, 5), (stranger, lathe, 1), (member, lathe, 3)):
        start = START + hours * HOUR
        body = {
            "machine": str(machine.id),
            "start": start.isoformat(),
            "end": (start + HOUR).isoformat(),
        }
        answer = client.post(f"{V1}/bookings", json=body, headers=bearer(who))
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    cancelled = client.post(f"{V1}/bookings/{made[2]}/cancel", headers=bearer(member))
    assert cancelled.status_code == 200
    return {"made": made, "member": member, "own": own, "mill": mill, "lathe": lathe}


def test_bookings_are_filtered_and_ordered(
    world: World, client: TestClient, bearer: Any, booked: dict[str, Any]
) -> None:
    first, second, third = booked["made"]
    headers = bearer(None)

    def found(**query: Any) -> list[str]:
        answer = client.get(f"{V1}/bookings", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return [b["id"] for b in answer.json()["items"]]

    assert found() == [third, second, first]
    assert found(order="earliest_start") == [second, third, first]
    assert found(order="latest_start") == [first, third, second]
    assert found(state="cancelled") == [third]
    assert found(state=["cancelled", "confirmed"]) == [third, second, first]
    assert found(person=str(booked["member"].person_id)) == [third, first]
    assert found(company=str(booked["own"].id), machine_slug="mill-1") == [first]
    assert found(machine=str(booked["lathe"].id)) == [third, second]
    assert found(group=str(uuid4())) == []
    assert found(centre=str(world.centre.id)) == [third, second, first]
    span = {"from": (START + 2 * HOUR).isoformat(), "to": (START + 5 * HOUR).isoformat()}
    # It ends as the stretch begins, and another begins as the stretch ends: neither touches it.
    assert found(**span) == [third]
    # A list has nobody else's things, whatever is asked for.
    headers = bearer(booked["member"])
    assert found() == [third, first]
    assert found(company=str(world.companies[1].id)) == []


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("회사1", [2, 0]),
        ("회사１", [2, 0]),
        ("LATHE-1", [2, 1]),
        ("lathe1", [2, 1]),
        ("회사1 Lathe", [2]),
        ("lathe 회사1", [2]),
        ("회사1 회사2", []),
    ],
)
def test_bookings_are_searched_by_words_in_any_order_case_and_width(
    words: str, places: list[int], client: TestClient, bearer: Any, booked: dict[str, Any]
) -> None:
    query = {"text": words, "order": "latest_made"}
    found = client.get(f"{V1}/bookings", params=query, headers=bearer(None)).json()["items"]
    assert [b["id"] for b in found] == [booked["made"][place] for place in places]


@pytest.mark.parametrize("words", ["%", "_", "\\", "' or true --", "이용자 없는말"])
def test_signs_of_patterns_are_searched_as_they_are(
    words: str, client: TestClient, bearer: Any, booked: dict[str, Any]
) -> None:
    assert booked["made"]
    answer = client.get(f"{V1}/bookings", params={"text": words}, headers=bearer(None))
    assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_a_search_finds_nobody_elses_bookings(
    client: TestClient, bearer: Any, booked: dict[str, Any]
) -> None:
    query = {"text": "회사 2"}
    own = client.get(f"{V1}/bookings", params=query, headers=bearer(booked["member"])).json()
    assert own["items"] == []
    assert client.get(f"{V1}/bookings", params=query, headers=bearer(None)).json()["items"]


@pytest.mark.parametrize("order", ["latest_made", "earliest_start", "latest_start"])
def test_pages_go_on_where_the_last_one_ended(
    order: str, client: TestClient, bearer: Any, booked: dict[str, Any]
) -> None:
    headers = bearer(None)
    query: dict[str, Any] = {"order": order, "limit": 1}
    whole = client.get(f"{V1}/bookings", params={"order": order}, headers=headers).json()
    assert whole["next"] is None
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in booked["made"]:
        page = client.get(f"{V1}/bookings", params={**query, **cursor}, headers=headers).json()
        seen += [b["id"] for b in page["items"]]
        cursor = {"cursor": page["next"]}
    assert seen == [b["id"] for b in whole["items"]]
    last = client.get(f"{V1}/bookings", params={**query, **cursor}, headers=headers).json()
    assert last == {"items": [], "next": None}


def test_half_a_stretch_of_time_is_refused_by_its_missing_half(
    client: TestClient, bearer: Any, world: World
) -> None:
    headers = bearer(None)
    for given, missing in (("from", "to"), ("to", "from")):
        refused = client.get(f"{V1}/bookings", params={given: START.isoformat()}, headers=headers)
        assert (refused.status_code, refused.json()["field"]) == (422, missing)
    backwards = {"from": START.isoformat(), "to": (START - HOUR).isoformat()}
    refused = client.get(f"{V1}/bookings", params=backwards, headers=headers)
    assert (refused.status_code, refused.json()["field"]) == (422, "to")


def test_waiting_entries_and_machines_are_filtered(
    world: World, client: TestClient, bearer: Any
) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    member = world.member(world.company())
    headers = bearer(member)
    span = {"start": START.isoformat(), "end": (START + HOUR).isoformat()}
    taken = {"machine": str(mill.id), **span}
    holder = bearer(world.member(world.company()))
    assert client.post(f"{V1}/bookings", json=taken, headers=holder).status_code == 201
    entry = client.post(f"{V1}/waiting", json={**taken, "minutes": 60}, headers=headers).json()
    for query, is_shown in (
        ({"machine": str(mill.id)}, True),
        ({"machine": str(lathe.id)}, False),
        ({"state": "waiting"}, True),
        ({"state": "offered"}, False),
        ({"person": str(member.person_id), "from": span["start"], "to": span["end"]}, True),
        ({"company": str(uuid4())}, False),
        ({"from": span["end"], "to": (START + 2 * HOUR).isoformat()}, False),
    ):
        listed = client.get(f"{V1}/waiting", params=query, headers=headers).json()["items"]
        assert [e["id"] for e in listed] == ([entry["id"]] if is_shown else []), query
    shown = client.get(f"{V1}/machines", headers=headers).json()
    assert ([m["slug"] for m in shown["items"]], shown["next"]) == (["lathe-1", "mill-1"], None)
    assert client.get(f"{V1}/machines?kind=none", headers=headers).json()["items"] == []
    assert client.get(f"{V1}/machines?state=running", headers=headers).json()["items"] == []
