"""Price tables that nobody means: refused with the field, and never a page that cannot be shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.world import World

V1 = "/api/v1"
ITEM = {"kind": "mill", "rate_per_hour": "30000", "basis": "booked"}
TARIFF: dict[str, Any] = {"effective_from": "2027-01-01", "items": [ITEM]}
HALF = "\ud800"


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("0001-01-01", 422),
        ("1999-12-31", 422),
        ("2000-01-01", 201),
        ("2999-12-31", 201),
        ("3000-01-01", 422),
        ("9999-12-31", 422),
    ],
)
def test_a_price_table_begins_on_a_day_that_calendars_know(
    client: TestClient, world: World, session: LogIn, day: str, status: int
) -> None:
    manager = session(None)
    sent = {"centre": str(world.centre.id), "tariff": {**TARIFF, "effective_from": day}}
    answer = client.post(f"{V1}/tariffs", json=sent, headers=manager)
    assert answer.status_code == status, answer.text
    if status == 422:
        assert answer.json()["field"] == "effective_from"
        return
    made = answer.json()["id"]
    page = client.get(f"/tariffs/{made}", headers={**manager, "accept": "text/html"})
    assert page.status_code == 200
    assert client.get(f"{V1}/tariffs/{made}/touched", headers=manager).status_code == 200
    revised = {"tariff": {**TARIFF, "effective_from": "9999-12-31"}}
    assert client.put(f"{V1}/tariffs/{made}", json=revised, headers=manager).status_code == 422


@pytest.mark.parametrize(
    "half",
    [
        {"effective_from": HALF},
        {"items": HALF},
        {"items": [HALF]},
        {"items": [{**ITEM, "kind": HALF}]},
        {"items": [{**ITEM, "rate_per_hour": HALF}]},
        {"items": [{**ITEM, "basis": HALF}]},
        {"items": [{**ITEM, "tiers": [{"after_seconds": HALF, "rate_per_hour": "1"}]}]},
        {"currency": HALF},
        {HALF: "1"},
    ],
)
def test_half_a_character_is_no_text_of_a_price_table(
    client: TestClient, world: World, session: LogIn, half: dict[str, Any]
) -> None:
    sent = {"centre": str(world.centre.id), "tariff": {**TARIFF, **half}}
    answer = client.post(
        f"{V1}/tariffs",
        content=json.dumps(sent),
        headers={**session(None), "content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), answer.text
