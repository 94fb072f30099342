"""A correction of what has no price any more is refused, as a draft of it would be."""

from __future__ import annotations

from fastapi.testclient import TestClient

from gadong.machines.domain.machine import Machine
from tests.support.billing.lines_by_their_own_day import (
    API,
    MILL,
    at,
    day_text,
    issued,
    mill,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]  # pytest finds fixtures by their names here

PLA = {"code": "pla", "name_ko": "PLA", "name_en": "PLA", "measure": "ea", "price": "15000"}


def test_what_has_no_price_is_not_credited(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager, goods=[PLA])
    used(world, mill, at(world, 11))
    sale = {
        "centre": str(world.centre.id),
        "company": str(world.companies[0].id),
        "at": at(world, 12).isoformat(),
        "code": "pla",
        "quantity": "4",
        "unit": "ea",
        "source": "hand",
    }
    sold = manager.post(f"{API}/entries", json=sale)
    assert sold.status_code == 201, sold.text
    made = issued(world)
    without = {"effective_from": day_text(world, 2), "items": [MILL]}
    tariff = manager.post(
        f"{API}/tariffs", json={"centre": str(world.centre.id), "tariff": without}
    ).json()
    done = manager.post(f"{API}/tariffs/{tariff['id']}/publish", params={"accept": "true"})
    assert done.status_code == 200, done.text
    found = manager.get(f"{API}/statements/{made.id}/difference").json()
    assert found["difference"] == -66_000
    answer = manager.post(
        f"{API}/statements/{made.id}/corrections",
        json={"digest": found["digest"], "reason": "가격 변경"},
    )
    assert (answer.status_code, "statement.no_rate" in answer.text) == (422, True)
    assert manager.get(f"{API}/statements/{made.id}/corrections").json()["items"] == []
