"""People who work on a case, on which machine and when: for the desk alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.core.database import transaction
from gadong.core.domain.ids import new_id
from tests.support.api.attackers_hour import at_once
from tests.support.api_fixtures import LogIn
from tests.support.commissions import ANALYSIS
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World, nobody_may

V1 = "/api/v1"
# A day ahead: what is counted from now on stays whole, as long as a run of the tests may take.
TOMORROW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)


def received(client: TestClient, world: World, company: Any) -> str:
    """Enter an analysis that the centre received; return its address."""
    body = {
        "company": str(company),
        "subject": "홍삼 분석",
        "goods": [{"good": "ginsenoside", "quantity": "2"}],
    }
    made = client.post(f"{V1}/centres/{world.centre.id}/commissions", json=body)
    one = f"{V1}/commissions/{made.json()['id']}"
    due = f"{TOMORROW.astimezone(World.ZONE) + timedelta(days=7):%Y-%m-%d}"
    assert client.post(f"{one}/receive", json={"due_on": due}).status_code == 200
    return one


def test_a_case_names_people_and_machine_times_and_the_queue_their_load(
    client: TestClient, world: World, bearer: LogIn, visit: Visit
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    own = world.member(company)
    member = bearer(own)
    client.headers.update(bearer(None))
    manager = str(world.manager.person_id)
    one, other = (received(client, world, company.id) for _ in range(2))
    hplc, dryer = world.machine("hplc-1"), world.machine("dryer-1")
    booking = world.booked(hplc, company, TOMORROW + timedelta(hours=3))
    path = f"{one}/assignments"

    def assign(**body: Any) -> Any:
        return client.post(path, json=body)

    both = assign(person=manager, booking=str(booking.id))
    assert both.status_code == 201, both.text
    assert (both.json()["machine_slug"], both.json()["name"]) == ("hplc-1", "담당자")
    # The centre's own use of a machine, which no booking holds.
    times = {
        "start": (TOMORROW + timedelta(hours=1)).isoformat(),
        "end": (TOMORROW + timedelta(hours=5)).isoformat(),
    }
    dried = assign(machine_slug="dryer-1", **times)
    assert (dried.status_code, dried.json()["machine"]) == (201, str(dryer.id)), dried.text
    again = assign(person=manager, booking=str(booking.id))
    assert (again.status_code, again.json()["code"]) == (409, "conflict")

    queue = f"{V1}/centres/{world.centre.id}/commission-queue"
    found = client.get(queue).json()
    assert [(x["person"], x["commissions"]) for x in found["workers"]] == [(manager, 1)]
    assert found["unassigned"] == 1
    assert [(x["machine_slug"], x["seconds"]) for x in found["machines"]] == [
        ("dryer-1", 4 * 3600),
        ("hplc-1", 2 * 3600),
    ]
    # Names of staff are the desk's: the firm reads none, on no way.
    assert client.get(path, headers=member).status_code == 403
    assert client.post(path, json={"person": manager}, headers=member).status_code == 403
    with transaction(world.pool, own.reach()) as tx:
        assert tx.execute("select id from commission_assignments").fetchall() == []
    page = f"/commissions/{one.split('/')[-1]}"
    assert "담당" not in text_of(visit(own).get(page).text)
    desk = visit(None)
    shown = text_of(desk.get(page).text)
    assert "담당자" in shown
    listed = text_of(desk.get("/commissions").text)
    assert "담당자 없음 1건" in listed.replace(" ·", "")
    assert "4시간" in listed

    # A booking that is cancelled holds its machine no more.
    cancelled = client.post(f"{V1}/bookings/{booking.id}/cancel", json={"reason": "시험"})
    assert cancelled.status_code == 200, cancelled.text
    assert "예약 취소됨" in text_of(desk.get(page).text)
    assert [x["machine_slug"] for x in client.get(queue).json()["machines"]] == ["dryer-1"]
    end = f"{V1}/commission-assignments/{both.json()['id']}/end"
    assert client.post(end, headers=member).status_code == 404
    assert client.post(end).status_code == 204
    assert client.post(end).status_code == 409
    assert [x["id"] for x in client.get(path).json()["items"]] == [dried.json()["id"]]
    assert client.get(f"{other}/assignments").json()["items"] == []


def test_what_makes_no_assignment_is_refused(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company, stranger = world.company(), world.company()
    client.headers.update(bearer(None))
    one = received(client, world, company.id)
    world.machine("hplc-1")
    theirs = world.booked(world.machine("mill-9"), stranger, TOMORROW + timedelta(hours=3))
    hour = {"start": TOMORROW.isoformat(), "end": (TOMORROW + timedelta(hours=1)).isoformat()}
    long = {
        "start": TOMORROW.isoformat(),
        "end": (TOMORROW + timedelta(days=31, hours=1)).isoformat(),
    }
    own = str(world.booked(world.machine("mill-8"), company, TOMORROW + timedelta(hours=3)).id)
    refused: list[tuple[dict[str, Any], str]] = [
        ({}, "person"),
        ({"person": str(world.member(company).person_id)}, "person"),
        ({"booking": str(theirs.id)}, "booking"),
        ({"machine_slug": "hplc-1"}, "machine"),
        ({"start": hour["start"]}, "end"),
        ({"machine_slug": "hplc-1", **long}, "end"),
        ({"booking": own, "machine_slug": "hplc-1", **hour}, "booking"),
    ]
    for body, field in refused:
        answer = client.post(f"{one}/assignments", json=body)
        assert (answer.status_code, answer.json().get("field")) == (422, field), (body, answer.text)
    edge = {**long, "end": (TOMORROW + timedelta(days=31)).isoformat()}
    longest = client.post(f"{one}/assignments", json={"machine_slug": "hplc-1", **edge})
    assert longest.status_code == 201, longest.text
    # The assignments of a case stay once it is over.
    assert client.post(f"{one}/decline", json={"reason": "시험"}).status_code == 200
    end = f"{V1}/commission-assignments/{longest.json()['id']}/end"
    late = client.post(f"{one}/assignments", json={"person": str(world.manager.person_id)})
    assert [a.status_code for a in (client.post(end), late)] == [409, 409]
    nobody_may(world.pool, "delete from commission_assignments")


def test_a_case_that_ends_meanwhile_refuses_and_breaks_nothing(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    client.headers.update(bearer(None))
    body = {"person": str(world.manager.person_id)}

    def after(path: str, sent: dict[str, str]) -> int:
        return client.post(path, json=sent).status_code

    for _ in range(4):
        one = received(client, world, company.id)
        found = at_once(
            partial(after, f"{one}/decline", {"reason": "시험"}),
            partial(after, f"{one}/assignments", body),
        )
        assert found in ([200, 201], [200, 409])


INSERT = """
insert into commission_assignments (id, commission_id, centre_id, booking_id, recorded_at)
values (%(id)s, %(case)s, %(centre)s, %(booking)s, now())
"""


def test_the_database_keeps_assignments_to_their_case(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.tariff(goods=[ANALYSIS])
    company = world.company()
    client.headers.update(bearer(None))
    one = UUID(received(client, world, company.id).split("/")[-1])
    machine = world.machine("hplc-1")
    own = world.booked(machine, company, TOMORROW + timedelta(hours=3))
    theirs = world.booked(machine, world.company(), TOMORROW + timedelta(hours=9))

    values = {"id": new_id(), "case": one, "centre": world.centre.id, "booking": own.id}
    wrong = (
        ({"booking": theirs.id}, "commission_assignments_booking"),
        ({"centre": new_id()}, "commission_assignments_case"),
        ({"booking": None}, "commission_assignments_said"),
    )
    with psycopg.connect(str(world.pool.conninfo)) as owner:
        for more, constraint in wrong:
            with (
                pytest.raises(psycopg.errors.CheckViolation) as refused,
                owner.transaction(),
            ):
                owner.execute(INSERT, {**values, **more})
            assert refused.value.diag.constraint_name == constraint
        owner.execute(INSERT, values)
        owner.execute("update commission_assignments set ended_at = now()")
        with (
            pytest.raises(psycopg.errors.RestrictViolation, match="ends once"),
            owner.transaction(),
        ):
            owner.execute("update commission_assignments set ended_at = now()")
