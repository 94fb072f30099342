"""Machines are named by `machine`, the id, and by `machine_slug`, in requests,
answers and filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.support.world import World

V1 = "/api/v1"
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
SPAN = {"start": START.isoformat(), "end": (START + timedelta(hours=1)).isoformat()}


def schemas_with(described: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema that has the property."""
    for schema, found in described["components"]["schemas"].items():
        if name in found.get("properties", {}):
            yield schema, found["properties"]


def test_every_schema_that_names_a_machine_has_its_id_and_its_slug(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    # A tariff's items and a statement's document are published records (docs/api.md).
    for schema, properties in schemas_with(described, "machine"):
        assert "machine_slug" in properties, schema
        kinds = [properties["machine"], *properties["machine"].get("anyOf", [])]
        assert "uuid" in {kind.get("format") for kind in kinds}, schema
    for schema, properties in schemas_with(described, "machine_slug"):
        assert "machine" in properties, schema
    for several, slugs in (("also", "also_slugs"), ("shares_circuit", "shares_circuit_slugs")):
        for schema, properties in schemas_with(described, several):
            assert slugs in properties, schema


@pytest.mark.parametrize("named_by", ["id", "slug", "both"])
def test_a_machine_is_booked_by_its_id_its_slug_or_both(
    named_by: str, world: World, client: TestClient, bearer: Any
) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    headers = bearer(world.member(world.company()))
    by_id = {"machine": str(mill.id), "also": [str(lathe.id)]}
    by_slug = {"machine_slug": mill.slug, "also_slugs": [lathe.slug]}
    body = {"id": by_id, "slug": by_slug, "both": {**by_id, "machine_slug": mill.slug}}[named_by]
    made = client.post(f"{V1}/bookings", json={**body, **SPAN}, headers=headers)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert (shown["machine"], shown["machine_slug"]) == (str(mill.id), "mill-1")
    assert {(p["machine"], p["machine_slug"]) for p in shown["parts"]} == {
        (str(mill.id), "mill-1"),
        (str(lathe.id), "lathe-1"),
    }
    for query in ({"machine": str(lathe.id)}, {"machine_slug": "lathe-1"}):
        listed = client.get(f"{V1}/bookings", params=query, headers=headers).json()["items"]
        assert [b["machine"] for b in listed] == [str(lathe.id)]


def test_a_name_that_is_none_or_two_is_refused_with_its_field(
    world: World, client: TestClient, bearer: Any
) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    headers = bearer(world.member(world.company()))
    for body, status, field in (
        ({}, 422, "machine"),
        ({"machine": str(mill.id), "machine_slug": lathe.slug}, 422, "machine_slug"),
        ({"machine": str(uuid4())}, 404, None),
        ({"machine_slug": "nobody"}, 404, None),
    ):
        refused = client.post(f"{V1}/bookings", json={**body, **SPAN}, headers=headers)
        assert (refused.status_code, refused.json().get("field")) == (status, field), body
    old = client.post(f"{V1}/bookings", json={"machine": mill.slug, **SPAN}, headers=headers)
    assert old.status_code == 422


def test_an_address_takes_a_machines_id_and_its_slug(
    world: World, client: TestClient, bearer: Any
) -> None:
    mill = world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    shown = [client.get(f"{V1}/machines/{ref}", headers=headers) for ref in (mill.id, mill.slug)]
    assert [answer.status_code for answer in shown] == [200, 200]
    assert shown[0].json() == shown[1].json()
    elsewhere = World.made(world.pool).machine("mill-9")
    for ref in (elsewhere.id, elsewhere.slug, uuid4(), "nobody"):
        assert client.get(f"{V1}/machines/{ref}", headers=headers).status_code == 404


def test_a_refused_group_names_the_machine_of_each_rule(
    world: World, client: TestClient, bearer: Any
) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    headers = bearer(world.member(world.company()))
    taken = {"machine": str(lathe.id), **SPAN}
    assert client.post(f"{V1}/bookings", json=taken, headers=headers).status_code == 201
    refused = client.post(
        f"{V1}/bookings",
        json={"machine": str(mill.id), "also": [str(lathe.id)], **SPAN},
        headers=headers,
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    named = {
        (p["details"]["machine"], p["details"]["machine_slug"]) for p in refused.json()["problems"]
    }
    assert named == {(str(lathe.id), "lathe-1")}
    assert all(a["machine_slug"] in {"mill-1", "lathe-1"} for a in refused.json()["alternatives"])
