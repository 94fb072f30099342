"""Devices over the API: a plug's thresholds found in its own past, tried, and set from an instant
on.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.core.domain.ids import new_id
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.message import Message
from gadong.machines.domain.routing import Router
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from tests.support.api_fixtures import LogIn
from tests.support.world import World

START = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)


def test_a_plug_is_calibrated_from_its_past(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    machine = world.machine("saw-1")
    wrong = PowerThresholds(run_above=5000, idle_below=4000)
    source = world.source(machine, "tasmota", base="saw", thresholds=wrong)
    router, session = Router(world.centre.id, [source]), new_id()
    messages = []
    for second in range(0, 4 * 3600, 30):
        is_cutting = 3600 <= second < 5400
        delivery = BrokerMessage(
            topic="tele/saw/SENSOR",
            payload=b'{"Time": "x", "ENERGY": {"Power": %d}}'
            % (950 if is_cutting else 160 + second % 7),
            qos=0,
            retained=False,
            is_repeated=False,
            packet=second,
            received_at=START + timedelta(seconds=second),
        )
        messages += [m for m in router.read(delivery, session) if isinstance(m, Message)]
    ingestion.commit(pool, world.centre.id, messages, [])
    metering.catch_up(pool)
    headers, path = bearer(None), f"/api/v1/machines/saw-1/sources/{source.id}"
    stretch = {"start": START.isoformat(), "end": (START + timedelta(hours=4)).isoformat()}
    proposed = client.post(f"{path}/calibration", json=stretch, headers=headers)
    assert proposed.status_code == 200, proposed.text
    body = proposed.json()
    assert 170 < body["thresholds"]["idle_below"] < body["thresholds"]["run_above"] < 950
    cutting = START + timedelta(hours=1)
    assert [
        (r["state"], datetime.fromisoformat(r["start"]))
        for r in body["runs"]
        if r["state"] == "running"
    ] == [("running", cutting)]
    assert running(client, headers) == [], "nothing was saved"
    set_from = START + timedelta(minutes=75)
    changed = client.put(
        path,
        json={"thresholds": body["thresholds"], "effective_from": set_from.isoformat()},
        headers=headers,
    )
    assert changed.status_code == 200, changed.text
    metering.catch_up(pool)
    assert running(client, headers) == [set_from], "what went before keeps its own reading"
    refused = client.post(
        f"{path}/calibration", json={**stretch, "end": stretch["start"]}, headers=headers
    )
    assert refused.status_code == 422


def running(client: TestClient, headers: dict[str, str]) -> list[datetime]:
    """Return the starts of the saw's runs on the timeline."""
    shown = client.get(
        "/api/v1/machines/saw-1/timeline",
        params={"from": START.isoformat(), "to": datetime.now(UTC).isoformat()},
        headers=headers,
    )
    return [
        datetime.fromisoformat(r["start"]) for r in shown.json()["runs"] if r["state"] == "running"
    ]


def test_where_a_centre_looks_for_devices_is_the_administrators_to_say(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    path = f"/api/v1/centres/{world.centre.id}/discovery"
    assert client.put(path, json={"filters": ["hall/#"]}, headers=bearer(None)).status_code == 403
    assert (
        client.get(
            "/api/v1/inbox", params={"centre": str(world.centre.id)}, headers=bearer(None)
        ).json()["items"]
        == []
    )


def test_what_a_state_rests_on_and_what_counters_counted_can_be_seen(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    machine = world.machine("mill-1")
    source = world.source(machine, "gadong-json")
    router, session = Router(world.centre.id, [source]), new_id()
    for minutes, word, energy in ((0, "idle", 100), (1, "running", 150), (2, "idle", 7)):
        at = START + timedelta(minutes=minutes)
        told = {"v": 1, "at": at.isoformat(), "state": word, "counters": {"energy_wh": energy}}
        delivery = BrokerMessage(
            topic=f"{source.base}/state",
            payload=json.dumps(told).encode(),
            qos=1,
            retained=False,
            is_repeated=False,
            packet=minutes,
            received_at=at,
        )
        read = router.read(delivery, session)
        ingestion.commit(pool, world.centre.id, [m for m in read if isinstance(m, Message)], [])
    headers = bearer(None)
    axes = client.get("/api/v1/machines/mill-1/axes", headers=headers).json()["items"]
    activity = next(a for a in axes if a["channel"] == "activity")
    assert (activity["value"], activity["time_rule"]) == ("idle", "device")
    assert activity["age_seconds"] > 3600
    params = {"from": START.isoformat(), "to": datetime.now(UTC).isoformat()}
    (counted,) = client.get(
        "/api/v1/machines/mill-1/counters", params=params, headers=headers
    ).json()["items"]
    assert (counted["channel"], counted["amount"], counted["resets"]) == ("energy_wh", 57.0, 1)
    metering.catch_up(pool)
    (job,) = client.get("/api/v1/machines/mill-1/timeline", params=params, headers=headers).json()[
        "jobs"
    ]
    assert datetime.fromisoformat(job["start"]) == START + timedelta(minutes=1)
    assert job["is_start_known"]


def test_a_wrong_year_is_told_and_sets_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine = world.machine("mill-1")
    source = world.source(machine, "gadong-json")
    for wrong in ("0001-01-01T00:00:00+14:00", "1999-12-31T00:00:00Z", "9999-12-31T00:00:00Z"):
        answer = client.put(
            f"/api/v1/machines/mill-1/sources/{source.id}",
            json={"effective_from": wrong},
            headers=bearer(None),
        )
        assert answer.status_code == 422
        assert "effective_from" in answer.json()["detail"]
