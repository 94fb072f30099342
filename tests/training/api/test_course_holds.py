"""Machines and teachers that courses hold, against bookings and assistances, by the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Refused
from gadong.machines.store import machines
from gadong.training.services import courses, teachers
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.booking.technicians import MODES, register, staff
from tests.support.world import World

V1 = "/api/v1"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NOW = TOMORROW - 12 * HOUR


@pytest.fixture
def headers(bearer: LogIn, world: World) -> dict[str, str]:
    """A member of a company."""
    return bearer(world.member(world.company()))


@pytest.fixture
def desk(client: TestClient, bearer: LogIn, headers: dict[str, str]) -> TestClient:
    """The manager's client, once the member has logged in."""
    assert headers
    client.headers.update(bearer(None))
    return client


def plan(
    desk: TestClient, world: World, start: datetime = TOMORROW, hours: int = 1, **more: Any
) -> Any:
    """Plan a course from the instant on."""
    end = start + hours * HOUR
    body = {"code": "cnc", "start": start.isoformat(), "end": end.isoformat(), "seats": 2, **more}
    return desk.post(f"{V1}/centres/{world.centre.id}/courses", json=body)


def book(desk: TestClient, headers: dict[str, str], slug: str, start: datetime, **more: Any) -> Any:
    """Ask for an hour."""
    return desk.post(f"{V1}/bookings", json=wish(slug, 1, start) | more, headers=headers)


def test_a_course_keeps_bookings_off_its_machines_until_it_is_cancelled(
    desk: TestClient, headers: dict[str, str], world: World
) -> None:
    mill = world.machine()
    world.machine("room", kind="room")
    made = plan(desk, world, machines=[str(mill.id)], machine_slugs=["room"])
    assert made.status_code == 201, made.text
    assert set(made.json()["machine_slugs"]) == {mill.slug, "room"}
    for slug in (mill.slug, "room"):
        refused = book(desk, headers, slug, TOMORROW)
        assert "booking.closure" in {p["code"] for p in refused.json()["problems"]}, refused.text
    # Its edges are others' own.
    for start in (TOMORROW - HOUR, TOMORROW + HOUR):
        assert book(desk, headers, mill.slug, start).status_code == 201
    # The closure that shows it is the course's; a booking's list shows no hold.
    bounds = {"from": TOMORROW.isoformat(), "to": (TOMORROW + HOUR).isoformat()}
    closures = desk.get(f"{V1}/closures", params={"centre": str(world.centre.id), **bounds})
    shown = closures.json()["items"]
    assert {c["reason"] for c in shown} == {"교육: cnc"}
    lifted = desk.post(f"{V1}/closures/{shown[0]['id']}/lift", json={"reason": "끝"})
    assert (lifted.status_code, lifted.json()["code"]) == (409, "conflict")
    listed = desk.get(f"{V1}/bookings", params={"machine": str(mill.id)}).json()["items"]
    assert len(listed) == 2
    assert desk.get(f"{V1}/bookings/{shown[0]['id']}").status_code == 404
    path = f"{V1}/courses/{made.json()['id']}/cancel"
    assert desk.post(path, json={"reason": "강사 사정"}).status_code == 204
    assert book(desk, headers, mill.slug, TOMORROW).status_code == 201
    (seen,) = desk.get(f"{V1}/centres/{world.centre.id}/courses").json()["items"]
    assert seen["machines"] == []


def test_the_turn_round_of_bookings_stays_clear_of_a_course(
    desk: TestClient, headers: dict[str, str], world: World
) -> None:
    mill = world.machine(setup=30 * MINUTE, teardown=15 * MINUTE)
    other = world.machine()
    assert plan(desk, world, machine_slugs=[mill.slug]).status_code == 201
    for start in (TOMORROW - HOUR - 14 * MINUTE, TOMORROW + HOUR + 29 * MINUTE):
        quote = desk.post(f"{V1}/bookings/quote", json=wish(mill.slug, 1, start), headers=headers)
        assert [p["code"] for p in quote.json()["problems"]] == ["booking.taken"]
        refused = book(desk, headers, mill.slug, start)
        assert refused.status_code == 409
        choices = {(c["machine_slug"], c["start"]) for c in refused.json()["alternatives"]}
        assert (other.slug, write_instant(start)) in choices
        assert len(choices) > 1
    search = {"machine_slug": mill.slug, "minutes": 60, "not_before": write_instant(TOMORROW)}
    (slot,) = desk.post(f"{V1}/slots", json=search, headers=headers).json()["items"]
    assert slot["start"] == write_instant(TOMORROW + HOUR + 30 * MINUTE)
    for start in (TOMORROW - HOUR - 15 * MINUTE, TOMORROW + HOUR + 30 * MINUTE):
        assert book(desk, headers, mill.slug, start).status_code == 201


