"""Options that contradict one another: refused over the API, and no message is read by them."""

from __future__ import annotations

from fastapi.testclient import TestClient

from gadong.booking.services import timeline
from gadong.core.database import Pool
from gadong.dialects.domain.formats import DIALECTS
from gadong.metering.services import metering
from tests.ingest.publisher import Publisher
from tests.support.dialects.contradictions import PAIRS
from tests.support.ingest.listening import heard, stored
from tests.support.waiting import until
from tests.support.world import World

WATTS = {"run_above": 400, "idle_below": 250}


def test_a_contradiction_is_refused_when_a_device_is_bound_and_leaves_no_source(
    manager: TestClient, world: World
) -> None:
    world.machine("mill-1")
    for dialect, options, (one, other) in PAIRS:
        body = {"dialect": dialect, "base": "e/shop/mill", "options": options}
        if DIALECTS[dialect].needs_thresholds:
            body["thresholds"] = WATTS
        refused = manager.post("/api/v1/machines/mill-1/sources", json=body)
        told = refused.json()
        assert (refused.status_code, told["code"]) == (422, "invalid"), (options, told)
        assert one in told["detail"], told
        assert other in told["detail"], told
    assert manager.get("/api/v1/machines/mill-1/sources").json()["items"] == []


def test_a_refused_change_leaves_the_device_read_as_before(
    manager: TestClient, world: World, device: Publisher, pool: Pool
) -> None:
    machine, options = world.machine("mill-1"), {"value": "v", "states": "1=running,0=idle"}
    source = world.source(machine, "mapper", base="plc", options=options)
    heard(world, source)
    refused = manager.put(
        f"/api/v1/machines/mill-1/sources/{source.id}",
        json={"options": {"points": [options], "value": "w"}},
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    device.publish_all([("plc", {"v": 1, "w": 0})])
    until(lambda: stored(pool) == 1, what="the message is stored")
    metering.catch_up(pool)
    (seen,) = timeline.seen(pool, world.manager)
    assert seen.live is not None
    assert seen.live.state.value == "running"
