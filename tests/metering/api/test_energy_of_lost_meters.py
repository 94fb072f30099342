"""A machine's energy and its shown draw end where its meter said that it was gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import UNKNOWN_DRAW, Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World

METER = PowerThresholds(run_above=400, idle_below=250)
ENDS = {
    "link": (Channel.LINK, "down"),
    "relay": (Channel.POWER, "off"),
    "unknown": (Channel.POWER_WATTS, UNKNOWN_DRAW),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("second", "watt_hours"), [(299, 299), (300, 300), (301, 301)])
def test_energy_ends_where_the_meter_was_gone(
    client: TestClient,
    world: World,
    pool: Pool,
    bearer: LogIn,
    end: str,
    second: int,
    watt_hours: float,
) -> None:
    start = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
    plug = world.source(world.machine("saw-1"), "shelly", base="plug-1", thresholds=METER)
    # Another meter of the machine goes on without harm, and counts where the first was gone.
    other = world.source(
        world.machine("mill-1"), "shelly", base="plug-2", thresholds=METER, precedence=200
    )
    said = [
        *(message(s, start, Channel.POWER_WATTS, 3600.0) for s in (plug, other)),
        message(plug, start + timedelta(seconds=second), *ENDS[end]),
        *(
            message(s, start + timedelta(minutes=10), Channel.POWER_WATTS, 0.0)
            for s in (plug, other)
        ),
    ]
    ingestion.commit(pool, world.centre.id, said, [])
    until = (start + timedelta(minutes=10)).isoformat()
    found = {
        name: client.get(
            f"/api/v1/machines/{name}/energy",
            params={"from": start.isoformat(), "to": until, "step": "hour"},
            headers=bearer(None),
        ).json()
        for name in ("saw-1", "mill-1")
    }
    assert found["saw-1"]["watt_hours"] == pytest.approx(watt_hours)
    assert [s["covered_seconds"] for s in found["saw-1"]["steps"]] == [second]
    assert found["mill-1"]["watt_hours"] == pytest.approx(600)


@pytest.mark.parametrize("end", ["link", "unknown"])
def test_the_draw_that_is_shown_ends_where_the_meter_was_gone(
    client: TestClient, world: World, pool: Pool, bearer: LogIn, end: str
) -> None:
    now = datetime.now(UTC)
    plug = world.source(world.machine("saw-1"), "shelly", base="plug-1", thresholds=METER)

    def shown() -> tuple[str, float | None]:
        metering.catch_up(pool)
        live = client.get("/api/v1/machines/saw-1", headers=bearer(None)).json()["live"]
        return live["state"], live["power_watts"]

    first = now - timedelta(minutes=10)
    working = message(plug, first, Channel.POWER_WATTS, 900.0)
    ingestion.commit(pool, world.centre.id, [working], [])
    assert shown() == ("running", 900)
    gone = message(plug, first + timedelta(minutes=5), *ENDS[end])
    ingestion.commit(pool, world.centre.id, [gone], [])
    assert shown() == ("unknown", None)
    back = message(plug, first + timedelta(minutes=8), Channel.POWER_WATTS, 120.0)
    ingestion.commit(pool, world.centre.id, [back], [])
    assert shown() == ("idle", 120)


@pytest.mark.parametrize(("end", "state"), [("link", "unknown"), ("rest", "idle")])
def test_the_expected_end_of_a_job_is_shown_only_while_it_runs(
    client: TestClient, world: World, pool: Pool, bearer: LogIn, end: str, state: str
) -> None:
    start = datetime.now(UTC) - timedelta(minutes=10)
    printer = world.source(world.machine("printer-1"), "moonraker", base="klipper")

    def shown() -> tuple[str, str | None]:
        metering.catch_up(pool)
        live = client.get("/api/v1/machines/printer-1", headers=bearer(None)).json()["live"]
        return live["state"], live["ends_at"]

    said = [
        message(printer, start, Channel.ACTIVITY, "running"),
        message(printer, start, Channel.REMAINING_SECONDS, 1200.0),
    ]
    ingestion.commit(pool, world.centre.id, said, [])
    running, expected = shown()
    assert (running, expected is not None) == ("running", True)
    word = ENDS["link"] if end == "link" else (Channel.ACTIVITY, "idle")
    ended = message(printer, start + timedelta(minutes=5), *word)
    ingestion.commit(pool, world.centre.id, [ended], [])
    assert shown() == (state, None)