def test_a_retired_machine_is_held_by_no_course(desk: TestClient, world: World, pool: Pool) -> None:
    mill = world.machine()
    with transaction(pool, SYSTEM) as tx:
        machines.retire(tx, mill.id)
    refused = plan(desk, world, machines=[str(mill.id)])
    assert (refused.status_code, refused.json()["field"]) == (409, "machines")


def test_a_course_holds_all_that_it_names_or_is_not_planned(
    desk: TestClient, headers: dict[str, str], world: World
) -> None:
    free, booked = world.machine(), world.machine()
    assert book(desk, headers, booked.slug, TOMORROW + HOUR).status_code == 201
    both: dict[str, Any] = {"machine_slugs": [free.slug, booked.slug]}
    refused = plan(desk, world, hours=2, **both)
    assert (refused.status_code, refused.json()["field"]) == (409, "machines")
    assert booked.slug in refused.json()["detail"]
    assert desk.get(f"{V1}/centres/{world.centre.id}/courses").json()["items"] == []
    assert book(desk, headers, free.slug, TOMORROW).status_code == 201
    assert plan(desk, world, machine_slugs=[booked.slug]).status_code == 201
    again = plan(desk, world, machine_slugs=[booked.slug])
    assert (again.status_code, again.json()["field"]) == (409, "machines")
    twice = plan(
        desk, world, TOMORROW + 4 * HOUR, machines=[str(free.id)], machine_slugs=[free.slug]
    )
    assert (twice.status_code, twice.json()["field"]) == (422, "machines")


def test_a_teacher_is_in_one_place(desk: TestClient, headers: dict[str, str], world: World) -> None:
    machine, person = world.machine(usage_modes=MODES), staff(world, "김기술")
    register(desk, {}, world, person)
    assisted = {"usage_mode": "assisted"}
    assert book(desk, headers, machine.slug, TOMORROW, **assisted).status_code == 201
    refused = plan(desk, world, teacher=str(person))
    assert (refused.status_code, refused.json()["field"]) == (409, "teacher")
    made = plan(desk, world, TOMORROW + HOUR, teacher=str(person))
    assert (made.status_code, made.json()["teacher"]) == (201, str(person))
    late = book(desk, headers, machine.slug, TOMORROW + HOUR, **assisted)
    assert [p["code"] for p in late.json()["problems"]] == ["booking.no_technician"]
    other = plan(desk, world, TOMORROW + HOUR, teacher=str(person))
    assert (other.status_code, other.json()["field"]) == (409, "teacher")
    away = {
        "start": (TOMORROW + HOUR).isoformat(),
        "end": (TOMORROW + 2 * HOUR).isoformat(),
    }
    path = f"{V1}/centres/{world.centre.id}/technicians/{person}/absences"
    assert desk.post(path, json=away).status_code == 409
    # Another teacher sets them free, for assistance and for leave.
    teacher = f"{V1}/courses/{made.json()['id']}/teacher"
    second = staff(world, "박강사")
    assert desk.put(teacher, json={"person": str(second)}).status_code == 204
    freed = book(desk, headers, machine.slug, TOMORROW + HOUR, **assisted)
    assert freed.status_code == 201, freed.text
    assert desk.put(teacher, json={"person": str(person)}).status_code == 409
    (seen,) = desk.get(f"{V1}/centres/{world.centre.id}/courses").json()["items"]
    assert seen["teacher"] == str(second)
    assert desk.put(teacher, json={"person": None}).status_code == 204
    outsider = str(world.member(world.company()).person_id)
    assert desk.put(teacher, json={"person": outsider}).status_code == 404


