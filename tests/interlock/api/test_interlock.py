"""Interlocks over the API: set up, looked at, held, lifted, taken away."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.interlock.services import switching
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion
from tests.support.api_fixtures import LogIn
from tests.support.metering.metering import message
from tests.support.world import World


def said(world: World, source: Source, channel: Channel, value: str) -> None:
    """A device says something now."""
    ingestion.commit(
        world.pool, world.centre.id, [message(source, datetime.now(UTC), channel, value)], []
    )


def a_machine(world: World) -> tuple[Machine, Source]:
    """A machine that rests, and a contact that enables it."""
    machine = world.machine()
    relay = world.source(machine, "contact", base=f"{world.centre.slug}/relay")
    said(world, world.source(machine), Channel.ACTIVITY, "idle")
    said(world, relay, Channel.INTERLOCK, "enabled")
    return machine, relay


def test_an_interlock_is_set_up_held_lifted_and_taken_away(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    client.headers.update(bearer(None))
    machine, relay = a_machine(world)
    where = f"/api/v1/machines/{machine.slug}/interlock"
    assert client.get(where).status_code == 404
    body = {"source": str(relay.id), "fails": "closed", "quiet_seconds": 0}
    assert client.put(where, json=body).status_code == 204
    found = client.get(where).json()
    assert (found["means"], found["device"]["latch"], found["wanted"]) == (
        "contact",
        "enabled",
        "inhibited",
    )
    assert (found["standing"]["state"], found["obstacles"], found["alarm"]) == ("idle", [], None)
    held = client.put(f"{where}/hold", json={"latch": "as_it_is", "reason": "점검 중"}).json()
    assert (held["hold"]["latch"], held["wanted"]) == ("as_it_is", None)
    assert client.post(f"{where}/lift", json={"reason": "끝"}).status_code == 204
    assert client.post(f"{where}/lift", json={"reason": "끝"}).status_code == 409
    switching.decide_commands(world.pool, world.centre.id, now=datetime.now(UTC))
    (order,) = client.get(f"{where}/commands").json()["items"]
    assert (order["wanted"], order["why"], order["outcome"]) == (
        "inhibited",
        "nobody_checked_in",
        None,
    )
    assert (order["seen"]["state"], order["seen"]["latch"]) == ("idle", "enabled")
    said(world, relay, Channel.INTERLOCK, "inhibited")
    assert client.get(where).json()["device"]["latch"] == "inhibited"
    (order,) = client.get(f"{where}/commands").json()["items"]
    assert order["outcome"] == "confirmed"
    evidence = client.get(f"/api/v1/messages/{order['answered_by']}").json()
    assert [m["value"] for m in evidence["meaning"]] == ["inhibited"]
    assert client.delete(where).status_code == 204
    assert client.delete(where).status_code == 404


def test_what_stands_in_the_way_is_said_in_both_languages(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    client.headers.update(bearer(None))
    machine, relay = a_machine(world)
    where = f"/api/v1/machines/{machine.slug}/interlock"
    client.put(where, json={"source": str(relay.id), "quiet_seconds": 600})
    (obstacle,) = client.get(where).json()["obstacles"]
    assert (obstacle["code"], obstacle["limit"]) == ("interlock.too_soon", 600)
    assert "600초" in obstacle["ko"]
    assert "600 seconds" in obstacle["en"]


def test_what_cannot_hold_an_interlock_is_refused_with_what_can(
    world: World, client: TestClient, bearer: LogIn
) -> None:
    client.headers.update(bearer(None))
    machine, relay = a_machine(world)
    other = world.machine()
    where = f"/api/v1/machines/{machine.slug}/interlock"
    plug = world.source(
        machine,
        "tasmota",
        base=f"plug-{machine.slug}",
        thresholds=PowerThresholds(run_above=100, idle_below=50),
    )
    refused = client.put(where, json={"source": str(plug.id)})
    assert refused.status_code == 422
    assert "dry contact" in refused.json()["detail"]
    for wrong in (
        {"source": str(relay.id), "shares_circuit_slugs": [machine.slug]},
        {"source": str(relay.id), "shares_circuit_slugs": ["nobody"]},
        {"source": str(relay.id), "cool_below": 1e9},
        {"source": str(relay.id), "quiet_seconds": -1},
    ):
        assert client.put(where, json=wrong).status_code == 422
    elsewhere = client.put(
        f"/api/v1/machines/{other.slug}/interlock", json={"source": str(relay.id)}
    )
    assert elsewhere.status_code == 404
