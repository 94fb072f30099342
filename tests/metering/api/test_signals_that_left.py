"""Signals that left the database: no answer is empty, or a sum of the rest, without a word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.services import machines
from gadong.machines.services.archive import restoring
from tests.support.api_fixtures import LogIn
from tests.support.operations.archive import MONTHS, archived, month_of, spoke
from tests.support.world import World

SUMS = ("energy", "energy.csv", "series.csv", "counters")


@pytest.fixture
def span(world: World) -> dict[str, str]:
    """Return a day of a month that a machine spoke in, and that will leave."""
    spoke(world, MONTHS + 1)
    start = month_of(world, MONTHS + 1).period(world.centre.zone).start + timedelta(days=3)
    return {"from": start.isoformat(), "to": (start + timedelta(days=1)).isoformat()}


def series(client: TestClient, span: dict[str, str], headers: dict[str, str]) -> Any:
    """Return the machine's series."""
    answer = client.get("/api/v1/machines/mill-1/series", params=span, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def problems(client: TestClient, span: dict[str, str], headers: dict[str, str]) -> set[Any]:
    """Return what each way to sum the span answers."""
    found = set()
    for what in SUMS:
        answer = client.get(f"/api/v1/machines/mill-1/{what}", params=span, headers=headers)
        is_refused = answer.status_code == 422
        said = [(p["code"], p["actual"]) for p in answer.json()["problems"]] if is_refused else []
        found.add((answer.status_code, *said))
    return found


def test_an_archived_month_is_said_with_the_way_to_its_messages(
    client: TestClient,
    bearer: LogIn,
    world: World,
    pool: Pool,
    tmp_path: Path,
    span: dict[str, str],
) -> None:
    manager, month = bearer(None), month_of(world, MONTHS + 1)
    before = series(client, span, manager)
    assert before["series"]
    assert before["missing"] is None
    assert problems(client, span, manager) == {(200,)}
    assert archived(pool, tmp_path).dropped > 0
    after = series(client, span, manager)
    assert after["series"] == []
    assert after["states"] == before["states"]
    missing = after["missing"]
    assert (missing["code"], missing["actual"]) == ("signals.archived", str(month))
    assert f"{month}의 신호는 보관 파일에 있습니다" in missing["ko"]
    assert f"The signals of {month} lie in an archive" in missing["en"]
    assert client.get(missing["drill_down"], headers=manager).status_code == 200
    assert problems(client, span, manager) == {(422, ("signals.archived", str(month)))}
    until = datetime.now(UTC) + timedelta(days=1)
    assert restoring.restore(pool, world.centre, month, until=until) > 0
    assert series(client, span, manager) == before
    assert problems(client, span, manager) == {(200,)}


def test_thresholds_are_not_sought_in_an_archived_month(
    client: TestClient,
    bearer: LogIn,
    world: World,
    pool: Pool,
    tmp_path: Path,
    span: dict[str, str],
) -> None:
    machine = machines.find(pool, world.manager, "mill-1", centre=world.centre.id)
    (source,) = machines.sources(pool, world.manager, machine)
    assert archived(pool, tmp_path).dropped > 0
    answer = client.post(
        f"/api/v1/machines/mill-1/sources/{source.id}/calibration",
        json={"start": span["from"], "end": span["to"]},
        headers=bearer(None),
    )
    assert answer.status_code == 422
    assert [p["code"] for p in answer.json()["problems"]] == ["signals.archived"]


def test_deleted_signals_are_said_with_the_day_from_which_signals_are_kept(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, span: dict[str, str]
) -> None:
    manager = bearer(None)
    end = month_of(world, MONTHS + 1).period(world.centre.zone).end
    with transaction(pool, SYSTEM) as tx:
        tx.execute("select drop_old(%s)", [end])
        row = tx.execute("select before from retired_signals").fetchone()
    assert row
    day = row["before"].date().isoformat()
    missing = series(client, span, manager)["missing"]
    assert (missing["code"], missing["actual"]) == ("signals.deleted", day)
    assert client.get(missing["drill_down"], headers=manager).status_code == 200
    assert problems(client, span, manager) == {(422, ("signals.deleted", day))}


def test_what_is_heard_now_is_not_said_to_be_missing(
    client: TestClient, bearer: LogIn, pool: Pool, tmp_path: Path, span: dict[str, str]
) -> None:
    assert archived(pool, tmp_path).dropped > 0
    now = datetime.now(UTC)
    recent = {"from": (now - timedelta(hours=1)).isoformat(), "to": now.isoformat()}
    assert series(client, recent, bearer(None))["missing"] is None
    assert problems(client, recent, bearer(None)) == {(200,)}


def test_a_restored_month_is_whole_together_with_the_months_that_never_left(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 1)
    month = month_of(world, MONTHS + 1)
    whole = month.period(world.centre.zone)
    # The last week may lie in a chunk of the following month.
    span = {
        "from": (whole.start + timedelta(days=20)).isoformat(),
        "to": (whole.end + timedelta(days=5)).isoformat(),
    }
    manager = bearer(None)
    before = series(client, span, manager)
    assert archived(pool, tmp_path).dropped > 0
    assert problems(client, span, manager) == {(422, ("signals.archived", str(month)))}
    until = datetime.now(UTC) + timedelta(days=1)
    assert restoring.restore(pool, world.centre, month, until=until) > 0
    assert problems(client, span, manager) == {(200,)}
    assert series(client, span, manager) == before


def test_of_two_months_the_one_that_is_not_restored_is_named(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 3)
    spoke(world, MONTHS + 2, "mill-2")
    spoke(world, MONTHS + 1, "mill-3")
    earlier, later = month_of(world, MONTHS + 2), month_of(world, MONTHS + 1)
    edge = later.period(world.centre.zone).start
    span = {
        "from": (edge - timedelta(days=5)).isoformat(),
        "to": (edge + timedelta(days=5)).isoformat(),
    }
    manager = bearer(None)
    assert archived(pool, tmp_path).dropped > 0
    assert problems(client, span, manager) == {(422, ("signals.archived", str(earlier)))}
    until = datetime.now(UTC) + timedelta(days=1)
    # With a month its neighbours are restored.
    assert restoring.restore(pool, world.centre, earlier.previous, until=until) > 0
    assert problems(client, span, manager) == {(422, ("signals.archived", str(later)))}
    assert restoring.restore(pool, world.centre, later, until=until) > 0
    assert problems(client, span, manager) == {(200,)}


def test_nothing_is_missing_of_a_month_in_which_nobody_spoke(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 3)
    start = month_of(world, MONTHS + 2).period(world.centre.zone).start
    span = {
        "from": (start + timedelta(days=3)).isoformat(),
        "to": (start + timedelta(days=4)).isoformat(),
    }
    spoke(world, MONTHS + 1, "mill-2")
    assert archived(pool, tmp_path).dropped > 0
    assert series(client, span, bearer(None))["missing"] is None
    assert problems(client, span, bearer(None)) == {(200,)}


def test_nothing_is_missing_of_a_machine_that_never_had_a_device(
    client: TestClient,
    bearer: LogIn,
    world: World,
    pool: Pool,
    tmp_path: Path,
    span: dict[str, str],
) -> None:
    world.machine("press")
    assert archived(pool, tmp_path).dropped > 0
    manager = bearer(None)
    for what in ("usages", "energy", "counters"):
        refused = client.get(f"/api/v1/machines/mill-1/{what}", params=span, headers=manager)
        assert refused.status_code == 422, what
        answer = client.get(f"/api/v1/machines/press/{what}", params=span, headers=manager)
        assert answer.status_code == 200, answer.text
