"""A group of machines has one answer, one time for it, one end and one person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import approvals, attendance, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.waiting import waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed
from gadong.machines.services import machines
from gadong.machines.store import machines as machine_store
from tests.support.api_fixtures import LogIn
from tests.support.booking.booking_life import post
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.booking.technicians import register, staff
from tests.support.world import World

HOUR = timedelta(hours=1)


def at(hours: float) -> str:
    """An instant so many hours after the group's start."""
    return (TOMORROW + hours * HOUR).isoformat()


def states(client: TestClient, headers: dict[str, str], booking: dict[str, Any]) -> list[str]:
    """The states of all parts, in the order of their machines' slugs."""
    shown = client.get(f"/api/v1/bookings/{booking['id']}", headers=headers).json()
    parts: Sequence[dict[str, str]] = sorted(shown["parts"], key=lambda p: p["machine_slug"])
    return [part["state"] for part in parts]


def parts(answer: dict[str, Any]) -> set[tuple[str, str, datetime, datetime]]:
    """All parts of an answer."""
    return {
        (
            p["machine_slug"],
            p["state"],
            datetime.fromisoformat(p["start"]),
            datetime.fromisoformat(p["end"]),
        )
        for p in answer["parts"]
    }


def told(pool: Pool) -> list[tuple[str, int]]:
    """The kinds of all notices, each with the number of bookings that it names."""
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select kind, data from outbox")
    return sorted((r["kind"], len(r["data"].get("bookings", "-").split(","))) for r in rows)


@pytest.fixture
def member(world: World, bearer: LogIn) -> dict[str, str]:
    """Somebody who books."""
    return bearer(world.member(world.company()))


@pytest.fixture
def unlike(client: TestClient, world: World, member: dict[str, str]) -> dict[str, Any]:
    """A group of a machine that nobody approves, and of one that a manager does within the hour."""
    world.machine("auto-1"), world.machine("hand-1", approval="manual", approval_timeout=HOUR)
    made: dict[str, Any] = post(
        client, "/bookings", member, wish("auto-1", also_slugs=["hand-1"]), 201
    )
    return made


def test_the_whole_group_waits_for_the_machine_that_is_approved(
    client: TestClient, bearer: LogIn, member: dict[str, str], unlike: dict[str, Any], pool: Pool
) -> None:
    assert (unlike["state"], {p["state"] for p in unlike["parts"]}) == ("pending", {"pending"})
    lapses = [
        client.get(f"/api/v1/bookings/{p['id']}", headers=member).json()["expires_at"]
        for p in unlike["parts"]
    ]
    assert len(set(lapses)) == 1
    assert told(pool) == [("booking.requested", 2), ("booking.to_approve", 2)]
    path = f"/bookings/{unlike['id']}/approve"
    alone = post(client, f"{path}?reach=part", bearer(None), status=422)
    assert [p["code"] for p in alone["problems"]] == ["booking.group"]
    approved = post(client, path, bearer(None))
    assert {p["state"] for p in approved["parts"]} == {"confirmed"}


def test_one_no_ends_the_group(
    client: TestClient, bearer: LogIn, member: dict[str, str], unlike: dict[str, Any]
) -> None:
    body = {"reason": "정비"}
    path = f"/bookings/{unlike['id']}/decline"
    alone = post(client, f"{path}?reach=part", bearer(None), body, 422)
    assert [p["code"] for p in alone["problems"]] == ["booking.group"]
    post(client, path, bearer(None), body)
    assert states(client, member, unlike) == ["declined", "declined"]


def test_a_part_that_may_be_dropped_is_declined_alone(
    client: TestClient, world: World, bearer: LogIn, member: dict[str, str]
) -> None:
    world.machine("auto-1"), world.machine("hand-1", approval="manual", drop_alone=True)
    made = post(client, "/bookings", member, wish("hand-1", also_slugs=["auto-1"]), 201)
    path = f"/bookings/{made['id']}/decline?reach=part"
    post(client, path, bearer(None), {"reason": "정비"})
    assert states(client, member, made) == ["pending", "declined"]


