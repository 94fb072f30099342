"""A booking's life beyond asking: approval, extension, hand-over, several at once, series, slots
and waiting.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.prices import quotes
from gadong.booking.domain.booking import BookingState
from gadong.booking.services import attendance, bookings
from gadong.booking.services.bookings import Request
from gadong.booking.services.waiting import offers
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.core.domain.problem import SlotTaken
from gadong.machines.services import machines
from gadong.notices.services import notice_delivery
from tests.support.api_fixtures import LogIn
from tests.support.booking.booking_life import post
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World


def test_a_request_waits_holds_its_slot_and_is_approved(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mc-1", approval="manual")
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    asked = post(client, "/bookings", member, wish("mc-1"), 201)
    assert (asked["state"], asked["expires_at"] is not None) == ("pending", True)
    post(client, "/bookings", rival, wish("mc-1"), 409)
    post(client, f"/bookings/{asked['id']}/approve", member, status=403)
    approved = post(
        client, f"/bookings/{asked['id']}/approve", bearer(None), {"reason": "교육 확인"}
    )
    # An approval is no exception: its reason stands in the history, and on no statement.
    assert (approved["state"], approved["override"], approved["expires_at"]) == (
        "confirmed",
        "",
        None,
    )
    history = client.get(f"/api/v1/bookings/{asked['id']}", headers=member).json()["history"]
    assert [(e["action"], e["reason"]) for e in history] == [
        ("request", ""),
        ("approve", "교육 확인"),
    ]
    # An approval is of its time: another time is to be approved again.
    other = {
        k: v
        for k, v in wish("mc-1", start=TOMORROW + timedelta(days=1)).items()
        if k != "machine_slug"
    }
    moved = post(client, f"/bookings/{asked['id']}/move", member, other)
    assert moved["state"] == "pending"
    declined = post(client, f"/bookings/{asked['id']}/decline", bearer(None), {"reason": "점검"})
    assert declined["state"] == "declined"
    post(client, "/bookings", rival, wish("mc-1", start=TOMORROW + timedelta(days=1)), 201)


def test_an_unanswered_request_lapses_and_frees_its_slot(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mc-1", approval="manual", approval_timeout=timedelta(hours=1))
    member = bearer(world.member(world.company()))
    asked = post(client, "/bookings", member, wish("mc-1"), 201)
    with transaction(pool, SYSTEM) as tx:
        assert attendance.settle_all(tx, now=datetime.now(UTC) + timedelta(minutes=59)) == 0
        assert attendance.settle_all(tx, now=datetime.now(UTC) + timedelta(minutes=61)) == 1
    assert (
        client.get(f"/api/v1/bookings/{asked['id']}", headers=member).json()["state"] == "expired"
    )
    post(client, "/bookings", member, wish("mc-1"), 201)


def test_an_extension_stops_at_the_next_ones_door(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1", teardown=timedelta(minutes=10))
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    mine = post(client, "/bookings", member, wish("mill-1", hours=2), 201)
    post(client, "/bookings", rival, wish("mill-1", start=TOMORROW + timedelta(hours=4)), 201)
    path = f"/bookings/{mine['id']}/extend"
    longer = {"end": (TOMORROW + timedelta(hours=3, minutes=50)).isoformat()}
    assert post(client, path, member, longer)["end"].startswith(
        (TOMORROW + timedelta(hours=3)).isoformat()[:13]
    )
    refused = post(client, path, member, {"end": (TOMORROW + timedelta(hours=4)).isoformat()}, 409)
    assert refused["code"] == "slot_taken"
    post(client, path, member, {"end": (TOMORROW + timedelta(hours=1)).isoformat()}, 422)


def test_a_booking_is_handed_to_a_colleague_and_to_nobody_else(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    company = world.company()
    first, colleague, stranger = (
        world.member(company),
        world.member(company),
        world.member(world.company()),
    )
    mine = post(client, "/bookings", bearer(first), wish("mill-1"), 201)
    path = f"/bookings/{mine['id']}/transfer"
    post(client, path, bearer(first), {"person": str(stranger.person_id)}, 404)
    handed = post(client, path, bearer(first), {"person": str(colleague.person_id)})
    assert handed["person"] == str(colleague.person_id)


def test_several_machines_are_all_or_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    for slug in ("mill-1", "mill-2", "mill-3"):
        world.machine(slug)
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    post(client, "/bookings", rival, wish("mill-3"), 201)
    refused = post(
        client, "/bookings", member, wish("mill-1", also_slugs=["mill-2", "mill-3"]), 409
    )
    assert [p["details"]["machine_slug"] for p in refused["problems"]] == ["mill-3"]
    assert client.get("/api/v1/bookings", headers=member).json()["items"] == []
    headers = {**member, "Idempotency-Key": "once-and-only-once"}
    both = post(client, "/bookings", headers, wish("mill-1", also_slugs=["mill-2"]), 201)
    again = post(client, "/bookings", headers, wish("mill-1", also_slugs=["mill-2"]), 201)
    assert again["group"] == both["group"]
    listed = client.get("/api/v1/bookings", headers=member).json()["items"]
    assert len(listed) == 2
    assert {b["group"] for b in listed} == {both["group"]}


def test_a_series_answers_date_by_date(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    post(client, "/bookings", rival, wish("mill-1", start=TOMORROW + timedelta(days=7)), 201)
    found = post(client, "/bookings/series", member, wish("mill-1", every_days=7, count=3), 201)[
        "items"
    ]
    assert [bool(o["booking"]) for o in found] == [True, False, True]
    assert found[1]["problems"][0]["code"] == "booking.taken"
    assert found[1]["alternatives"]
    assert found[0]["booking"]["group"] == found[2]["booking"]["group"]


def test_a_refusal_names_other_machines_of_the_kind(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    post(client, "/bookings", rival, wish("mill-1"), 201)
    offered = post(client, "/bookings", member, wish("mill-1"), 409)["alternatives"]
    same = [a for a in offered if a["machine_slug"] == "mill-2"]
    assert [datetime.fromisoformat(a["start"]) for a in same] == [TOMORROW]


def test_the_earliest_time_over_a_kind(client: TestClient, world: World, bearer: LogIn) -> None:
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    post(client, "/bookings", rival, wish("mill-1", hours=3), 201)
    post(client, "/bookings", rival, wish("mill-2", hours=2), 201)
    asked = {"kind": "mill", "minutes": 90, "not_before": TOMORROW.isoformat()}
    found = post(client, "/slots", member, asked)["items"]
    starts = [(f["machine_slug"], datetime.fromisoformat(f["start"]) - TOMORROW) for f in found]
    assert starts == [("mill-2", timedelta(hours=2)), ("mill-1", timedelta(hours=3))]
    body = {"machine": found[0]["machine"], "start": found[0]["start"], "end": found[0]["end"]}
    post(client, "/bookings", member, body, 201)


def test_freed_time_is_offered_in_order_and_passes_on(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1", offer=timedelta(minutes=15))
    holder, first, second = (bearer(world.member(world.company())) for _ in range(3))
    held = post(client, "/bookings", holder, wish("mill-1"), 201)
    window = wish("mill-1")
    for headers in (first, second):
        assert (
            post(client, "/waiting", headers, {**window, "minutes": 120}, 201)["state"] == "waiting"
        )
    post(client, f"/bookings/{held['id']}/cancel", holder)
    states = [
        e["state"] for e in client.get("/api/v1/waiting", headers=bearer(None)).json()["items"]
    ]
    assert states == ["offered", "waiting"]
    # Nobody gets past the list while the first one thinks about it.
    post(client, "/bookings", holder, wish("mill-1"), 409)
    with transaction(pool, SYSTEM) as tx:
        later = datetime.now(UTC) + timedelta(minutes=16)
        attendance.settle_all(tx, now=later)
        assert offers.offer_all(tx, now=later) == 1
    (entry,) = client.get("/api/v1/waiting", headers=second).json()["items"]
    taken = post(client, f"/bookings/{entry['booking']}/accept", second)
    assert taken["state"] == "confirmed"
    # A company that missed an offer steps back and waits on.
    (left,) = client.get("/api/v1/waiting", headers=bearer(None)).json()["items"]
    assert (left["state"], left["missed"], left["booking"]) == ("waiting", 1, None)


def test_who_finishes_early_frees_the_rest(client: TestClient, world: World, bearer: LogIn) -> None:
    machine, company = world.machine("mill-1"), world.company()
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    mine = world.booked(machine, company, now - timedelta(minutes=30), hours=4)
    member = bearer(world.member(company))
    post(client, f"/bookings/{mine.id}/check-in", member)
    done = post(client, f"/bookings/{mine.id}/check-out", member)
    assert done["freed_from"] is not None
    rival = bearer(world.member(world.company()))
    post(
        client, "/bookings", rival, wish("mill-1", hours=1, start=now + timedelta(minutes=20)), 201
    )


def test_who_asked_hears_of_freed_time_and_of_nothing_else(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1")
    holder, curious, picky = (bearer(world.member(world.company())) for _ in range(3))
    for headers, minutes in ((curious, 60), (picky, 180)):
        path = "/api/v1/machines/mill-1/freed-time"
        assert (
            client.put(path, json={"minutes": minutes, "days": 7}, headers=headers).status_code
            == 204
        )
    held = post(client, "/bookings", holder, wish("mill-1", hours=2), 201)
    moved = {
        k: v
        for k, v in wish("mill-1", start=TOMORROW + timedelta(hours=1)).items()
        if k != "machine_slug"
    }
    # Of ten to twelve, ten to eleven is left free.
    post(client, f"/bookings/{held['id']}/move", holder, moved)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)

    def heard(headers: dict[str, str]) -> list[tuple[timedelta, timedelta]]:
        items = client.get("/api/v1/notices", headers=headers).json()["items"]
        spans = [
            (n["data"]["start"], n["data"]["end"]) for n in items if n["kind"] == "machine.freed"
        ]
        return [
            (datetime.fromisoformat(s) - TOMORROW, datetime.fromisoformat(e) - TOMORROW)
            for s, e in spans
        ]

    assert heard(curious) == [(timedelta(0), timedelta(hours=1))]
    assert heard(picky) == heard(holder) == []


def test_who_waits_comes_before_who_asks_later_though_no_scheduler_ran(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    """The request itself settles what lapsed, and what that frees is the list's before it is
    anybody's.
    """
    world.machine("mc-1", approval="manual", approval_timeout=timedelta(hours=1))
    holder, patient, rival = (world.member(world.company()) for _ in range(3))
    post(client, "/bookings", bearer(holder), wish("mc-1"), 201)
    assert (
        post(client, "/waiting", bearer(patient), {**wish("mc-1"), "minutes": 120}, 201)["state"]
        == "waiting"
    )
    later = datetime.now(UTC) + timedelta(minutes=61)
    wanted = Request(
        machine=machines.find(world.pool, rival, "mc-1"),
        company=next(iter(rival.companies)),
        period=Period(TOMORROW, TOMORROW + timedelta(hours=2)),
    )
    quoted = quotes.quote(world.pool, rival, wanted, now=later)
    assert [p.code for p in quoted.problems] == ["booking.taken"]
    # A question leaves nothing behind.
    assert [
        e["state"] for e in client.get("/api/v1/waiting", headers=bearer(patient)).json()["items"]
    ] == ["waiting"]
    with pytest.raises(SlotTaken):
        bookings.request(world.pool, rival, wanted, now=later)
    elsewhere = replace(
        wanted, period=Period(TOMORROW + timedelta(hours=5), TOMORROW + timedelta(hours=6))
    )
    bookings.request(world.pool, rival, elsewhere, now=later)
    assert [
        e["state"] for e in client.get("/api/v1/waiting", headers=bearer(patient)).json()["items"]
    ] == ["offered"]


def test_a_quote_for_several_machines_answers_and_prices_every_one(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff()
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    member, rival = bearer(world.member(world.company())), bearer(world.member(world.company()))
    both = wish("mill-1", hours=1, also_slugs=["mill-2"])
    body = post(client, "/bookings/quote", member, both)
    assert [(line["machine_slug"], line["amount"]) for line in body["used"]["lines"]] == [
        ("mill-1", 30_000),
        ("mill-2", 30_000),
    ]
    assert body["used"]["total"] == 66_000
    post(client, "/bookings", rival, wish("mill-2"), 201)
    refused = post(client, "/bookings/quote", member, both)
    assert [(p["code"], p["details"]["machine_slug"]) for p in refused["problems"]] == [
        ("booking.taken", "mill-2")
    ]


def test_a_series_repeated_under_its_key_is_made_once(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = {**bearer(world.member(world.company())), "Idempotency-Key": "every-week-once"}
    first = post(client, "/bookings/series", headers, wish("mill-1", every_days=7, count=3), 201)[
        "items"
    ]
    again = post(client, "/bookings/series", headers, wish("mill-1", every_days=7, count=3), 201)[
        "items"
    ]
    assert {o["booking"]["id"] for o in again} == {o["booking"]["id"] for o in first}
    post(client, "/bookings/series", headers, wish("mill-1", every_days=7, count=4), 422)


def test_a_room_that_nobody_checked_into_is_nobodys_to_look_at(world: World, pool: Pool) -> None:
    """Nothing could have observed it: it is not released, and no manager is sent to it."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=1)
    room = world.booked(world.machine("room-1", kind="room"), world.company(), start)
    with transaction(pool, SYSTEM) as tx:
        assert attendance.settle_all(tx, now=start + timedelta(minutes=50)) == 0
        notice_delivery.publish_outbox(tx)
        assert many(tx, "select kind from notices where kind = 'booking.unobserved'") == []
    assert bookings.find(pool, world.manager, room.id)[0].state is BookingState.CONFIRMED
