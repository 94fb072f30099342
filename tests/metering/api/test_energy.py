"""A machine's energy and series for its centre's staff, as JSON and CSV; nobody else reads them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.people.services import centres
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
METER = PowerThresholds(run_above=400, idle_below=250)


def at(minute: float) -> datetime:
    """An instant so many minutes after the start."""
    return START + timedelta(minutes=minute)


def asked(hours: float = 2, **more: str | int) -> dict[str, str | int]:
    """The parameters of a question."""
    return {"from": START.isoformat(), "to": (START + timedelta(hours=hours)).isoformat(), **more}


@pytest.fixture
def metered(world: World, pool: Pool) -> str:
    """A machine whose plug counted 1,200 Wh over an hour and a half, with half an hour unheard, and
    fell once.
    """
    machine = world.machine("mill-1")
    plug = world.source(machine, "shelly", base="plug-1", thresholds=METER, precedence=50)
    host = world.source(
        machine, "mapper", base="plc", options={"value": "w", "channel": "power_watts"}
    )
    counted = [(0, 5000.0), (30, 5600.0), (60, 6200.0), (61, 0.0), (90, 0.0)]
    said = [message(plug, at(minute), Channel.ENERGY_WH, value) for minute, value in counted]
    said += [message(plug, at(minute), Channel.POWER_WATTS, 1200.0) for minute in range(60)]
    said += [message(host, at(minute), Channel.POWER_WATTS, 9000.0) for minute in range(90)]
    ingestion.commit(pool, world.centre.id, said, [])
    return machine.slug


def test_energy_is_the_first_meters_counter_by_step(
    client: TestClient, bearer: LogIn, metered: str
) -> None:
    answer = client.get(
        f"/api/v1/machines/{metered}/energy", params=asked(step="hour"), headers=bearer(None)
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["basis"], body["resets"], body["doubtful"], body["watt_hours"]) == (
        "counter",
        1,
        0,
        1200,
    )
    found = [(s["watt_hours"], s["covered_seconds"]) for s in body["steps"]]
    assert found == [(1200, 3600), (0, 1800)], (
        "half of the second hour was measured, and nothing drawn in it"
    )
    later = client.get(
        f"/api/v1/machines/{metered}/energy",
        params={"from": at(120).isoformat(), "to": at(180).isoformat()},
        headers=bearer(None),
    ).json()
    assert (later["watt_hours"], later["steps"][0]["watt_hours"]) == (None, None), (
        "a gap is no zero"
    )


def test_energy_and_series_are_tables_too(client: TestClient, bearer: LogIn, metered: str) -> None:
    path, headers = f"/api/v1/machines/{metered}", bearer(None)
    answer = client.get(f"{path}/energy.csv", params=asked(3, step="hour"), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert "mill-1-energy.csv" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["start", "end", "kwh", "covered_seconds", "basis"]
    assert [row[2:] for row in rows[1:]] == [
        ["1.2", "3600", "counter"],
        ["0.0", "1800", "counter"],
        ["", "0", "counter"],
    ]
    answer = client.get(f"{path}/series.csv", params=asked(points=20), headers=headers)
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["at", "source", "channel", "part", "least", "most"]
    assert {row[2] for row in rows[1:]} == {"energy_wh", "power_watts"}
    assert len(rows) <= 1 + 3 * 20, "three lines in about so many points"
    drawn = client.get(f"{path}/series", params=asked(points=20), headers=headers).json()
    assert drawn["is_reduced"]


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"to": (START + timedelta(days=31, seconds=1)).isoformat()}, "to"),
        ({"step": "year"}, "step"),
        ({"to": START.isoformat()}, "to"),
    ],
)
def test_what_cannot_be_summed_is_refused(
    client: TestClient, bearer: LogIn, metered: str, params: dict[str, str | int], field: str
) -> None:
    answer = client.get(
        f"/api/v1/machines/{metered}/energy", params={**asked(), **params}, headers=bearer(None)
    )
    assert (answer.status_code, field in answer.text) == (422, True), answer.text
    whole = {**asked(), "to": (START + timedelta(days=31)).isoformat()}
    assert (
        client.get(
            f"/api/v1/machines/{metered}/energy", params=whole, headers=bearer(None)
        ).status_code
        == 200
    )


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 422)])
def test_a_month_in_which_the_clock_is_set_back_is_one_month(
    client: TestClient,
    world: World,
    pool: Pool,
    bearer: LogIn,
    metered: str,
    more: int,
    status: int,
) -> None:
    centres.set_zone(pool, world.manager, world.centre.id, "Europe/Berlin")
    # October: 31 days and an hour.
    start = datetime(2026, 9, 30, 22, tzinfo=UTC)
    end = datetime(2026, 10, 31, 23, tzinfo=UTC) + timedelta(seconds=more)
    params = {"from": start.isoformat(), "to": end.isoformat()}
    for path in ("energy?step=day", "series", "counters"):
        answer = client.get(
            f"/api/v1/machines/{metered}/{path}", params=params, headers=bearer(None)
        )
        assert answer.status_code == status, answer.text
    answer = client.get(
        f"/api/v1/machines/{metered}/energy", params={**params, "step": "day"}, headers=bearer(None)
    )
    if status == 200:
        lengths = [_hours(s["start"], s["end"]) for s in answer.json()["steps"]]
        assert (len(lengths), lengths[24], set(lengths)) == (31, 25.0, {24.0, 25.0})


def test_the_counters_of_a_replaced_meter_follow_each_other(
    client: TestClient, world: World, pool: Pool, bearer: LogIn
) -> None:
    machine = world.machine("lathe-1")
    old = world.source(machine, "shelly", base="plug-old", thresholds=METER)
    gone = client.delete(f"/api/v1/machines/{machine.slug}/sources/{old.id}", headers=bearer(None))
    assert gone.status_code == 204, gone.text
    new = world.source(machine, "shelly", base="plug-new", thresholds=METER)
    said = [message(old, at(m), Channel.ENERGY_WH, 90_000.0 + 10 * m) for m in (0, 30, 60)]
    said += [message(new, at(m), Channel.ENERGY_WH, 20.0 * (m - 70)) for m in (70, 90, 120)]
    ingestion.commit(pool, world.centre.id, said, [])
    answer = client.get(
        f"/api/v1/machines/{machine.slug}/energy", params=asked(2), headers=bearer(None)
    )
    body = answer.json()
    assert (body["watt_hours"], body["resets"], body["basis"]) == (600 + 1000, 0, "counter")
    assert [s["covered_seconds"] for s in body["steps"]] == [3600, 3000]


def _hours(start: str, end: str) -> float:
    length = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return length.total_seconds() / 3600


@pytest.mark.parametrize("path", ["energy", "energy.csv", "series", "series.csv", "counters"])
def test_nobody_but_the_centres_staff_reads_them(
    client: TestClient, world: World, pool: Pool, bearer: LogIn, metered: str, path: str
) -> None:
    address, params = f"/api/v1/machines/{metered}/{path}", asked(centre=str(world.centre.id))
    member = world.member(world.company())
    assert client.get(address, params=params, headers=bearer(member)).status_code == 403
    other = World.made(pool)
    world.emails[other.manager.person_id] = other.manager_email
    assert client.get(address, params=params, headers=bearer(other.manager)).status_code in {
        403,
        404,
    }
    client.cookies.clear()
    assert client.get(address, params=params).status_code == 401