@pytest.mark.parametrize("acts", ["scheduler", "a request for one of the machines"])
def test_an_unanswered_group_lapses_whole(
    client: TestClient,
    world: World,
    member: dict[str, str],
    unlike: dict[str, Any],
    pool: Pool,
    acts: str,
) -> None:
    made = datetime.now(UTC)
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=made + HOUR - timedelta(minutes=1))
    assert states(client, member, unlike) == ["pending", "pending"]
    with transaction(pool, SYSTEM) as tx:
        if acts == "scheduler":
            attendance.settle_all(tx, now=made + HOUR)
        else:
            machine = machines.find(pool, world.manager, "auto-1")
            attendance.settle(tx, machine, now=made + HOUR)
    assert states(client, member, unlike) == ["expired", "expired"]
    assert ("booking.expired", 2) in told(pool)
    assert [kind for kind, _ in told(pool)].count("booking.expired") == 1


def test_a_group_is_extended_whole_or_not_at_all(
    client: TestClient, world: World, bearer: LogIn, member: dict[str, str], pool: Pool
) -> None:
    world.machine("mill-2"), world.machine("mill-1", linked=["mill-2"])
    made = post(client, "/bookings", member, wish("mill-1", also_slugs=["mill-2"]), 201)
    other = bearer(world.member(world.company()))
    post(client, "/bookings", other, wish("mill-2", 1, TOMORROW + 4 * HOUR), 201)
    path = f"/bookings/{made['id']}/extend"
    refused = post(client, path, member, {"end": at(5)}, 409)
    assert {(p["code"], p["details"]["machine_slug"]) for p in refused["problems"]} == {
        ("booking.taken", "mill-2")
    }
    # One of the machines would do until five; what is offered does on both.
    assert {
        (c["machine_slug"], datetime.fromisoformat(c["end"])) for c in refused["alternatives"]
    } == {("mill-1", TOMORROW + 4 * HOUR), ("mill-2", TOMORROW + 4 * HOUR)}
    longer = post(client, path, member, {"end": at(4)})
    assert parts(longer) == {
        (slug, "confirmed", TOMORROW, TOMORROW + 4 * HOUR) for slug in ("mill-1", "mill-2")
    }
    assert ("booking.extended", 2) in told(pool)


@pytest.mark.parametrize("end", ["declined", "lapsed"])
def test_of_an_extended_group_the_change_waits_and_is_refused_whole(
    client: TestClient,
    world: World,
    bearer: LogIn,
    member: dict[str, str],
    unlike: dict[str, Any],
    pool: Pool,
    end: str,
) -> None:
    desk = bearer(None)
    post(client, f"/bookings/{unlike['id']}/approve", desk)
    longer = post(client, f"/bookings/{unlike['id']}/extend", member, {"end": at(4)})
    assert parts(longer) == {
        (slug, "pending", TOMORROW, TOMORROW + 4 * HOUR) for slug in ("auto-1", "hand-1")
    }
    if end == "declined":
        post(client, f"/bookings/{unlike['id']}/decline", desk, {"reason": "다음 예약"})
    else:
        with transaction(pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=datetime.now(UTC) + HOUR)
    shown = client.get(f"/api/v1/bookings/{unlike['id']}", headers=member).json()
    assert parts(shown) == {
        (slug, "confirmed", TOMORROW, TOMORROW + 2 * HOUR) for slug in ("auto-1", "hand-1")
    }
    assert shown["expires_at"] is None
    assert ("booking.change_refused", 2) in told(pool)
    # The time that the change held is free for others.
    other = bearer(world.member(world.company()))
    post(client, "/bookings", other, wish("auto-1", 2, TOMORROW + 2 * HOUR), 201)


