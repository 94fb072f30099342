"""Requests that compete for one time: seen side by side, one approved, the others told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.notices.services import notice_delivery
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import wish
from tests.support.booking.closures import letters
from tests.support.booking.month_quotas import DAY, HOUR, far
from tests.support.booking.rulebook import put
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

Headers = dict[str, str]


def open_to_all(client: TestClient, world: World, bearer: LogIn, **values: Any) -> None:
    """A centre where several may ask for one time, and a manager answers."""
    values = {"approval": "manual", "competing_requests": True, "horizon_days": 200, **values}
    put(client, bearer(None), centre=str(world.centre.id), values=values)


def ask(
    client: TestClient, headers: Headers, start: datetime, hours: float = 2, **more: Any
) -> Any:
    body = {**wish("mill-1", hours=hours, start=start), **more}
    return client.post("/api/v1/bookings", json=body, headers=headers)


def act(client: TestClient, headers: Headers, booking: Any, action: str, **body: Any) -> Any:
    return client.post(f"/api/v1/bookings/{booking['id']}/{action}", json=body, headers=headers)


def state(client: TestClient, headers: Headers, booking: Any) -> str:
    found = client.get(f"/api/v1/bookings/{booking['id']}", headers=headers).json()
    return str(found["state"])


def test_one_of_three_is_approved_and_the_others_are_told_what_is_free(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1")
    people = [world.member(world.company()) for _ in range(4)]
    first, second, third, apart = (bearer(who) for who in people)
    open_to_all(client, world, bearer, teardown_minutes=0)
    noon = far(world, hour=12)
    asked = [
        ask(client, first, noon).json(),
        ask(client, second, noon + HOUR).json(),
        ask(client, third, noon - HOUR, 4).json(),
        # It touches the first's end and overlaps the others.
        ask(client, apart, noon + 3 * HOUR).json(),
    ]
    assert [(b["state"], b["competes"]) for b in asked] == [("pending", True)] * 4
    approved = act(client, bearer(None), asked[0], "approve")
    assert (approved.status_code, approved.json()["state"]) == (200, "confirmed")
    states = [state(client, bearer(None), b) for b in asked]
    assert states == ["confirmed", "declined", "declined", "pending"]
    told = letters(pool, "booking.lost_to")
    assert {letter["booking"] for letter in told} == {asked[1]["id"], asked[2]["id"]}
    assert all(letter["instead"] == "mill-1" for letter in told)
    detail = client.get(f"/api/v1/bookings/{asked[1]['id']}", headers=second).json()
    assert detail["history"][-1]["action"] == "lose"
    # The alternative that was told can be asked for.
    mine = next(letter for letter in told if letter["booking"] == asked[1]["id"])
    again = {
        "machine_slug": "mill-1",
        "start": mine["instead_start"],
        "end": mine["instead_end"],
    }
    assert client.post("/api/v1/bookings", json=again, headers=second).status_code == 201
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
        bodies = many(tx, "select body from deliveries where kind = 'booking.lost_to'")
    assert any("다른 신청에 배정되었습니다. 대신 밀링" in row["body"] for row in bodies)


def test_the_desk_sees_them_side_by_side(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    people = [world.member(world.company()) for _ in range(2)]
    first, second = (bearer(who) for who in people)
    open_to_all(client, world, bearer, qualification="cnc", approval="qualified")
    put(client, bearer(None), centre=str(world.centre.id), values={"hour_rules": []})
    noon = far(world, hour=12)
    one, two = ask(client, first, noon).json(), ask(client, second, noon + HOUR).json()
    desk = bearer(None)
    seen = client.get(f"/api/v1/bookings/{two['id']}/competing", headers=desk).json()
    assert [r["booking"]["id"] for r in seen["items"]] == [one["id"], two["id"]]
    figures = [(r["is_trained"], r["minutes"], r["missed"]) for r in seen["items"]]
    assert figures == [(False, 0, 0), (False, 0, 0)]
    training = {"centre": str(world.centre.id), "person": str(people[1].person_id), "code": "cnc"}
    assert client.post("/api/v1/qualifications", json=training, headers=desk).status_code == 204
    seen = client.get(f"/api/v1/bookings/{one['id']}/competing", headers=desk).json()
    assert [r["is_trained"] for r in seen["items"]] == [False, True]
    # It is the desk's: a rival sees nobody else's request.
    refused = client.get(f"/api/v1/bookings/{one['id']}/competing", headers=first)
    assert refused.status_code == 404
    act(client, desk, one, "decline", reason="교육 먼저")
    alone = client.get(f"/api/v1/bookings/{two['id']}/competing", headers=desk).json()
    assert [r["booking"]["id"] for r in alone["items"]] == [two["id"]]


def test_a_request_holds_its_time_where_the_rule_is_off(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    first, second = (bearer(world.member(world.company())) for _ in range(2))
    open_to_all(client, world, bearer, competing_requests=False)
    noon = far(world, hour=12)
    held = ask(client, first, noon).json()
    assert (held["state"], held["competes"]) == ("pending", False)
    assert ask(client, second, noon).status_code == 409
    # Nor does a rule that is set later open it.
    open_to_all(client, world, bearer)
    assert ask(client, second, noon).status_code == 409


def test_a_company_asks_for_a_time_once(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    company = world.company()
    one, colleague = bearer(world.member(company)), bearer(world.member(company))
    open_to_all(client, world, bearer, teardown_minutes=0)
    noon = far(world, hour=12)
    assert ask(client, one, noon).status_code == 201
    for headers in (one, colleague):
        taken = ask(client, headers, noon + HOUR)
        assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
    assert ask(client, colleague, noon + 2 * HOUR).status_code == 201


def test_who_needs_no_approval_takes_the_time(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1")
    asker = bearer(world.member(world.company()))
    trained = world.member(world.company())
    open_to_all(client, world, bearer, qualification="cnc", approval="qualified")
    body = {"centre": str(world.centre.id), "person": str(trained.person_id), "code": "cnc"}
    assert client.post("/api/v1/qualifications", json=body, headers=bearer(None)).is_success
    noon = far(world, hour=12)
    request = ask(client, asker, noon).json()
    direct = ask(client, bearer(trained), noon + HOUR).json()
    assert direct["state"] == "confirmed"
    assert state(client, asker, request) == "declined"
    assert [letter["booking"] for letter in letters(pool, "booking.lost_to")] == [request["id"]]
    # Nobody asks for a time that is taken.
    assert ask(client, asker, noon + HOUR).status_code == 409


def test_a_move_onto_requests_declines_them(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    asker, mover = (bearer(world.member(world.company())) for _ in range(2))
    open_to_all(client, world, bearer)
    noon = far(world, hour=12)
    request, other = ask(client, asker, noon).json(), ask(client, mover, noon + DAY).json()
    desk = bearer(None)
    assert act(client, desk, other, "approve").json()["state"] == "confirmed"
    to = {"start": noon.isoformat(), "end": (noon + HOUR).isoformat()}
    # Approval of another time is asked anew, and holds this one as before.
    moved = act(client, mover, other, "move", **to)
    assert (moved.status_code, moved.json()["state"]) == (200, "pending")
    assert state(client, asker, request) == "declined"


def test_a_group_that_loses_one_machine_loses_all(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1"), world.machine("mill-2")
    both, one = (bearer(world.member(world.company())) for _ in range(2))
    open_to_all(client, world, bearer)
    noon = far(world, hour=12)
    group = ask(client, both, noon, also_slugs=["mill-2"]).json()
    single = ask(client, one, noon).json()
    assert act(client, bearer(None), single, "approve").is_success
    found = client.get(f"/api/v1/bookings?group={group['group']}", headers=both).json()["items"]
    assert [part["state"] for part in found] == ["declined", "declined"]
    assert len(letters(pool, "booking.lost_to") + letters(pool, "booking.lost")) == 1
    # The group's approval in turn declines the single request.
    later = noon + DAY
    group = ask(client, both, later, also_slugs=["mill-2"]).json()
    single = ask(client, one, later).json()
    assert act(client, bearer(None), group, "approve").is_success
    assert state(client, one, single) == "declined"


def test_the_waiting_list_leaves_requested_time_alone(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    asker, waiting = (bearer(world.member(world.company())) for _ in range(2))
    open_to_all(client, world, bearer, teardown_minutes=0, waiting_list="hybrid")
    noon = far(world, hour=12)
    request = ask(client, asker, noon).json()
    body = {
        "machine_slug": "mill-1",
        "start": noon.isoformat(),
        "end": (noon + 2 * HOUR).isoformat(),
        "minutes": 60,
    }
    assert client.post("/api/v1/waiting", json=body, headers=waiting).status_code == 201
    url = "/api/v1/bookings?state=offered"
    assert client.get(url, headers=waiting).json()["items"] == []
    assert act(client, bearer(None), request, "decline", reason="정비").is_success
    (offer,) = client.get(url, headers=waiting).json()["items"]
    assert datetime.fromisoformat(offer["start"]) == noon


def test_two_approvals_at_once_leave_one(client: TestClient, world: World, bearer: LogIn) -> None:
    world.machine("mill-1")
    askers = [bearer(world.member(world.company())) for _ in range(4)]
    open_to_all(client, world, bearer)
    noon = far(world, hour=12)
    asked = [ask(client, headers, noon).json() for headers in askers]
    desk = bearer(None)
    with ThreadPoolExecutor(len(asked)) as threads:
        answers = list(threads.map(lambda b: act(client, desk, b, "approve"), asked))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    states = sorted(state(client, desk, b) for b in asked)
    assert states == ["confirmed", "declined", "declined", "declined"]


def test_the_database_lets_only_requests_share_a_time(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    world.machine("mill-1")
    first, second = (bearer(world.member(world.company())) for _ in range(2))
    open_to_all(client, world, bearer)
    noon = far(world, hour=12)
    for headers in (first, second):
        assert ask(client, headers, noon).status_code == 201
    change = "update bookings set state = 'confirmed' where state = 'pending' and centre_id = %s"
    with pytest.raises(psycopg.errors.ExclusionViolation), transaction(pool, SYSTEM) as tx:
        tx.execute(change, [world.centre.id])


def test_assisted_requests_hold_a_technician_once_approved(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1")
    desk = bearer(None)
    first, second = (bearer(world.member(world.company())) for _ in range(2))
    open_to_all(client, world, bearer, usage_modes=["assisted"])
    shifts = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(7)]
    url = f"/api/v1/centres/{world.centre.id}/technicians/{world.manager.person_id}"
    made = client.put(url, json={"kinds": ["mill"], "shifts": shifts}, headers=desk)
    assert made.is_success, made.text
    noon = far(world, hour=12)
    asked = [ask(client, headers, noon).json() for headers in (first, second)]
    assert [b["state"] for b in asked] == ["pending", "pending"]
    assert act(client, desk, asked[1], "approve").is_success
    agenda = client.get(
        f"/api/v1/centres/{world.centre.id}/assistance",
        params={"from": noon.isoformat(), "to": (noon + DAY).isoformat()},
        headers=desk,
    ).json()["items"]
    assert [(a["booking"], a["technician"]) for a in agenda] == [
        (asked[1]["id"], str(world.manager.person_id))
    ]


def test_the_pages_show_rivals_and_what_is_free_instead(
    client: TestClient, world: World, bearer: LogIn, visit: Visit
) -> None:
    world.machine("mill-1")
    people = [world.member(world.company(name=name)) for name in ("가람정밀", "나래기공")]
    first, second = (bearer(who) for who in people)
    open_to_all(client, world, bearer)
    noon = far(world, hour=12)
    one = ask(client, first, noon, purpose="시제품").json()
    two = ask(client, second, noon + HOUR).json()
    # It touches the second's time and not the first's: approving the first leaves it as it is.
    third = bearer(world.member(world.company(name="다온금속")))
    three = ask(client, third, noon + 2.5 * HOUR).json()
    desk = visit(None)
    assert "같은 시간 신청 1건 더 있음" in text_of(desk.get("/desk").text)
    assert "같은 시간 신청 2건 더 있음" in text_of(desk.get("/desk").text)
    page = text_of(desk.get(f"/bookings/{two['id']}").text)
    assert "이 시간의 신청 (3)" in page
    assert "자리가 없어진 신청이 반려되고" in page
    assert page.index("가람정밀") < page.index("나래기공")
    asker = visit(people[1])
    assert "다른 이용자도 이 시간을 신청할 수 있으며" in text_of(
        asker.get(f"/bookings/{two['id']}").text
    )
    form = {"version": one["version"], "reason": "먼저 신청"}
    assert desk.post(f"/bookings/{one['id']}/approve", data=form).status_code == 303
    lost = text_of(asker.get(f"/bookings/{two['id']}").text)
    assert "다른 신청에 배정됨" in lost
    assert state(client, bearer(None), three) == "pending"
