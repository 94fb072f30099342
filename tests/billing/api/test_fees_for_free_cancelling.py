"""A fee for cancelling that begins while cancelling is free by the rules of booking is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.support.billing.lines_by_their_own_day import API, MILL, published
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

HOUR = 3600


def tiers(lead_hours: float) -> list[dict[str, Any]]:
    """A fee of a half from so many hours before the start on."""
    lead = int(lead_hours * HOUR)
    return [{"lead_seconds": lead, "pct": "0"}, {"lead_seconds": 0, "pct": "50"}]


def draft(world: World, client: TestClient, late_cancel: list[dict[str, Any]]) -> str:
    """Draft a tariff from tomorrow on; return its address."""
    day = (datetime.now(world.centre.zone) + timedelta(days=1)).date().isoformat()
    tariff = {"effective_from": day, "items": [{**MILL, "late_cancel": late_cancel}]}
    made = client.post(f"{API}/tariffs", json={"centre": str(world.centre.id), "tariff": tariff})
    assert made.status_code == 201, made.text
    return f"{API}/tariffs/{made.json()['id']}"


def codes(answer: Any) -> list[tuple[str, Any, Any, Any]]:
    """Return what was refused: the codes, the two lengths in minutes, and the machines."""
    if answer.is_success:
        return []
    return [
        (p["code"], p["limit"], p["actual"], p["details"]["machines"])
        for p in answer.json()["problems"]
    ]


def rule(world: World, client: TestClient, minutes: int, **more: Any) -> Any:
    """Set until when cancelling is free."""
    params = {"accept": more.pop("accept", False)}
    values = {"free_cancellation_minutes": minutes}
    body = {"centre": str(world.centre.id), "values": values, **more}
    return client.put(f"{API}/policy", json=body, params=params)


@pytest.mark.parametrize(
    ("hours", "actual"), [(24 - 1 / HOUR, None), (24, None), (24 + 1 / HOUR, 1441), (48, 2880)]
)
def test_publishing_names_a_fee_that_begins_before_free_cancelling_ends(
    hours: float, actual: int | None, world: World, manager: TestClient
) -> None:
    world.machine("mill-1")
    world.machine("mill-2")
    answer = manager.post(f"{draft(world, manager, tiers(hours))}/publish")
    if actual is None:
        assert codes(answer) == []
        return
    assert codes(answer) == [("tariff.fee_before_free", 1440, actual, "mill-1, mill-2")]
    assert answer.json()["problems"][0]["en"].startswith("mill-1, mill-2: by the rules")


def test_the_fee_is_published_once_the_rule_agrees(world: World, manager: TestClient) -> None:
    world.machine("mill-1")
    where = draft(world, manager, tiers(48))
    # The rule counts from tomorrow on, like the tariff.
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert rule(world, manager, 2879, effective_from=ahead).status_code == 204
    assert codes(manager.post(f"{where}/publish")) == [
        ("tariff.fee_before_free", 2879, 2880, "mill-1")
    ]
    assert rule(world, manager, 2880, effective_from=ahead).status_code == 204
    assert manager.post(f"{where}/publish").status_code == 200
    # From then on the rule cannot be shortened in silence, nor for a category alone.
    found = [("tariff.fee_before_free", 2879, 2880, "mill-1")]
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    assert codes(rule(world, manager, 2879, effective_from=later)) == found
    assert codes(rule(world, manager, 2879, tier="general", effective_from=later)) == found
    assert rule(world, manager, 2880, tier="general").status_code == 204


def test_an_accepted_contradiction_stands_under_policy_and_on_the_page(
    world: World, manager: TestClient, visit: Visit
) -> None:
    world.machine("mill-1")
    published(world, manager)
    shown = f"{API}/machines/mill-1/policy"
    params = {"centre": str(world.centre.id)}

    def named() -> list[str]:
        rules = manager.get(shown, params=params).json()["items"]
        return [c["text"] for r in rules for c in r["contradictions"]]

    assert named() == []
    where = draft(world, manager, [{"lead_seconds": 0, "pct": "50"}])
    assert codes(manager.post(f"{where}/publish")) == [("tariff.fee_always", 1440, None, "mill-1")]
    page = visit(None)
    draft_page = page.get(where.removeprefix(API)).text
    assert "예약 규칙과 맞지 않습니다" in text_of(draft_page)
    assert 'name="accept" value="1" required' in draft_page
    assert manager.post(f"{where}/publish", params={"accept": True}).status_code == 200
    (text,) = named()
    assert "it always costs something" in text
    assert "언제 취소해도 위약금이 있습니다" in text_of(page.get("/rules").text)