def test_a_moved_group_waits_whole(
    client: TestClient, bearer: LogIn, member: dict[str, str], unlike: dict[str, Any]
) -> None:
    post(client, f"/bookings/{unlike['id']}/approve", bearer(None))
    later = {"start": at(3), "end": at(5)}
    moved = post(client, f"/bookings/{unlike['id']}/move", member, later)
    assert parts(moved) == {
        (slug, "pending", TOMORROW + 3 * HOUR, TOMORROW + 5 * HOUR) for slug in ("auto-1", "hand-1")
    }
    # A move gives the old time up.
    post(client, f"/bookings/{unlike['id']}/decline", bearer(None), {"reason": "정비"})
    assert states(client, member, unlike) == ["declined", "declined"]


def test_what_would_do_for_a_moved_group_does_on_all_its_machines(
    client: TestClient, world: World, bearer: LogIn, member: dict[str, str]
) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    made = post(client, "/bookings", member, wish("mill-1", also_slugs=["mill-2"]), 201)
    other = bearer(world.member(world.company()))
    post(client, "/bookings", other, wish("mill-1", 2, TOMORROW + 4 * HOUR), 201)
    post(client, "/bookings", other, wish("mill-2", 2, TOMORROW + 6 * HOUR), 201)
    later = {"start": at(4), "end": at(6)}
    refused = post(client, f"/bookings/{made['id']}/move", member, later, 409)
    offered: dict[str, set[str]] = {}
    for choice in refused["alternatives"]:
        offered.setdefault(choice["start"], set()).add(choice["machine_slug"])
    assert offered
    assert all(both == {"mill-1", "mill-2"} for both in offered.values())
    start = next(iter(offered))
    end = (datetime.fromisoformat(start) + 2 * HOUR).isoformat()
    post(client, f"/bookings/{made['id']}/move", member, {"start": start, "end": end})


