"""Quotas of a month and of days in a row through the real path: refused, offered, and raced."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.people.store import people
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import wish
from tests.support.booking.month_quotas import DAY, HOUR, far
from tests.support.booking.rulebook import put
from tests.support.world import World


def book(
    client: TestClient, headers: dict[str, str], start: datetime, machine: str = "mill-1"
) -> Any:
    return client.post(
        "/api/v1/bookings", json=wish(machine, hours=1, start=start), headers=headers
    )


def allow(client: TestClient, world: World, bearer: LogIn, **values: Any) -> None:
    put(
        client,
        bearer(None),
        centre=str(world.centre.id),
        values={"horizon_days": 200, "ahead_bookings": None, **values},
    )


def test_a_month_is_full_and_the_next_one_is_offered(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    allow(client, world, bearer, month_bookings=2)
    first = far(world)
    assert book(client, headers, first).status_code == 201
    kept = book(client, headers, first + 2 * DAY)
    assert kept.status_code == 201
    full = book(client, headers, first + 4 * DAY)
    assert full.status_code == 422
    (problem,) = full.json()["problems"]
    assert (problem["code"], problem["limit"], problem["actual"]) == (
        "booking.month_bookings",
        2,
        3,
    )
    assert problem["details"]["left"] == 0
    following = (far(world, day=1) + 31 * DAY).replace(day=1, hour=0)
    assert datetime.fromisoformat(problem["details"]["free_from"]) == following
    assert book(client, headers, following + 10 * HOUR).status_code == 201
    # A booking moves inside its month, and a cancelled one counts no more.
    body = {
        "start": (first + 3 * DAY).isoformat(),
        "end": (first + 3 * DAY + HOUR).isoformat(),
    }
    booking = f"/api/v1/bookings/{kept.json()['id']}"
    assert client.post(f"{booking}/move", json=body, headers=headers).status_code == 200
    assert client.post(f"{booking}/cancel", headers=headers).status_code == 200
    assert book(client, headers, first + 4 * DAY).status_code == 201


def test_days_in_a_row_end_with_a_day_of_rest(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    allow(client, world, bearer, days_in_row=2)
    first = far(world)
    assert [book(client, headers, first + n * DAY).status_code for n in (0, 1)] == [201, 201]
    refused = book(client, headers, first + 2 * DAY)
    (problem,) = refused.json()["problems"]
    assert (problem["code"], problem["actual"]) == ("booking.days_in_row", 3)
    again = datetime.fromisoformat(problem["details"]["free_from"])
    assert again == first.replace(hour=0) + 3 * DAY
    for offered in refused.json()["alternatives"]:
        start = datetime.fromisoformat(offered["start"]).astimezone(world.ZONE)
        assert abs((start.date() - first.date()).days) != 2
    assert book(client, headers, again + 10 * HOUR).status_code == 201
    # A series is answered date by date.
    body = {**wish("mill-1", hours=1, start=first + 10 * DAY), "every_days": 1, "count": 5}
    series = client.post("/api/v1/bookings/series", json=body, headers=headers).json()
    assert [bool(date["booking"]) for date in series["items"]] == [True, True, False, True, True]


def test_a_companys_month_does_not_count_another_company(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    ours, theirs = world.company(), world.company()
    member = world.member(ours)
    with transaction(world.pool, SYSTEM) as tx:
        people.add_to_company(tx, theirs.id, member.person_id, is_owner=False)
    with transaction(world.pool, SYSTEM) as tx:
        both = people.caller(tx, member.person_id)
    assert both is not None
    headers = bearer(both)
    allow(client, world, bearer, company_month_minutes=120)
    first = far(world)

    def booked(company: Any, days: int) -> tuple[int, list[str]]:
        body = {**wish("mill-1", hours=1, start=first + days * DAY), "company": str(company.id)}
        answer = client.post("/api/v1/bookings", json=body, headers=headers)
        return answer.status_code, [p["code"] for p in answer.json().get("problems", [])]

    assert [booked(theirs, n)[0] for n in (0, 1)] == [201, 201]
    assert [booked(ours, n)[0] for n in (2, 3)] == [201, 201]
    for company, days in ((ours, 4), (theirs, 5)):
        assert booked(company, days) == (422, ["booking.company_month_minutes"])


def test_a_quota_of_the_kind_holds_against_two_at_once(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    hall = [world.machine(f"mill-{n}") for n in range(4)]
    company = world.company()
    everybody = [bearer(world.member(company)) for _ in hall]
    allow(client, world, bearer, company_month_bookings=2, quota_scope="kind")
    with ThreadPoolExecutor(len(hall)) as threads:
        answers = list(
            threads.map(
                lambda each: book(client, each[1], far(world), each[0].slug),
                zip(hall, everybody, strict=True),
            )
        )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]


def test_a_group_of_a_kind_counts_each_machine(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    headers = bearer(world.member(world.company()))
    allow(client, world, bearer, month_bookings=1, quota_scope="kind")
    body = {**wish("mill-1", hours=1, start=far(world)), "also_slugs": ["mill-2"]}
    refused = client.post("/api/v1/bookings", json=body, headers=headers)
    assert {p["code"] for p in refused.json()["problems"]} == {"booking.month_bookings"}
    allow(client, world, bearer, month_bookings=2, quota_scope="kind")
    assert client.post("/api/v1/bookings", json=body, headers=headers).status_code == 201


def test_a_group_that_moves_is_counted_at_its_new_place_alone(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    headers = bearer(world.member(world.company()))
    allow(client, world, bearer, days_in_row=1, day_bookings=2, quota_scope="kind")
    first = far(world)
    body = {**wish("mill-1", hours=1, start=first), "also_slugs": ["mill-2"]}
    made = client.post("/api/v1/bookings", json=body, headers=headers).json()
    assert book(client, headers, first + 3 * DAY).status_code == 201

    def moved(days: int, **more: str) -> Any:
        start = first + days * DAY + HOUR
        to = {"start": start.isoformat(), "end": (start + HOUR).isoformat(), **more}
        return client.post(f"/api/v1/bookings/{made['id']}/move", json=to, headers=headers)

    # The day after is free of others, the day after that lies beside another booking.
    assert moved(1).status_code == 200
    refused = moved(2)
    assert {p["code"] for p in refused.json()["problems"]} == {"booking.days_in_row"}
    # Three bookings would lie on that day.
    refused = moved(3)
    assert {p["code"] for p in refused.json()["problems"]} == {"booking.day_bookings"}
    assert {p["actual"] for p in refused.json()["problems"]} == {3}
    page = client.get("/api/v1/bookings?order=earliest_start", headers=headers).json()["items"]
    starts = [datetime.fromisoformat(one["start"]) for one in page]
    assert starts == [first + DAY + HOUR, first + DAY + HOUR, first + 3 * DAY]


def test_the_waiting_list_offers_nothing_beyond_a_quota(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    headers = bearer(world.member(world.company()))
    allow(client, world, bearer, month_bookings=1, waiting_list="hybrid")
    first = far(world, day=28)
    assert book(client, headers, first).status_code == 201
    body = {
        "machine_slug": "mill-1",
        "start": (first + DAY).isoformat(),
        "end": (first + 10 * DAY).isoformat(),
        "minutes": 60,
    }
    waiting = client.post("/api/v1/waiting", json=body, headers=headers)
    assert waiting.status_code == 201, waiting.text
    offered = client.get("/api/v1/bookings?state=offered", headers=headers).json()["items"]
    (offer,) = offered
    start = datetime.fromisoformat(offer["start"]).astimezone(world.ZONE)
    assert start.month != first.month
