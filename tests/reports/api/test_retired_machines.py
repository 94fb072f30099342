"""A machine that was retired in a month or after it is in the month's figures and log books.

It has standard time to its last day of service.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services import statement_drafts
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from tests.support.billing.lines_by_their_own_day import API, at, month_of, published, used
from tests.support.world import World

DAY = 24 * 3600


@pytest.fixture
def retired_at(world: World, manager: TestClient, request: pytest.FixtureRequest) -> datetime:
    """The instant of the retirement of a machine that ran for two hours on the 2nd and the 12th."""
    world.company()
    published(world, manager)
    machine = world.machine("mill-1")
    used(world, machine, at(world, 2))
    used(world, machine, at(world, 12))
    world.machine("mill-2")
    month = month_of(world).period(world.centre.zone)
    found: datetime = min(month.start + request.param, month.end)
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute("update machines set retired_at = %s where id = %s", [found, machine.id])
    return found


def machines_of(world: World, client: TestClient, **params: str) -> dict[str, Any]:
    """Return the rows of last month's report by machine."""
    params = {"centre": str(world.centre.id), "month": str(month_of(world)), **params}
    report = client.get(f"{API}/reports/utilisation", params=params).json()
    return {m["machine_slug"]: m["seconds"] for m in report["machines"]}


# Retired in the last second of the month before, the first of the month, on the 12th at 15:00, as
# the 13th begins, and after the month.
@pytest.mark.parametrize(
    ("retired_at", "days"),
    [
        (timedelta(0), None),
        (timedelta(seconds=1), 1),
        (timedelta(days=11, hours=15), 12),
        (timedelta(days=12), 13),
        (timedelta(days=31), 0),
    ],
    indirect=["retired_at"],
    ids=["before", "first day", "12th", "13th", "after"],
)
@pytest.mark.usefixtures("retired_at")
def test_a_retired_machine_is_in_service_to_its_last_day(
    days: int | None, world: World, manager: TestClient
) -> None:
    found = machines_of(world, manager)
    if days is None:
        assert sorted(found) == ["mill-2"]
        return
    whole = found["mill-2"]["standard"]
    assert found["mill-1"]["standard"] == (days * DAY if days else whole)


@pytest.mark.usefixtures("retired_at")
@pytest.mark.parametrize("retired_at", [timedelta(days=11, hours=15)], indirect=True, ids=["12th"])
def test_the_hours_of_a_retired_machine_are_those_of_the_statements(
    world: World, manager: TestClient
) -> None:
    month = str(month_of(world))
    document = statement_drafts.preview(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=month,
    ).document
    billed = sum(part.seconds for line in document.lines for part in line.charge.trace.periods)
    found = machines_of(world, manager)["mill-1"]
    assert billed == found["by_companies"] == found["ran"] == 4 * 3600
    params = {"centre": str(world.centre.id), "month": month}
    log = manager.get(f"{API}/reports/operation-log.csv", params=params).text
    assert sum("mill-1" in row or "밀링" in row for row in log.splitlines()) == 2
