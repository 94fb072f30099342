"""A tariff from a past day names each month of drafts that it would change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    API,
    MILL,
    at,
    drafted,
    issued,
    mill,
    month_of,
    published,
    sums,
    used,
)
from tests.support.world import World

__all__ = ["mill"]


def dearer(world: World, client: TestClient, day: str, rate: str = "60000") -> str:
    """Draft a tariff of another price from a day on; return its address."""
    tariff = {"effective_from": day, "items": [{**MILL, "rate_per_hour": rate}]}
    made = client.post(f"{API}/tariffs", json={"centre": str(world.centre.id), "tariff": tariff})
    assert made.status_code == 201, made.text
    return f"{API}/tariffs/{made.json()['id']}"


def problems(answer: Any) -> list[dict[str, Any]]:
    """Return what a publication was refused for; nothing where it was not."""
    if answer.status_code == 200:
        return []
    assert answer.status_code == 422, answer.text
    found: list[dict[str, Any]] = answer.json()["problems"]
    return found


# The two hours of the last day of last month, the first and last companies' drafts of it.
@pytest.mark.parametrize(("after", "is_named"), [(-1, True), (0, True), (1, False)])
def test_l4_drafts_of_a_month_are_named_up_to_its_last_day(
    after: int, *, is_named: bool, world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    last = month_of(world).period(world.centre.zone).end - timedelta(hours=14)
    used(world, mill, last)
    used(world, mill, last + timedelta(hours=3), company=1)
    used(world, mill, at(world, 3), company=1)
    drafted(world)
    theirs = drafted(world, 1)
    day = (last + timedelta(days=after)).astimezone(world.centre.zone).date().isoformat()
    where = dearer(world, manager, day)
    touched = manager.get(f"{where}/touched").json()["items"]
    refused = problems(manager.post(f"{where}/publish"))
    month = str(month_of(world))
    if not is_named:
        assert (touched, refused) == ([], [])
        assert sums(drafted(world, 1))["total"] == 132_000
        return
    assert sorted((t["number"], t["month"], t["was"], t["now"]) for t in touched) == [
        ("", month, 66_000, 132_000),
        ("", month, 132_000, 198_000),
    ]
    assert [(p["code"], p["actual"], p["details"]) for p in refused] == [
        ("tariff.changes_drafts", month, {"drafts": 2, "was": 198_000, "now": 330_000})
    ]
    assert all("330,000" in words for words in (refused[0]["ko"], refused[0]["en"]))
    # Nothing is computed anew by itself.
    assert manager.post(f"{where}/publish", params={"accept": True}).status_code == 200
    kept = manager.get(f"{API}/statements/{theirs.id}").json()
    assert kept["total"] == 132_000
    assert sums(drafted(world, 1))["total"] == 198_000


def test_l4_what_is_issued_stands_beside_the_drafts_of_its_month(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    used(world, mill, at(world, 13), company=1)
    mine = issued(world)
    drafted(world, 1)
    refused = problems(manager.post(f"{dearer(world, manager, '2026-02-01')}/publish"))
    assert [(p["code"], p["actual"]) for p in refused] == [
        ("tariff.changes_issued", mine.number),
        ("tariff.changes_drafts", str(month_of(world))),
    ]


def test_l4_the_same_prices_from_a_past_day_are_published_unasked(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 12))
    drafted(world)
    where = dearer(world, manager, "2026-02-01", rate="30000")
    assert manager.post(f"{where}/publish").status_code == 200