def test_a_group_is_edited_and_handed_over_whole(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    modes = ["self", "assisted"]
    world.machine("mill-1", usage_modes=modes), world.machine("mill-2", usage_modes=modes)
    company = world.company()
    member, colleague = world.member(company), world.member(company)
    headers = bearer(member)
    made = post(client, "/bookings", headers, wish("mill-1", also_slugs=["mill-2"]), 201)
    path = f"/api/v1/bookings/{made['id']}"
    body = {"purpose": "금형", "usage_mode": "assisted"}
    edited = client.patch(path, json=body, headers=headers)
    assert edited.status_code == 200, edited.text
    assert len(edited.json()["parts"]) == 2
    post(
        client,
        f"/bookings/{made['id']}/transfer",
        headers,
        {"person": str(colleague.person_id)},
    )
    for part in made["parts"]:
        shown = client.get(f"/api/v1/bookings/{part['id']}", headers=headers).json()
        assert (shown["purpose"], shown["usage_mode"]) == ("금형", "assisted")
        assert shown["person"] == str(colleague.person_id)
    assert {("booking.handed_over", 2), ("booking.transferred", 2)} <= set(told(pool))


def test_each_former_person_of_a_group_is_told_of_what_was_theirs(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    for slug in ("mill-1", "mill-2", "mill-3"):
        world.machine(slug, drop_alone=True)
    company = world.company()
    who = [world.member(company) for _ in range(3)]
    headers = bearer(who[0])
    asked = wish("mill-1", also_slugs=["mill-2", "mill-3"])
    made = post(client, "/bookings", headers, asked, 201)

    def handed_over(person: int) -> list[tuple[str, int]]:
        with transaction(pool, SYSTEM) as tx:
            rows = many(tx, "select kind, data from outbox order by id")
        persons = [str(caller.person_id) for caller in who]
        return [
            (r["kind"], len(r["data"].get("bookings", "-").split(",")))
            for r in rows
            if r["data"].get("person") == persons[person]
            and r["kind"] in {"booking.handed_over", "booking.transferred"}
        ]

    alone = f"/bookings/{made['parts'][2]['id']}/transfer?reach=part"
    post(client, alone, headers, {"person": str(who[1].person_id)})
    path = f"/bookings/{made['id']}/transfer"
    post(client, path, headers, {"person": str(who[2].person_id)})
    assert handed_over(0) == [("booking.handed_over", 1), ("booking.handed_over", 2)]
    assert handed_over(1) == [("booking.transferred", 1), ("booking.handed_over", 1)]
    assert handed_over(2) == [("booking.transferred", 3)]


def test_an_edit_that_one_machine_refuses_changes_none(
    client: TestClient, world: World, member: dict[str, str]
) -> None:
    world.machine("mill-1", usage_modes=["self", "assisted"]), world.machine("mill-2")
    made = post(client, "/bookings", member, wish("mill-1", also_slugs=["mill-2"]), 201)
    path = f"/api/v1/bookings/{made['id']}"
    refused = client.patch(path, json={"usage_mode": "assisted"}, headers=member)
    assert refused.status_code == 422, refused.text
    assert [(p["code"], p["details"]["machine_slug"]) for p in refused.json()["problems"]] == [
        ("booking.usage_mode", "mill-2")
    ]
    assert client.get(path, headers=member).json()["usage_mode"] == "self"


def test_an_accepted_offer_of_unlike_machines_waits_whole(world: World) -> None:
    first, second = world.machine(), world.machine(approval="manual")
    company = world.company()
    member = world.member(company)
    now = TOMORROW - 12 * HOUR
    waiting_list.join(
        world.pool,
        member,
        WaitingRequest(
            machine=first,
            also=(second,),
            company=company.id,
            period=Period(TOMORROW, TOMORROW + 4 * HOUR),
            length=HOUR,
        ),
        now=now,
    )
    with transaction(world.pool, SYSTEM) as tx:
        ids = [row["id"] for row in many(tx, "select id from bookings where state = 'offered'")]
    assert len(ids) == 2
    taken = approvals.accept(world.pool, Hand(who=member, booking=BookingId(ids[0])), now=now)
    with transaction(world.pool, SYSTEM) as tx:
        rows = many(tx, "select state, expires_at from bookings where id = any(%(ids)s)", ids=ids)
    assert [row["state"] for row in rows] == ["pending", "pending"]
    assert {row["expires_at"] for row in rows} == {taken.expires_at}


@pytest.mark.parametrize("act", ["approve", "move"])
def test_what_lapsed_on_one_machine_is_not_answered_on_the_other(world: World, act: str) -> None:
    """The answer was sent in time, waited for a lock, and another process ended one part."""
    first, second = world.machine(approval="manual", approval_timeout=HOUR), world.machine()
    company = world.company()
    member = world.member(company)
    made = datetime.now(UTC)
    wanted = Request(
        machine=first,
        also=(second,),
        company=company.id,
        period=Period(TOMORROW, TOMORROW + 2 * HOUR),
    )
    group = bookings.request(world.pool, member, wanted, now=made)
    with transaction(world.pool, SYSTEM) as busy, transaction(world.pool, SYSTEM) as tx:
        machine_store.lock(busy, [second.id])
        machine_store.lock(tx, [first.id])
        attendance.settle(tx, first, now=made + HOUR)
    sent = made + HOUR - timedelta(seconds=1)
    later = Period(TOMORROW + 3 * HOUR, TOMORROW + 5 * HOUR)
    who = world.manager if act == "approve" else member
    hand = Hand(who=who, booking=group[1].id)
    acts: dict[str, Any] = {
        "approve": lambda: approvals.approve(world.pool, hand, now=sent),
        "move": lambda: booking_changes.move(world.pool, hand, later, now=sent),
    }
    with pytest.raises(NotAllowed):
        acts[act]()
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=made + HOUR)
    found = [bookings.find(world.pool, world.manager, b.id)[0].state for b in group]
    assert found == [BookingState.EXPIRED, BookingState.EXPIRED]
    assert [n for kind, n in told(world.pool) if kind == "booking.expired"] == [2]


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("change", ["extended", "asked"])
def test_what_lapses_in_two_halves_is_told_with_all_its_machines(
    client: TestClient,
    world: World,
    bearer: LogIn,
    member: dict[str, str],
    pool: Pool,
    first: int,
    change: str,
) -> None:
    slugs = ("hand-1", "hand-2")
    hall = [world.machine(slug, approval="manual", approval_timeout=HOUR) for slug in slugs]
    made = post(client, "/bookings", member, wish("hand-1", also_slugs=["hand-2"]), 201)
    if change == "extended":
        post(client, f"/bookings/{made['id']}/approve", bearer(None))
        post(client, f"/bookings/{made['id']}/extend", member, {"end": at(4)})
    later = datetime.now(UTC) + HOUR
    with transaction(pool, SYSTEM) as busy, transaction(pool, SYSTEM) as tx:
        machine_store.lock(busy, [hall[1 - first].id])
        machine_store.lock(tx, [hall[first].id])
        attendance.settle(tx, hall[first], now=later)
    assert "pending" in states(client, member, made)
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=later)
    kind = "booking.change_refused" if change == "extended" else "booking.expired"
    assert [n for said, n in told(pool) if said == kind] == [2]


