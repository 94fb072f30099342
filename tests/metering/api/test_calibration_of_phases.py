"""Thresholds of a meter of several phases are proposed from their sum."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)


def test_thresholds_are_proposed_from_the_sum_of_the_phases(
    client: TestClient, world: World, pool: Pool, bearer: LogIn
) -> None:
    machine = world.machine("oven-1")
    wrong = PowerThresholds(run_above=5000, idle_below=4000)
    source = world.source(machine, "shelly", base="oven", thresholds=wrong)
    said = []
    for minute in range(180):
        is_working = 60 <= minute < 120
        # One phase heats all day: alone it would look like work.
        draws = {"a": 500.0, "b": 200.0 if is_working else 5.0, "c": 200.0 if is_working else 5.0}
        at = START + timedelta(minutes=minute)
        said += [
            message(source, at, Channel.POWER_WATTS, watts, part) for part, watts in draws.items()
        ]
    ingestion.commit(pool, world.centre.id, said, [])
    answer = client.post(
        f"/api/v1/machines/oven-1/sources/{source.id}/calibration",
        json={"start": START.isoformat(), "end": (START + timedelta(hours=3)).isoformat()},
        headers=bearer(None),
    )
    assert answer.status_code == 200, answer.text
    limits = answer.json()["thresholds"]
    assert 510 < limits["idle_below"] < limits["run_above"] < 900
    (run,) = [r for r in answer.json()["runs"] if r["state"] == "running"]
    edges = [datetime.fromisoformat(run[edge]) for edge in ("start", "end")]
    assert edges == [START + timedelta(hours=1), START + timedelta(hours=2)]
