"""A month is locked when everybody who used something has a statement; later sales need one to be charged on."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.machines.domain.machine import Machine
from tests.billing.api.test_lines_by_their_own_day import (
    API,
    at,
    issued,
    mill,
    month_of,
    published,
    used,
)
from tests.support.world import World

__all__ = ["mill"]


def locked(world: World, client: TestClient, step: str = "lock") -> Any:
    """Lock or unlock last month."""
    where = f"{API}/centres/{world.centre.id}/months/{month_of(world)}/{step}"
    return client.post(where, json={"reason": "마감"})


def refused(answer: Any) -> list[tuple[str, str]]:
    """Return the codes and figures of the broken rules."""
    assert answer.status_code == 422, answer.text
    return [(p["code"], p["actual"]) for p in answer.json()["problems"]]


def sold(world: World, client: TestClient, company: int) -> Any:
    """A manager's own line on a company's last month."""
    body = {
        "centre": str(world.centre.id),
        "company": str(world.companies[company].id),
        "at": at(world, 12, 15).isoformat(),
        "amount": 5_000,
        "reason": "배송",
    }
    return client.post(f"{API}/lines", json=body)


def test_a_month_is_not_locked_over_use_that_nobody_was_charged_for(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    used(world, mill, at(world, 12), company=1)
    issued(world)
    other = world.companies[1].name
    assert refused(locked(world, manager)) == [("month.unstated", other)]
    theirs = issued(world, 1)
    # A void statement leaves its month without one.
    statement = f"{API}/statements/{theirs.id}"
    assert manager.post(f"{statement}/void", json={"reason": "회사명 오류"}).status_code == 204
    assert refused(locked(world, manager)) == [("month.unstated", other)]
    issued(world, 1)
    assert locked(world, manager).status_code == 200


def test_a_sale_in_a_locked_month_needs_a_statement_that_it_can_correct(
    world: World, manager: TestClient, mill: Machine
) -> None:
    published(world, manager)
    used(world, mill, at(world, 11))
    mine = issued(world)
    assert locked(world, manager).status_code == 200
    assert sold(world, manager, 0).status_code == 201
    found = manager.get(f"{API}/statements/{mine.id}/difference").json()
    assert found["difference"] == 5_500
    month = str(month_of(world))
    assert refused(sold(world, manager, 1)) == [("month.locked_unstated", month)]
    assert locked(world, manager, "unlock").status_code == 200
    assert sold(world, manager, 1).status_code == 201
    assert refused(locked(world, manager)) == [("month.unstated", world.companies[1].name)]
    made = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[1].id,
        month=month,
    )
    assert made.document["totals"]["total"] == 5_500
