"""Notices to people and programs, through the API."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi.testclient import TestClient

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.notices.services import notice_delivery
from gadong.notices.services.notice_delivery import Senders
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import wish
from tests.support.world import World


def test_a_webhook_is_added_watched_replayed_and_revoked(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1")
    manager, member = bearer(None), bearer(world.member(world.company()))
    asked = {
        "centre": str(world.centre.id),
        "url": "https://erp.example/hook",
        "kinds": ["booking."],
    }
    assert client.post("/api/v1/webhooks", json=asked, headers=member).status_code == 403
    hook = client.post("/api/v1/webhooks", json=asked, headers=manager).json()
    assert hook["secret"].startswith("whsec_")
    (listed,) = client.get(f"/api/v1/webhooks?centre={world.centre.id}", headers=manager).json()[
        "items"
    ]
    assert "secret" not in listed
    client.post("/api/v1/bookings", json=wish("mill-1"), headers=member)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    senders = Senders(by_channel={}, secret="")
    assert notice_delivery.deliver(pool, senders, now=datetime.now(UTC)) == 0
    path = f"/api/v1/webhooks/{hook['id']}"
    (waiting,) = client.get(f"{path}/deliveries", headers=manager).json()["items"]
    assert (waiting["state"], waiting["kind"]) == ("due", "booking.confirmed")
    assert client.get(f"{path}/deliveries", headers=member).status_code == 404
    replayed = client.post(f"{path}/deliveries/{waiting['id']}/replay", headers=manager)
    assert replayed.status_code == 204
    assert client.delete(path, headers=manager).status_code == 204
    assert client.get(f"{path}/deliveries", headers=manager).status_code == 404


def test_people_choose_how_they_are_told(client: TestClient, world: World, session: LogIn) -> None:
    member = session(world.member(world.company()))
    path = "/api/v1/me/preferences"
    assert client.get(path, headers=member).json() == {
        "language": "ko",
        "by_mail": True,
        "muted": [],
    }
    chosen = {"language": "en", "by_mail": False, "muted": ["booking.confirmed"]}
    assert client.put(path, json=chosen, headers=member).status_code == 204
    assert client.get(path, headers=member).json() == chosen
    unknown = {**chosen, "muted": ["booking.celebrated"]}
    assert client.put(path, json=unknown, headers=member).status_code == 422
