"""Assisted use holds a technician: skilled, on shift, free, in one place, and the least loaded
first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.waiting_entry import WaitingFilter
from gadong.booking.services import approvals, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.staff import technicians
from gadong.booking.services.waiting import offers, waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.booking.technicians import MODES, register, staff, technician_path
from tests.support.world import World

HOUR = timedelta(hours=1)
NOW = TOMORROW - 12 * HOUR


@pytest.fixture
def desk(bearer: LogIn) -> dict[str, str]:
    """The manager."""
    return bearer(None)


@pytest.fixture
def one(client: TestClient, desk: dict[str, str], world: World) -> PersonId:
    """The centre's only technician."""
    person = staff(world, "kim")
    register(client, desk, world, person)
    return person


def book(
    client: TestClient,
    headers: dict[str, str],
    machine: Machine,
    start: datetime = TOMORROW,
    **more: Any,
) -> Any:
    """Ask for an hour with the centre's help."""
    body = wish(machine.slug, 1, start, usage_mode="assisted") | more
    return client.post("/api/v1/bookings", json=body, headers=headers)


def technician_of(client: TestClient, headers: dict[str, str], answer: Any) -> str | None:
    """Return who assists a booking."""
    assert answer.status_code == 201, answer.text
    found = client.get(f"/api/v1/bookings/{answer.json()['id']}", headers=headers).json()[
        "technician"
    ]
    assert found is None or isinstance(found, str)
    return found


def test_two_at_one_hour_with_one_technician_is_refused_with_the_next_times(
    client: TestClient, bearer: LogIn, world: World, one: PersonId
) -> None:
    first, second = world.machine(usage_modes=MODES), world.machine(usage_modes=MODES)
    headers = bearer(world.member(world.company()))
    assert technician_of(client, headers, book(client, headers, first)) == str(one)
    refused = book(client, headers, second)
    assert refused.status_code == 422
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.no_technician"]
    times = [
        (a["start"], a["end"])
        for a in refused.json()["alternatives"]
        if a["machine_slug"] == second.slug
    ]
    # Right before and right after are tried before anything else, and would do.
    assert times
    for start, _ in times:
        begins = datetime.fromisoformat(start)
        assert technician_of(client, headers, book(client, headers, second, begins)) == str(one)
    # A person who needs no help does not wait for a technician.
    own = wish(second.slug, 1, TOMORROW, usage_mode="self")
    assert client.post("/api/v1/bookings", json=own, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("opens", "closes", "status"),
    [("09:00:00", "10:00:00", 201), ("09:00:00", "09:59:00", 422), ("09:01:00", "10:00:00", 422)],
)
def test_a_technician_assists_in_their_shifts_alone(
    client: TestClient,
    bearer: LogIn,
    desk: dict[str, str],
    world: World,
    opens: str,
    closes: str,
    status: int,
) -> None:
    nine = TOMORROW.astimezone(world.ZONE).replace(hour=9) + timedelta(days=1)
    shifts = [{"weekday": nine.weekday(), "opens": opens, "closes": closes}]
    register(client, desk, world, staff(world, "kim"), shifts=shifts)
    headers = bearer(world.member(world.company()))
    assert book(client, headers, world.machine(usage_modes=MODES), nine).status_code == status


def test_a_technician_assists_at_their_kinds_alone(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, one: PersonId
) -> None:
    lathe = world.machine(kind="lathe", usage_modes=MODES)
    headers = bearer(world.member(world.company()))
    refused = book(client, headers, lathe)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.no_technician"]
    assert refused.json()["alternatives"] == []
    # A manager with a reason books it without anybody, and gives it to who has learnt it since.
    passed = book(
        client,
        desk,
        lathe,
        company=str(world.companies[0].id),
        person_name="김 전화",
        override="제작사 기사가 옴",
    )
    assert technician_of(client, desk, passed) is None
    register(client, desk, world, one, kinds=["lathe", "mill"])
    path = f"/api/v1/bookings/{passed.json()['id']}/technician"
    given = client.put(path, json={}, headers=desk)
    assert (given.status_code, given.json()["technician"]) == (200, str(one))