def test_a_change_of_one_machine_alone_has_its_own_time(
    client: TestClient, world: World, bearer: LogIn, member: dict[str, str], pool: Pool
) -> None:
    for slug in ("hand-1", "hand-2"):
        world.machine(slug, approval="manual", approval_timeout=HOUR, drop_alone=True)
    made = post(client, "/bookings", member, wish("hand-1", also_slugs=["hand-2"]), 201)
    post(client, f"/bookings/{made['id']}/approve", bearer(None))
    due = []
    for part in made["parts"]:
        longer = post(client, f"/bookings/{part['id']}/extend?reach=part", member, {"end": at(4)})
        due.append(datetime.fromisoformat(longer["expires_at"]))
    assert due[0] < due[1]
    for now, expected in ((due[0], ["confirmed", "pending"]), (due[1], ["confirmed"] * 2)):
        with transaction(pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=now)
        assert states(client, member, made) == expected


@pytest.mark.parametrize("end", ["declined", "lapsed", "lapsed beside the first", "and the other"])
def test_a_change_that_one_machine_cannot_take_back_ends_the_group(
    client: TestClient, world: World, bearer: LogIn, member: dict[str, str], pool: Pool, end: str
) -> None:
    """Somebody else has the technician of one machine meanwhile."""
    modes, desk = ["self", "assisted"], bearer(None)
    for slug, kind in (("mill-1", "mill"), ("lathe-1", "lathe"), ("mill-2", "mill")):
        approval = "qualified" if slug == "mill-2" else "manual"
        world.machine(slug, kind=kind, usage_modes=modes, approval=approval)
    for kind in ("mill", "lathe"):
        register(client, desk, world, staff(world, kind), kinds=[kind])
    asked = wish("mill-1", also_slugs=["lathe-1"], usage_mode="assisted")
    made = post(client, "/bookings", member, asked, 201)
    post(client, f"/bookings/{made['id']}/approve", desk)
    path = f"/api/v1/bookings/{made['id']}"
    edited = client.patch(path, json={"usage_mode": "self"}, headers=member)
    assert states(client, member, made) == ["pending", "pending"], edited.text
    other = bearer(world.member(world.company()))
    post(client, "/bookings", other, wish("mill-2", usage_mode="assisted"), 201)
    if end == "declined":
        post(client, f"/bookings/{made['id']}/decline", desk, {"reason": "교육"})
    elif end != "lapsed":
        # Others are at work on one machine of the group, while the other is settled.
        slugs = ("mill-1", "lathe-1") if end == "lapsed beside the first" else ("lathe-1", "mill-1")
        with transaction(pool, SYSTEM) as busy, transaction(pool, SYSTEM) as tx:
            here, there = (machine_store.by_slug(tx, slug)[0] for slug in slugs)
            machine_store.lock(busy, [here.id])
            machine_store.lock(tx, [there.id])
            attendance.settle(tx, there, now=TOMORROW)
    if end != "declined":
        with transaction(pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=TOMORROW)
    ended = "declined" if end == "declined" else "expired"
    assert states(client, member, made) == [ended, ended]
    assert (f"booking.{ended}", 2) in told(pool)
