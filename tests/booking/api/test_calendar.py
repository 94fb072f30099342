"""The web calendar's own feed, and finding a machine by what a job needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import Pool
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from scheduler.timetable import tick_metering
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW
from tests.support.metering.metering import message
from tests.support.world import World

NOW = datetime.now(UTC).replace(second=0, microsecond=0)


def test_the_calendar_shows_booked_beside_run_and_hides_whose(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    machine, own, other = (
        world.machine("mill-1", teardown=timedelta(minutes=10)),
        world.company(),
        world.company(),
    )
    source = world.source(machine, "gadong-json")
    world.booked(machine, own, NOW - timedelta(hours=3), hours=1)
    world.booked(machine, other, NOW + timedelta(hours=3), hours=1)
    states = [(150, "running"), (145, "idle"), (140, "running"), (100, "idle")]
    batch = [message(source, NOW - timedelta(minutes=m), Channel.ACTIVITY, s) for m, s in states]
    ingestion.commit(pool, world.centre.id, batch, [])
    tick_metering(pool)
    closures.close(
        pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(NOW + timedelta(hours=8), NOW + timedelta(hours=9)),
            kind="maintenance",
            reason="노즐 교체",
        ),
        now=datetime.now(UTC),
    )
    asked = {
        "centre": str(world.centre.id),
        "from": (NOW - timedelta(days=1)).isoformat(),
        "to": (NOW + timedelta(days=1)).isoformat(),
    }
    (row,) = client.get("/api/v1/calendar", params=asked, headers=bearer(world.member(own))).json()[
        "items"
    ]
    assert [t["company"] for t in row["taken"]] == [str(own.id), None]
    assert [c["reason"] for c in row["closed"]] == ["노즐 교체"]
    held = datetime.fromisoformat(row["taken"][0]["held_until"]) - datetime.fromisoformat(
        row["taken"][0]["end"]
    )
    assert held == timedelta(minutes=10)
    lengths = [
        datetime.fromisoformat(r["end"]) - datetime.fromisoformat(r["start"]) for r in row["ran"]
    ]
    # A heartbeat holds a minute past a machine's last word.
    assert lengths == [timedelta(minutes=1)] * 2
    seen = client.get("/api/v1/calendar", params=asked, headers=bearer(None)).json()["items"]
    assert [t["company"] for t in seen[0]["taken"]] == [str(own.id), str(other.id)]
    asked["to"] = (NOW + timedelta(days=60)).isoformat()
    assert client.get("/api/v1/calendar", params=asked, headers=bearer(None)).status_code == 422


def test_a_machine_is_found_by_what_the_job_needs(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    manager = bearer(None)
    able: dict[str, dict[str, Any]] = {
        "small": {"build_volume_mm": [200, 200, 180], "materials": ["PLA"]},
        "large": {
            "build_volume_mm": [300, 300, 400],
            "materials": ["PLA", "ABS"],
            "accuracy_um": 100,
        },
        "unsaid": {},
    }
    for slug, abilities in able.items():
        world.machine(slug, kind="3d-printer")
        path = f"/api/v1/machines/{slug}/abilities"
        assert client.put(path, json=abilities, headers=manager).status_code == 204
    member = bearer(world.member(world.company()))

    def found(needs: dict[str, Any]) -> list[str]:
        body = {"needs": needs, "minutes": 60, "not_before": TOMORROW.isoformat()}
        answer = client.post("/api/v1/slots", json=body, headers=member)
        return (
            [f["machine_slug"] for f in answer.json()["items"]] if answer.status_code == 200 else []
        )

    assert found({}) == ["large", "small", "unsaid"]
    # A part may be turned, but not folded.
    assert found({"build_volume_mm": [180, 190, 200]}) == ["large", "small"]
    assert found({"build_volume_mm": [390, 100, 100]}) == ["large"]
    assert found({"materials": ["abs"], "accuracy_um": 150}) == ["large"]
    assert found({"accuracy_um": 50}) == []