def test_the_load_is_spread_to_the_least_loaded(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, one: PersonId
) -> None:
    # Two hours are on the first one's hands; the second is registered later and sorts behind.
    machine = world.machine(usage_modes=MODES)
    headers = bearer(world.member(world.company()))
    monday = TOMORROW + timedelta(days=(7 - TOMORROW.astimezone(world.ZONE).weekday()) % 7)
    assert technician_of(client, headers, book(client, headers, machine, monday)) == str(one)
    other = staff(world, "lee")
    register(client, desk, world, other)
    found = [
        technician_of(client, headers, book(client, headers, machine, monday + n * 2 * HOUR))
        for n in range(1, 4)
    ]
    assert found.count(str(other)) == 2
    assert found[0] == str(other)


def test_without_a_technician_assistance_is_approved_and_with_one_it_is_not(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    machine = world.machine(usage_modes=MODES, approval="qualified")
    strict = world.machine(usage_modes=MODES, approval="manual")
    headers = bearer(world.member(world.company()))
    before = book(client, headers, machine)
    assert (before.json()["state"], technician_of(client, headers, before)) == ("pending", None)
    person = staff(world, "kim")
    register(client, desk, world, person)
    after = book(client, headers, machine, TOMORROW + 2 * HOUR)
    assert (after.json()["state"], technician_of(client, headers, after)) == (
        "confirmed",
        str(person),
    )
    asked = book(client, headers, strict, TOMORROW + 4 * HOUR)
    assert (asked.json()["state"], technician_of(client, headers, asked)) == (
        "pending",
        str(person),
    )
    # A request of before holds the technician once it is approved.
    path = f"/api/v1/bookings/{before.json()['id']}"
    approved = client.post(f"{path}/approve", json={"reason": "가능"}, headers=desk)
    assert approved.status_code == 200, approved.text
    assert client.get(path, headers=headers).json()["technician"] == str(person)


def test_a_technician_is_free_once_the_booking_is_given_up_moved_or_edited(
    client: TestClient, bearer: LogIn, world: World, one: PersonId
) -> None:
    first, second = world.machine(usage_modes=MODES), world.machine(usage_modes=MODES)
    headers = bearer(world.member(world.company()))
    for step in ("cancel", "move", "edit"):
        made = book(client, headers, first)
        assert technician_of(client, headers, made) == str(one)
        path = f"/api/v1/bookings/{made.json()['id']}"
        if step == "edit":
            done = client.patch(path, json={"usage_mode": "self"}, headers=headers)
        else:
            later = wish(first.slug, 1, TOMORROW + 3 * HOUR) if step == "move" else {}
            body = {k: later[k] for k in ("start", "end") if k in later}
            done = client.post(f"{path}/{step}", json=body, headers=headers)
        assert done.status_code == 200, done.text
        freed = book(client, headers, second)
        assert technician_of(client, headers, freed) == str(one)
        client.post(f"/api/v1/bookings/{freed.json()['id']}/cancel", headers=headers)
        client.post(f"{path}/cancel", headers=headers)


def test_a_move_to_where_nobody_is_free_keeps_the_old_place_and_technician(
    client: TestClient, bearer: LogIn, world: World, one: PersonId
) -> None:
    first, second = world.machine(usage_modes=MODES), world.machine(usage_modes=MODES)
    headers = bearer(world.member(world.company()))
    book(client, headers, first)
    later = TOMORROW + 3 * HOUR
    made = book(client, headers, second, later)
    path = f"/api/v1/bookings/{made.json()['id']}"
    to = {"start": TOMORROW.isoformat(), "end": (TOMORROW + HOUR).isoformat()}
    refused = client.post(f"{path}/move", json=to, headers=headers)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.no_technician"]
    shown = client.get(path, headers=headers).json()
    assert (datetime.fromisoformat(shown["start"]), shown["technician"]) == (later, str(one))


def test_an_absence_gives_its_bookings_to_others_and_says_what_is_left(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, one: PersonId
) -> None:
    mill, lathe = world.machine(usage_modes=MODES), world.machine(kind="lathe", usage_modes=MODES)
    register(client, desk, world, one, kinds=["lathe", "mill"])
    headers = bearer(world.member(world.company()))
    milled, turned = (
        book(client, headers, m, TOMORROW + n * 2 * HOUR).json()
        for n, m in enumerate((mill, lathe))
    )
    other = staff(world, "lee")
    register(client, desk, world, other)
    body = {"start": TOMORROW.isoformat(), "end": (TOMORROW + 5 * HOUR).isoformat()}
    away = client.post(f"{technician_path(world, one)}/absences", json=body, headers=desk)
    assert away.status_code == 201, away.text
    assert (away.json()["reassigned"], away.json()["unassigned"]) == (
        [milled["id"]],
        [turned["id"]],
    )
    bounds = {"from": TOMORROW.isoformat(), "to": (TOMORROW + 24 * HOUR).isoformat()}
    agenda = client.get(
        f"/api/v1/centres/{world.centre.id}/assistance", params=bounds, headers=desk
    ).json()
    assert agenda["next"] is None
    assert [(e["booking"], e["machine_slug"], e["technician"]) for e in agenda["items"]] == [
        (milled["id"], mill.slug, str(other)),
        (turned["id"], lathe.slug, None),
    ]
    # Nobody is given who is away, and the way back is open again without the absence.
    path = f"/api/v1/bookings/{turned['id']}/technician"
    refused = client.put(path, json={"technician": str(one)}, headers=desk)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.technician"]
    assert client.delete(away.headers["Location"], headers=desk).status_code == 204
    given = client.put(path, json={"technician": str(one)}, headers=desk)
    assert (given.status_code, given.json()["technician"]) == (200, str(one))


def test_a_manager_reassigns_to_who_is_free_alone(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, one: PersonId
) -> None:
    first, second = world.machine(usage_modes=MODES), world.machine(usage_modes=MODES)
    other = staff(world, "lee")
    register(client, desk, world, other)
    headers = bearer(world.member(world.company()))
    made = [book(client, headers, machine) for machine in (first, second)]
    holders = [technician_of(client, headers, answer) for answer in made]
    assert set(holders) == {str(one), str(other)}
    path = f"/api/v1/bookings/{made[0].json()['id']}/technician"
    busy = client.put(path, json={"technician": holders[1]}, headers=desk)
    assert [p["code"] for p in busy.json()["problems"]] == ["booking.technician"]
    assert (
        client.get(path.removesuffix("/technician"), headers=desk).json()["technician"]
        == holders[0]
    )
    assert client.put(path, json={"technician": holders[0]}, headers=headers).status_code == 403
    client.post(f"/api/v1/bookings/{made[1].json()['id']}/cancel", headers=headers)
    given = client.put(path, json={"technician": holders[1], "reason": "교대"}, headers=desk)
    assert (given.status_code, given.json()["technician"]) == (200, holders[1])
    history = client.get(path.removesuffix("/technician"), headers=desk).json()["history"]
    assert (history[-1]["action"], history[-1]["reason"]) == ("assign", "교대")


def test_a_technician_with_bookings_to_come_is_not_removed(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, one: PersonId
) -> None:
    headers = bearer(world.member(world.company()))
    made = book(client, headers, world.machine(usage_modes=MODES))
    assert client.delete(technician_path(world, one), headers=desk).status_code == 409
    client.post(f"/api/v1/bookings/{made.json()['id']}/cancel", headers=headers)
    assert client.delete(technician_path(world, one), headers=desk).status_code == 204
    assert client.delete(technician_path(world, one), headers=desk).status_code == 204
    listed = client.get(f"/api/v1/centres/{world.centre.id}/technicians", headers=desk).json()
    assert listed == {"items": [], "next": None}


def test_what_is_no_shift_or_no_staff_is_refused(
    client: TestClient, desk: dict[str, str], world: World, one: PersonId
) -> None:
    twice = [{"weekday": 0, "opens": "09:00:00", "closes": "12:00:00"}] * 2
    answer = client.put(
        technician_path(world, one), json={"kinds": [], "shifts": twice}, headers=desk
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "shifts")
    stranger = world.member(world.company()).person_id
    answer = client.put(
        technician_path(world, stranger), json={"kinds": [], "shifts": []}, headers=desk
    )
    assert answer.status_code == 404


def assisted(machine: Machine, who: Caller, start: datetime = TOMORROW) -> Request:
    """An hour with the centre's help."""
    return Request(
        machine=machine,
        company=next(iter(who.companies)),
        period=Period(start, start + HOUR),
        usage_mode=UsageMode.ASSISTED,
    )


def test_of_eight_at_one_moment_one_has_the_only_technician(
    world: World, pool: Pool, one: PersonId
) -> None:
    company = world.company()
    callers = [world.member(company) for _ in range(8)]
    machines = [world.machine(usage_modes=MODES) for _ in range(8)]

    def ask(number: int) -> str:
        try:
            bookings.request(
                pool, callers[number], assisted(machines[number], callers[number]), now=NOW
            )
        except Refused as refused:
            return ",".join(p.code for p in refused.problems)
        return "booked"

    with ThreadPoolExecutor(8) as hands:
        found = sorted(hands.map(ask, range(8)))
    assert found == ["booked"] + ["booking.no_technician"] * 7
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select technician_id from assistances where is_held")
    assert [row["technician_id"] for row in rows] == [one]


def test_the_database_keeps_a_technician_in_one_place(
    world: World, pool: Pool, one: PersonId
) -> None:
    who = world.member(world.company())
    first = bookings.request(pool, who, assisted(world.machine(usage_modes=MODES), who), now=NOW)[0]
    elsewhere = world.machine(usage_modes=["self"])
    second = bookings.request(
        pool,
        who,
        Request(machine=elsewhere, company=first.company_id, period=first.period),
        now=NOW,
    )[0]
    insert = (
        "insert into assistances (booking_id, centre_id, technician_id, during, is_held)"
        " select %s, centre_id, technician_id, during, is_held from assistances where "
        "booking_id = %s"
    )
    with (
        psycopg.connect(str(pool.conninfo)) as owner,
        pytest.raises(psycopg.errors.ExclusionViolation),
    ):
        owner.execute(insert, [second.id, first.id])


def test_an_offer_of_the_list_holds_a_technician_and_waits_for_one(
    world: World, pool: Pool, one: PersonId
) -> None:
    who = world.member(world.company())
    first = bookings.request(pool, who, assisted(world.machine(usage_modes=MODES), who), now=NOW)[0]
    waiter = world.member(world.company())
    waits = WaitingRequest(
        machine=world.machine(usage_modes=MODES),
        company=next(iter(waiter.companies)),
        period=first.period,
        length=HOUR,
        usage_mode=UsageMode.ASSISTED,
    )
    entry = waiting_list.join(pool, waiter, waits, now=NOW)
    assert entry.booking_id is None
    booking_changes.cancel(pool, Hand(who=who, booking=first.id), now=NOW)
    with transaction(pool, SYSTEM) as tx:
        assert offers.offer_all(tx, now=NOW) == 1
    found = next(
        e
        for e in waiting_list.page(pool, waiter, WaitingFilter(ended_since=NOW))
        if e.id == entry.id
    )
    assert found.booking_id is not None
    assert technicians.of_bookings(pool, waiter, [found.booking_id]) == {found.booking_id: one}
    taken = approvals.accept(pool, Hand(who=waiter, booking=found.booking_id), now=NOW)
    assert technicians.of_bookings(pool, waiter, [taken.id]) == {taken.id: one}


def test_a_group_of_two_needs_two_technicians(world: World, pool: Pool, one: PersonId) -> None:
    who = world.member(world.company())
    hall = [world.machine(usage_modes=MODES) for _ in range(2)]
    both = Request(
        machine=hall[0],
        also=(hall[1],),
        company=next(iter(who.companies)),
        period=Period(TOMORROW, TOMORROW + HOUR),
        usage_mode=UsageMode.ASSISTED,
    )
    with pytest.raises(GadongError) as refused:
        bookings.request(pool, who, both, now=NOW)
    assert isinstance(refused.value, Refused)
    assert [p.code for p in refused.value.problems] == ["booking.no_technician"]
    with transaction(pool, SYSTEM) as tx:
        assert many(tx, "select id from bookings") == []
        assert (
            many(tx, "select booking_id from assistances where technician_id = %(one)s", one=one)
            == []
        )
