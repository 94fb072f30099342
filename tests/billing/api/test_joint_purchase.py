"""A joint purchase: one good, delivered to several firms and charged to the won."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.domain.calendar import Month
from tests.support.world import World

V1 = "/api/v1"
# 12,500 won a kilogram of aluminium, which the firms buy together.
BILLET = {
    "code": "billet-2026-1",
    "name_ko": "공동구매 알루미늄",
    "name_en": "Aluminium, bought together",
    "measure": "g",
    "price": "12.5",
}


@pytest.fixture
def delivered_at(world: World) -> datetime:
    """Noon of a day of last month, with the good in the tariff."""
    world.tariff(goods=[BILLET])
    month = Month.of(datetime.now(UTC), world.ZONE).previous
    return month.period(world.ZONE).start + timedelta(days=9, hours=12)


def deliver(
    client: TestClient, world: World, company: Any, at: datetime, quantity: str
) -> dict[str, Any]:
    body = {
        "centre": str(world.centre.id),
        "company": str(company),
        "at": at.isoformat(),
        "code": "billet-2026-1",
        "quantity": quantity,
        "unit": "g",
    }
    made = client.post(f"{V1}/entries", json=body)
    assert made.status_code == 201, made.text
    entry: dict[str, Any] = made.json()
    return entry


def published(client: TestClient, world: World, since: str, **good: Any) -> Any:
    """Publish a table with the good from a day on, whatever it changes; return the answer."""
    item = {"kind": "mill", "rate_per_hour": "30000", "basis": "actual_run"}
    table = {"effective_from": since, "items": [item], "goods": [{**BILLET, **good}]}
    made = client.post(f"{V1}/tariffs", json={"centre": str(world.centre.id), "tariff": table})
    assert made.status_code == 201, made.text
    where = f"{V1}/tariffs/{made.json()['id']}/publish"
    return client.post(where, params={"accept": True})


def totals(client: TestClient, world: World, company: Any, at: datetime) -> tuple[int, int, int]:
    month = f"{at.astimezone(world.ZONE):%Y-%m}"
    body = {"centre": str(world.centre.id), "company": str(company), "month": month}
    made = client.post(f"{V1}/statements", json=body)
    assert made.status_code == 201, made.text
    sums = made.json()["document"]["totals"]
    return sums["supply"], sums["vat"], sums["total"]


def test_each_firm_is_charged_what_it_received(
    world: World, manager: TestClient, delivered_at: datetime
) -> None:
    first, second, third = (world.company() for _ in range(3))
    deliver(manager, world, first.id, delivered_at, "4000")
    deliver(manager, world, second.id, delivered_at, "1250.5")
    wrong = deliver(manager, world, third.id, delivered_at, "7000")
    taken = manager.post(f"{V1}/entries/{wrong['id']}/reverse", json={"reason": "반품"})
    assert taken.status_code == 201, taken.text
    deliver(manager, world, third.id, delivered_at, "6000")
    # 4 kg, 1.2505 kg and 6 kg of 12,500 won, cut off to ten won, and a tenth of it as tax.
    assert totals(manager, world, first.id, delivered_at) == (50_000, 5_000, 55_000)
    assert totals(manager, world, second.id, delivered_at) == (15_630, 1_563, 17_193)
    assert totals(manager, world, third.id, delivered_at) == (75_000, 7_500, 82_500)


def test_a_measure_does_not_change_under_what_is_entered(
    world: World, manager: TestClient, delivered_at: datetime
) -> None:
    company, day = world.company().id, delivered_at.astimezone(world.ZONE).date()
    kept = deliver(manager, world, company, delivered_at, "248.35")
    by_kilogram = {"measure": "kg", "price": "12500"}
    for since in (day, day.replace(day=1)):
        refused = published(manager, world, str(since), **by_kilogram)
        assert refused.status_code == 422, refused.text
        (problem,) = refused.json()["problems"]
        found = (problem["code"], problem["actual"], problem["limit"])
        assert found == ("tariff.measure_changed", BILLET["code"], "g")
    # 248.35 g at 12.5 won, and not 248.35 kg.
    assert totals(manager, world, company, delivered_at)[0] == 3_100
    # A later day changes no quantity, and a table without the good says nothing of its measure.
    earlier, later = (str(day + timedelta(days=n)) for n in (-1, 1))
    assert published(manager, world, later, **by_kilogram).status_code == 200
    new = published(manager, world, earlier, code="billet-kg", **by_kilogram)
    assert new.status_code == 200, new.text
    assert published(manager, world, str(day), **by_kilogram).status_code == 422
    taken = manager.post(f"{V1}/entries/{kept['id']}/reverse", json={"reason": "반품"})
    assert taken.status_code == 201, taken.text
    assert published(manager, world, str(day), **by_kilogram).status_code == 200
