"""Booking through the API: refusals that help, versions, keys,
and a place that two can never have.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World


def test_a_refusal_lists_everything_and_offers_what_would_do(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine = world.machine("mill-1", qualification="cnc-basic", longest=timedelta(hours=4))
    world.booked(world.machine("other"), world.company(), TOMORROW)
    headers = bearer(world.member(world.companies[0]))
    answer = client.post("/api/v1/bookings", json=wish(machine.slug, hours=6), headers=headers)
    assert answer.status_code == 422
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {p["code"] for p in body["problems"]} == {"booking.too_long", "booking.unqualified"}
    too_long = next(p for p in body["problems"] if p["code"] == "booking.too_long")
    assert (too_long["limit"], too_long["actual"], too_long["overridable_by"]) == (
        240,
        360,
        "manager",
    )
    assert "최대 4시간까지" in too_long["ko"]
    assert "Split" in too_long["en"]


def test_a_taken_place_is_answered_with_the_nearest_free_ones(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine = world.machine("mill-1", teardown=timedelta(minutes=10))
    headers = bearer(world.member(world.company()))
    assert client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).status_code == 201
    answer = client.post("/api/v1/bookings", json=wish("mill-1", hours=1), headers=headers)
    assert answer.status_code == 409
    assert answer.json()["code"] == "slot_taken"
    nearest = answer.json()["alternatives"]
    assert len(nearest) == 3
    for period in nearest:
        again = {"machine_slug": machine.slug, "start": period["start"], "end": period["end"]}
        booked = client.post("/api/v1/bookings", json=again, headers=headers)
        assert booked.status_code == 201, booked.text


def test_a_cancelled_booking_frees_its_slot(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    first = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).json()
    gone = client.post(f"/api/v1/bookings/{first['id']}/cancel", headers=headers)
    assert gone.json()["state"] == "cancelled"
    assert client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).status_code == 201
    twice = client.post(f"/api/v1/bookings/{first['id']}/cancel", headers=headers)
    assert (twice.status_code, twice.json()) == (200, gone.json())


def test_a_move_keeps_the_old_place_when_it_is_refused(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    first = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).json()
    later = TOMORROW + timedelta(hours=4)
    client.post("/api/v1/bookings", json=wish("mill-1", start=later), headers=headers)
    path = f"/api/v1/bookings/{first['id']}/move"
    onto = {k: v for k, v in wish("mill-1", start=later).items() if k != "machine_slug"}
    assert client.post(path, json=onto, headers=headers).status_code == 409
    assert (
        client.get(f"/api/v1/bookings/{first['id']}", headers=headers).json()["start"]
        == first["start"]
    )
    # Half over its own old place: a booking does not stand in its own way.
    by_one = {
        k: v
        for k, v in wish("mill-1", start=TOMORROW + timedelta(hours=1)).items()
        if k != "machine_slug"
    }
    moved = client.post(path, json=by_one, headers={**headers, "If-Match": '"1"'})
    assert (moved.status_code, moved.headers["etag"]) == (200, '"2"')
    stale = client.post(path, json=by_one, headers={**headers, "If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed")
    history = client.get(f"/api/v1/bookings/{first['id']}", headers=headers).json()["history"]
    assert [e["action"] for e in history] == ["request", "move"]


def test_a_repeated_request_is_done_once(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    headers = {**bearer(world.member(world.company())), "Idempotency-Key": "key-00001"}
    answers = [
        client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers) for _ in range(3)
    ]
    assert [a.status_code for a in answers] == [201, 201, 201]
    assert len({a.json()["id"] for a in answers}) == 1
    other = client.post("/api/v1/bookings", json=wish("mill-1", hours=1), headers=headers)
    assert other.status_code == 422


def test_checking_in_and_out(client: TestClient, world: World, bearer: LogIn) -> None:
    machine = world.machine("mill-1")
    company = world.company()
    headers = bearer(world.member(company))
    future = client.post("/api/v1/bookings", json=wish("mill-1"), headers=headers).json()
    early = client.post(f"/api/v1/bookings/{future['id']}/check-in", headers=headers)
    assert early.status_code == 422
    now = world.booked(machine, company, datetime.now(UTC) - timedelta(minutes=5))
    for step, state in (("check-in", "checked_in"), ("check-out", "completed")):
        answer = client.post(f"/api/v1/bookings/{now.id}/{step}", headers=headers)
        assert (answer.status_code, answer.json()["state"]) == (200, state)


def test_only_a_manager_passes_a_rule_and_says_why(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1", longest=timedelta(hours=1))
    company = world.company()
    body = wish("mill-1", company=str(company.id), override="단골 고객")
    assert (
        client.post(
            "/api/v1/bookings", json=body, headers=bearer(world.member(company))
        ).status_code
        == 403
    )
    manager = bearer(None)
    booked = client.post("/api/v1/bookings", json=body, headers=manager)
    assert booked.status_code == 201
    shown = client.get(f"/api/v1/bookings/{booked.json()['id']}", headers=manager).json()
    assert shown["history"][0]["reason"] == "단골 고객"


def test_bad_input_names_the_field(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    bad: list[dict[str, Any]] = [
        {**wish("mill-1"), "start": "2026-12-01T10:00:00"},  # no offset
        {**wish("mill-1"), "end": wish("mill-1")["start"]},
        {**wish("mill-1"), "price": 0},  # nothing of ours
        {**wish("mill-1"), "start": "0001-01-01T00:00:00Z"},
        {**wish("mill-1"), "end": "9999-12-31T23:59:59Z"},
        {**wish("mill-1"), "company": "1"},
        wish("mill-1", hours=24 * 365),
        {"machine_slug": "../etc", "start": "x", "end": "y"},
    ]
    for body in bad:
        answer = client.post("/api/v1/bookings", json=body, headers=headers)
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["code"] in {"invalid", "refused"}
    assert client.get("/api/v1/bookings?cursor=nonsense", headers=headers).status_code == 422
    assert client.get("/api/v1/bookings?limit=0", headers=headers).status_code == 422
    huge = client.post("/api/v1/bookings", content=b"x" * 300_000, headers=headers)
    assert huge.status_code == 413


def test_pages_are_by_cursor_and_lose_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    for n in range(7):
        world.booked(machine, company, TOMORROW + timedelta(hours=2 * n))
    headers = bearer(world.member(company))
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"/api/v1/bookings?limit=3{cursor}", headers=headers).json()
        seen += [b["id"] for b in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 7


def test_a_quote_says_what_a_booking_would_be_answered_and_would_cost_and_books_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1", longest=timedelta(hours=4))
    world.tariff(no_show={"pct": "50"})
    headers = bearer(world.member(world.company(category="small-manufacturer")))
    quoted = client.post("/api/v1/bookings/quote", json=wish("mill-1", hours=3), headers=headers)
    assert quoted.status_code == 200, quoted.text
    body = quoted.json()
    assert (body["is_possible"], body["problems"]) == (True, [])
    # 3 h × 30,000 won, half of it for a small manufacturer; half of that again if nobody comes,
    # which bears no VAT.
    assert (body["used"]["supply"], body["used"]["vat"], body["used"]["total"]) == (
        45_000,
        4_500,
        49_500,
    )
    assert (body["unused"]["supply"], body["unused"]["total"]) == (22_500, 22_500)
    assert "30,000" in body["used"]["lines"][0]["ko"]
    assert client.get("/api/v1/bookings", headers=headers).json()["items"] == []
    booked = client.post("/api/v1/bookings", json=wish("mill-1", hours=3), headers=headers)
    assert booked.status_code == 201
    refused = client.post(
        "/api/v1/bookings/quote", json=wish("mill-1", hours=5), headers=headers
    ).json()
    assert refused["is_possible"] is False
    assert {p["code"] for p in refused["problems"]} == {"booking.too_long", "booking.taken"}
    assert refused["alternatives"]
    world.machine("room-1")
    unpriced = client.post(
        "/api/v1/bookings/quote", json=wish("room-1", hours=1), headers=headers
    ).json()
    assert unpriced["is_possible"] is True


def test_refusals_name_the_machine_that_belongs_and_the_hours(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    world.machine("room-a0ff4")
    machine = world.machine(
        linked=["room-a0ff4"],
        opening_hours=[{"since": "09:00", "until": "18:00"}],
        notice=timedelta(days=20),
    )
    member = world.member(world.company())
    start = TOMORROW.astimezone(world.ZONE).replace(hour=17, minute=0)
    answer = client.post(
        "/api/v1/bookings", json=wish(machine.slug, start=start), headers=bearer(member)
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    found = {p["code"]: p for p in answer.json()["problems"]}
    assert "밀링" in found["booking.linked"]["ko"]
    assert "room-a0ff4" not in found["booking.linked"]["ko"] + found["booking.linked"]["en"]
    assert "09:00–18:00" in found["booking.closed"]["ko"]
    assert found["booking.closed"]["details"]["open_until"].startswith(f"{start:%Y-%m-%d}")
    assert "20일 전까지" in found["booking.notice"]["ko"]
