"""A machine that runs for nobody is in its manager's queue at once, with evidence, until a decision
settles it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from gadong.core.database import Pool
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from scheduler.timetable import tick_metering, tick_slots
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World


def test_a_run_without_a_booking_waits_for_a_decision(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    # Taken here and not when the suite is collected: what ran longer ago is nothing new.
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    machine, company, other = world.machine("mill-1"), world.company(), world.company()
    source = world.source(machine, "gadong-json")
    world.booked(machine, company, now - timedelta(hours=5), hours=2)
    world.booked(machine, other, now + timedelta(hours=6), hours=2)
    minutes = [now - timedelta(minutes=n) for n in range(60, -1, -1)]
    batch = [
        message(source, at, Channel.ACTIVITY, "idle" if at < minutes[20] else "running")
        for at in minutes
    ]
    ingestion.commit(pool, world.centre.id, batch, [])
    tick_metering(pool)
    for _ in range(2):
        tick_slots(pool, datetime.now(UTC))
    tick_slots(pool, datetime.now(UTC) + timedelta(minutes=1))
    headers = bearer(None)
    told = [
        n
        for n in client.get("/api/v1/notices", headers=headers).json()["items"]
        if n["kind"] == "machine.unbooked"
    ]
    assert [n["data"]["likely"] for n in told] == [str(company.id)]
    path = f"/api/v1/ghost-runs?centre={world.centre.id}"
    (ghost,) = client.get(path, headers=headers).json()["items"]
    assert datetime.fromisoformat(ghost["start"]) == minutes[20]
    assert [(s["company"], s["why"]) for s in ghost["suspects"]] == [
        (str(company.id), "booked_before"),
        (str(other.id), "books_next"),
    ]
    evidence = client.get(f"/api/v1/messages/{ghost['opened_by']}", headers=headers).json()
    assert evidence["meaning"][0]["value"] == "running"
    decided = {
        "start": (minutes[20] - timedelta(minutes=1)).isoformat(),
        "end": (now + timedelta(minutes=1)).isoformat(),
        "company": str(company.id),
        "reason": "전화로 확인",
    }
    answer = client.post("/api/v1/machines/mill-1/decisions", json=decided, headers=headers)
    assert answer.status_code == 201
    assert client.get(path, headers=headers).json()["items"] == []
