"""One device, several machines, over the API."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.world import World

WATTS = {"run_above": 300, "idle_below": 100}


def bind(client: TestClient, slug: str, **options: Any) -> Any:
    """Bind a channel of the plug to a machine."""
    body = {"dialect": "shelly", "base": "plug-2", "thresholds": WATTS, "options": options}
    return client.post(f"/api/v1/machines/{slug}/sources", json=body)


def test_a_second_machine_has_another_channel_and_never_the_same(
    manager: TestClient, world: World
) -> None:
    for slug in ("mill-1", "mill-2", "mill-3"):
        world.machine(slug)
    first, second = bind(manager, "mill-1"), bind(manager, "mill-2", channel="1")
    assert [(a.status_code, a.json()["channels"]) for a in (first, second)] == [
        (201, ["0"]),
        (201, ["1"]),
    ]
    for options in ({}, {"channel": "1"}, {"phases": "1,2"}):
        refused = bind(manager, "mill-3", **options)
        assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
        assert "already reads" in refused.json()["detail"]
    opened = manager.post(f"/api/v1/machines/mill-1/sources/{first.json()['id']}/inbox")
    assert opened.status_code == 201, opened.text
    told = opened.json()
    assert [(b["machine_slug"], b["channels"]) for b in told["bound"]] == [
        ("mill-1", ["0"]),
        ("mill-2", ["1"]),
    ]
    adopted = manager.post(
        f"/api/v1/inbox/{told['id']}/bind",
        json={"machine_slug": "mill-3", "options": {"channel": "2"}, "thresholds": WATTS},
    )
    assert (adopted.status_code, adopted.json()["channels"]) == (201, ["2"])
    listed = manager.get(adopted.headers["location"]).json()["items"]
    assert [source["id"] for source in listed] == [adopted.json()["id"]]
    gone = manager.delete(f"/api/v1/machines/mill-2/sources/{second.json()['id']}")
    assert gone.status_code == 204
    assert bind(manager, "mill-2", channel="1").status_code == 201


def test_a_whole_device_is_not_opened_for_another(manager: TestClient, world: World) -> None:
    source = world.source(world.machine("printer-1"))
    refused = manager.post(f"/api/v1/machines/printer-1/sources/{source.id}/inbox")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_a_member_opens_no_device(client: TestClient, world: World, bearer: LogIn) -> None:
    machine = world.machine("mill-1")
    source = world.source(machine, "mapper", options={"value": "a"})
    stranger = bearer(world.member(world.company()))
    path = f"/api/v1/machines/mill-1/sources/{source.id}/inbox"
    assert client.post(path, headers=stranger).status_code == 403
    assert client.post(path).status_code == 401
    assert (
        client.post(
            f"/api/v1/machines/mill-1/sources/{machine.id}/inbox", headers=bearer(None)
        ).status_code
        == 404
    )
