"""Calendar feeds: what a calendar reads without logging in, and what it never gets to see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from icalendar import Calendar

from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World


def events(client: TestClient, path: str) -> list[Any]:
    """The events of a feed, read as any calendar would."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.text).walk("VEVENT"))


def made(client: TestClient, headers: dict[str, str], **body: object) -> dict[str, str]:
    """A new feed."""
    answer = client.post("/api/v1/feeds", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    feed: dict[str, str] = answer.json()
    return feed


def test_a_moved_booking_keeps_its_uid_and_a_cancelled_one_says_so(
    client: TestClient, world: World, session: LogIn
) -> None:
    world.machine("mill-1")
    headers = session(world.member(world.company()))
    feed = made(client, headers, of="me")
    booking = client.post(
        "/api/v1/bookings", json=wish("mill-1", purpose="지그"), headers=headers
    ).json()
    (first,) = events(client, feed["path"])
    assert first["dtstart"].dt == TOMORROW
    assert first["dtstart"].dt.tzinfo is not None
    assert (first["sequence"], first["status"], first["description"]) == (0, "CONFIRMED", "지그")
    later = {
        "start": (TOMORROW + timedelta(hours=3)).isoformat(),
        "end": (TOMORROW + timedelta(hours=5)).isoformat(),
    }
    assert (
        client.post(
            f"/api/v1/bookings/{booking['id']}/move", json=later, headers=headers
        ).status_code
        == 200
    )
    (second,) = events(client, feed["path"])
    assert (second["uid"], second["sequence"]) == (first["uid"], 1)
    assert second["dtstart"].dt == TOMORROW + timedelta(hours=3)
    client.post(f"/api/v1/bookings/{booking['id']}/cancel", headers=headers)
    (third,) = events(client, feed["path"])
    assert (third["uid"], third["sequence"], third["status"]) == (first["uid"], 2, "CANCELLED")


def test_a_machines_feed_shows_when_it_is_taken_and_not_by_whom(
    client: TestClient, world: World, session: LogIn
) -> None:
    machine, other = world.machine("mill-1"), world.company(name="비밀상사")
    world.booked(machine, other, datetime.now(UTC) + timedelta(days=2))
    headers = session(world.member(world.company()))
    feed = made(client, headers, of="machine", machine_slug="mill-1")
    (taken,) = events(client, feed["path"])
    assert "booked" in taken["summary"]
    assert "비밀상사" not in client.get(feed["path"]).text
    assert (
        client.post(
            "/api/v1/feeds", json={"of": "centre", "centre": str(world.centre.id)}, headers=headers
        ).status_code
        == 403
    )
    managers = made(client, session(None), of="centre", centre=str(world.centre.id))
    (seen,) = events(client, managers["path"])
    assert "비밀상사" in seen["summary"]


def test_a_revoked_address_answers_no_more(
    client: TestClient, world: World, session: LogIn
) -> None:
    headers = session(world.member(world.company()))
    feed = made(client, headers, of="me")
    assert [f["id"] for f in client.get("/api/v1/feeds", headers=headers).json()["items"]] == [
        feed["id"]
    ]
    assert "path" not in client.get("/api/v1/feeds", headers=headers).json()["items"][0]
    assert client.get(feed["path"]).status_code == 200
    assert client.delete(f"/api/v1/feeds/{feed['id']}", headers=headers).status_code == 204
    assert client.get(feed["path"]).status_code == 404
    assert client.get("/calendar/guess.ics").status_code == 404


def test_a_feed_that_does_not_change_is_the_same_file(
    client: TestClient, world: World, session: LogIn
) -> None:
    world.machine("mill-1")
    headers = session(world.member(world.company()))
    feed = made(client, headers, of="me")
    booking = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).json()
    first, second = client.get(feed["path"]), client.get(feed["path"])
    assert first.content == second.content
    tag = first.headers["etag"]
    known = client.get(feed["path"], headers={"If-None-Match": f'W/{tag}, "other"'})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    assert client.get(feed["path"], headers={"If-None-Match": '"other"'}).status_code == 200
    (event,) = events(client, feed["path"])
    history = client.get(f"/api/v1/bookings/{booking['id']}", headers=headers).json()["history"]
    recorded = datetime.fromisoformat(history[-1]["recorded_at"]).replace(microsecond=0)
    assert event["dtstamp"].dt == event["last-modified"].dt == recorded
    client.post(f"/api/v1/bookings/{booking['id']}/cancel", headers=headers)
    assert client.get(feed["path"], headers={"If-None-Match": tag}).status_code == 200


def test_every_feed_says_where_what_state_and_keeps_what_is_cancelled(
    client: TestClient, world: World, session: LogIn
) -> None:
    world.machine("mill-1", approval="manual")
    headers = session(world.member(world.company()))
    asked = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).json()
    manager = session(None)
    feeds = [
        made(client, headers, of="me"),
        made(client, headers, of="machine", machine_slug="mill-1"),
        made(client, session(world.member(world.company())), of="machine", machine_slug="mill-1"),
        made(client, manager, of="centre", centre=str(world.centre.id)),
    ]

    def states() -> list[str]:
        found = [events(client, feed["path"]) for feed in feeds]
        assert all(len(one) == 1 for one in found)
        assert {str(one[0]["location"]) for one in found} == {f"{world.centre.name} · 밀링 (Mill)"}
        assert len({str(one[0]["uid"]) for one in found}) == 1
        return [str(one[0]["status"]) for one in found]

    assert states() == ["TENTATIVE"] * 4
    path = f"/api/v1/bookings/{asked['id']}"
    client.post(f"{path}/approve", json={}, headers=manager)
    assert states() == ["CONFIRMED"] * 4
    client.post(f"{path}/cancel", headers=headers)
    assert states() == ["CANCELLED"] * 4
    (strangers,) = events(client, feeds[2]["path"])
    assert str(strangers["summary"]) == "취소됨 (cancelled)"
    (own,) = events(client, feeds[0]["path"])
    assert str(own["summary"]) == "밀링 (Mill)"