def test_who_teaches_a_course_to_come_stays_until_another_teaches_it(
    desk: TestClient, world: World
) -> None:
    person = staff(world, "김강사")
    register(desk, {}, world, person)
    course = plan(desk, world, teacher=str(person)).json()
    roles = f"{V1}/centres/{world.centre.id}/staff/{person}"
    refused = desk.put(roles, json={"roles": []})
    day = f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%d}"
    assert (refused.status_code, refused.json()["field"]) == (409, "roles")
    assert f"cnc {day}" in refused.json()["detail"]
    technician = f"{V1}/centres/{world.centre.id}/technicians/{person}"
    kept = desk.delete(technician)
    assert (kept.status_code, "1 courses" in kept.json()["detail"]) == (409, True)
    # A teacher keeps other roles, and goes once somebody else teaches.
    assert desk.put(roles, json={"roles": ["technician", "manager"]}).status_code == 204
    teacher = f"{V1}/courses/{course['id']}/teacher"
    assert desk.put(teacher, json={"person": None}).status_code == 204
    assert desk.delete(technician).status_code == 204
    assert desk.put(roles, json={"roles": []}).status_code == 204


def test_who_teaches_a_course_that_has_begun_may_leave_the_staff(
    desk: TestClient, world: World
) -> None:
    person = staff(world, "김강사")
    assert plan(desk, world, hours=2, teacher=str(person)).status_code == 201
    centre = world.centre.id
    with pytest.raises(Conflict):
        teachers.set_roles(world.pool, world.manager, centre, person, set(), now=TOMORROW - MINUTE)
    # Nobody else can be named once it has begun.
    teachers.set_roles(world.pool, world.manager, centre, person, set(), now=TOMORROW)
    shown = desk.get(f"{V1}/centres/{centre}/staff").json()["items"]
    assert str(person) not in {member["id"] for member in shown}


def test_of_a_course_and_bookings_at_one_moment_one_has_the_machine(
    desk: TestClient, world: World, pool: Pool
) -> None:
    company = world.company()
    callers = [world.member(company) for _ in range(4)]
    for hour in range(3):
        machine = world.machine()
        period = Period(TOMORROW + hour * HOUR, TOMORROW + (hour + 1) * HOUR)

        def ask(number: int, machine: Any = machine, period: Period = period) -> str:
            try:
                if number < 2:
                    courses.plan(
                        pool,
                        world.manager,
                        centre=world.centre.id,
                        code="cnc",
                        period=period,
                        place="",
                        seats=2,
                        valid_days=None,
                        good="",
                        machines=[machine],
                        now=NOW,
                    )
                else:
                    wanted = Request(machine=machine, company=company.id, period=period)
                    bookings.request(pool, callers[number - 2], wanted, now=NOW)
            except (Conflict, Refused):
                return "refused"
            return "held"

        with ThreadPoolExecutor(6) as threads:
            found = sorted(threads.map(ask, range(6)))
        assert found == ["held"] + ["refused"] * 5
    with transaction(pool, SYSTEM) as tx:
        held = tx.execute("select count(*) as n from bookings").fetchone()
    assert held == {"n": 3}


def test_the_database_keeps_a_booking_off_a_course_and_holds_apart_from_bookings(
    desk: TestClient, headers: dict[str, str], world: World, pool: Pool
) -> None:
    machine = world.machine()
    assert book(desk, headers, machine.slug, TOMORROW + 2 * HOUR).status_code == 201
    assert plan(desk, world, machine_slugs=[machine.slug]).status_code == 201
    onto = """
        update bookings b
        set during = c.during, held = c.during
        from bookings c
        where b.state <> 'course' and c.state = 'course'
    """
    with psycopg.connect(str(pool.conninfo)) as owner:
        with pytest.raises(psycopg.errors.ExclusionViolation) as refused:
            owner.execute(onto)
        assert refused.value.diag.constraint_name == "bookings_no_overlap"
        owner.rollback()
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("update bookings set state = 'confirmed' where course_id is not null")
        owner.rollback()
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute("update bookings set company_id = null where course_id is null")
