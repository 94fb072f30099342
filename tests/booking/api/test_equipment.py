"""Counted equipment: held by bookings, of any kind that serves, and never over-full."""

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
from gadong.booking.services.equipment import equipment
from gadong.booking.services.waiting import offers, waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World

HOUR = timedelta(hours=1)
NOW = TOMORROW - 12 * HOUR
OVER_FULL = """
    select h.equipment_id
    from equipment_holds h
    join equipment e on e.id = h.equipment_id
    join equipment_holds o
        on o.equipment_id = h.equipment_id and o.is_held and o.during @> lower(h.during)
    where h.is_held
    group by h.booking_id, h.equipment_id, h.unit, e.units
    having count(*) > e.units
"""


def has(
    client: TestClient, desk: dict[str, str], world: World, units: int, slug: str = "probe"
) -> Any:
    """The centre has so many of it."""
    body = {"name_ko": "측정 프로브", "name_en": "Probe head", "units": units}
    path = f"/api/v1/centres/{world.centre.id}/equipment/{slug}"
    return client.put(path, json=body, headers=desk)


def needing(
    client: TestClient, desk: dict[str, str], world: World, *slugs: str, **more: Any
) -> Machine:
    """A machine of which each booking needs one of the equipment."""
    machine = world.machine(usage_modes=["self", "assisted"])
    body = {"needs": [{"any_of": list(slugs or ("probe",))} | more]}
    answer = client.put(f"/api/v1/machines/{machine.slug}/equipment", json=body, headers=desk)
    assert answer.status_code == 204, answer.text
    return machine


def book(
    client: TestClient,
    headers: dict[str, str],
    machine: Machine,
    start: datetime = TOMORROW,
    **more: Any,
) -> Any:
    """Ask for an hour."""
    return client.post(
        "/api/v1/bookings", json=wish(machine.slug, 1, start) | more, headers=headers
    )


def units_of(client: TestClient, headers: dict[str, str], answer: Any) -> list[tuple[str, int]]:
    """Return the units that a booking holds."""
    assert answer.status_code == 201, answer.text
    path = f"/api/v1/bookings/{answer.json()['id']}/equipment"
    return [(u["equipment"], u["unit"]) for u in client.get(path, headers=headers).json()["items"]]


@pytest.fixture
def desk(bearer: LogIn) -> dict[str, str]:
    """The manager."""
    return bearer(None)


def test_one_more_than_there_are_is_refused_with_the_next_times(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    assert has(client, desk, world, 2).status_code == 200
    machines = [needing(client, desk, world) for _ in range(3)]
    headers = bearer(world.member(world.company()))
    held = [units_of(client, headers, book(client, headers, m)) for m in machines[:2]]
    assert sorted(held) == [[("probe", 1)], [("probe", 2)]]
    refused = book(client, headers, machines[2])
    assert refused.status_code == 422
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.no_equipment"]
    assert "측정 프로브" in refused.text
    times = [a["start"] for a in refused.json()["alternatives"]]
    assert times
    for start in times:
        later = book(client, headers, machines[2], datetime.fromisoformat(start))
        assert len(units_of(client, headers, later)) == 1
    # The third probe makes the hour possible.
    assert has(client, desk, world, 3).status_code == 200
    assert units_of(client, headers, book(client, headers, machines[2])) == [("probe", 3)]


def test_either_of_two_serves_and_then_neither(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 1, "touch")
    has(client, desk, world, 1, "scan")
    machines = [needing(client, desk, world, "touch", "scan") for _ in range(3)]
    headers = bearer(world.member(world.company()))
    held = [units_of(client, headers, book(client, headers, m)) for m in machines[:2]]
    assert held == [[("touch", 1)], [("scan", 1)]]
    assert book(client, headers, machines[2]).status_code == 422
    passed = book(
        client,
        desk,
        machines[2],
        company=str(world.companies[0].id),
        person_name="김 전화",
        override="자기 프로브를 가져옴",
    )
    assert units_of(client, desk, passed) == []


def test_a_need_of_one_mode_is_no_need_of_another(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 0)
    machine = needing(client, desk, world, usage_mode="self")
    headers = bearer(world.member(world.company()))
    assert book(client, headers, machine, usage_mode="self").status_code == 422
    assert book(client, headers, machine, usage_mode="assisted").status_code == 201


@pytest.mark.parametrize(("units", "status"), [(2, 422), (3, 201), (4, 201)])
def test_a_need_of_three_takes_three(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, units: int, status: int
) -> None:
    has(client, desk, world, units, "chair")
    machine = needing(client, desk, world, "chair", units=3)
    headers = bearer(world.member(world.company()))
    made = book(client, headers, machine)
    assert made.status_code == status, made.text
    if status == 201:
        assert units_of(client, headers, made) == [("chair", n) for n in (1, 2, 3)]


def test_a_moved_or_given_up_booking_frees_its_unit(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 1)
    first, second = needing(client, desk, world), needing(client, desk, world)
    headers = bearer(world.member(world.company()))
    for step in ("cancel", "move"):
        made = book(client, headers, first)
        assert units_of(client, headers, made) == [("probe", 1)]
        path = f"/api/v1/bookings/{made.json()['id']}"
        later = wish(first.slug, 1, TOMORROW + 3 * HOUR) if step == "move" else {}
        body = {k: later[k] for k in ("start", "end") if k in later}
        assert client.post(f"{path}/{step}", json=body, headers=headers).status_code == 200
        freed = book(client, headers, second)
        assert units_of(client, headers, freed) == [("probe", 1)]
        if step == "move":
            back = {"start": TOMORROW.isoformat(), "end": (TOMORROW + HOUR).isoformat()}
            refused = client.post(f"{path}/move", json=back, headers=headers)
            assert [p["code"] for p in refused.json()["problems"]] == ["booking.no_equipment"]
            assert units_of(client, headers, made) == [("probe", 1)]
        client.post(f"/api/v1/bookings/{freed.json()['id']}/cancel", headers=headers)


def test_units_that_bookings_hold_are_not_taken_away(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 2)
    headers = bearer(world.member(world.company()))
    made = [book(client, headers, needing(client, desk, world)) for _ in range(2)]
    assert [units_of(client, headers, m) for m in made] == [[("probe", 1)], [("probe", 2)]]
    assert has(client, desk, world, 1).status_code == 409
    client.post(f"/api/v1/bookings/{made[1].json()['id']}/cancel", headers=headers)
    assert has(client, desk, world, 1).status_code == 200
    assert has(client, desk, world, 0).status_code == 409
    listed = client.get(f"/api/v1/centres/{world.centre.id}/equipment", headers=desk).json()
    assert [(e["slug"], e["units"]) for e in listed["items"]] == [("probe", 1)]


@pytest.mark.parametrize(
    ("needs", "field"),
    [
        ([{"any_of": ["unknown"]}], "any_of"),
        ([{"any_of": ["probe", "probe"]}], "any_of"),
        ([{"any_of": ["probe"]}, {"any_of": ["probe"], "usage_mode": "self"}], "needs"),
    ],
)
def test_needs_that_cannot_be_counted_are_refused(
    client: TestClient, desk: dict[str, str], world: World, needs: list[Any], field: str
) -> None:
    has(client, desk, world, 2)
    machine = needing(client, desk, world)
    path = f"/api/v1/machines/{machine.slug}/equipment"
    answer = client.put(path, json={"needs": needs}, headers=desk)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert client.get(path, headers=desk).json()["items"] == [
        {"any_of": ["probe"], "units": 1, "usage_mode": None}
    ]


def test_of_eight_at_one_moment_as_many_as_there_are_have_one(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    has(client, desk, world, 3)
    company = world.company()
    callers = [world.member(company) for _ in range(8)]
    machines = [needing(client, desk, world) for _ in range(8)]
    period = Period(TOMORROW, TOMORROW + HOUR)

    def ask(number: int) -> str:
        try:
            wanted = Request(machine=machines[number], company=company.id, period=period)
            bookings.request(pool, callers[number], wanted, now=NOW)
        except Refused as refused:
            return ",".join(p.code for p in refused.problems)
        return "booked"

    with ThreadPoolExecutor(8) as hands:
        found = sorted(hands.map(ask, range(8)))
    assert found == ["booked"] * 3 + ["booking.no_equipment"] * 5
    with transaction(pool, SYSTEM) as tx:
        assert tx.execute(OVER_FULL).fetchall() == []
        held = tx.execute("select unit from equipment_holds where is_held order by unit").fetchall()
    assert [row["unit"] for row in held] == [1, 2, 3]


def test_the_database_gives_a_unit_to_one_booking_and_has_no_more_than_there_are(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, pool: Pool
) -> None:
    has(client, desk, world, 1)
    headers = bearer(world.member(world.company()))
    first = book(client, headers, needing(client, desk, world)).json()["id"]
    second = book(client, headers, world.machine()).json()["id"]
    insert = (
        "insert into equipment_holds (booking_id, centre_id, equipment_id, unit, during, is_held)"
        " select %s, centre_id, equipment_id, %s, during, is_held from equipment_holds"
        " where booking_id = %s"
    )
    with psycopg.connect(str(pool.conninfo)) as owner:
        with pytest.raises(psycopg.errors.ExclusionViolation):
            owner.execute(insert, [second, 1, first])
        owner.rollback()
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(insert, [second, 2, first])


def test_an_offer_of_the_list_waits_for_a_unit_and_holds_it(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    has(client, desk, world, 1)
    who, waiter = world.member(world.company()), world.member(world.company())
    period = Period(TOMORROW, TOMORROW + HOUR)
    wanted = Request(
        machine=needing(client, desk, world), company=next(iter(who.companies)), period=period
    )
    first = bookings.request(pool, who, wanted, now=NOW)[0]
    waits = WaitingRequest(
        machine=needing(client, desk, world),
        company=next(iter(waiter.companies)),
        period=period,
        length=HOUR,
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
    taken = approvals.accept(pool, Hand(who=waiter, booking=found.booking_id), now=NOW)
    assert equipment.of_booking(pool, waiter, taken) == [("probe", 1)]


def test_a_group_of_two_needs_two_units(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    has(client, desk, world, 1)
    who = world.member(world.company())
    hall = [needing(client, desk, world) for _ in range(2)]
    both = Request(
        machine=hall[0],
        also=(hall[1],),
        company=next(iter(who.companies)),
        period=Period(TOMORROW, TOMORROW + HOUR),
    )
    with pytest.raises(Refused) as refused:
        bookings.request(pool, who, both, now=NOW)
    assert [p.code for p in refused.value.problems] == ["booking.no_equipment"]
    has(client, desk, world, 2)
    made = bookings.request(pool, who, both, now=NOW)
    held = [equipment.of_booking(pool, who, b) for b in made]
    assert sorted(held) == [[("probe", 1)], [("probe", 2)]]


def test_the_chosen_one_of_two_is_held_and_kept(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 1, "touch")
    has(client, desk, world, 1, "scan")
    machines = [needing(client, desk, world, "touch", "scan") for _ in range(2)]
    headers = bearer(world.member(world.company()))
    chosen: dict[str, Any] = {"equipment": ["scan"]}
    made = book(client, headers, machines[0], **chosen)
    assert (made.status_code, made.json()["equipment"]) == (201, ["scan"])
    assert units_of(client, headers, made) == [("scan", 1)]
    refused = book(client, headers, machines[1], **chosen)
    assert [p["code"] for p in refused.json()["problems"]] == ["booking.no_equipment"]
    assert refused.json()["problems"][0]["limit"] == "scan"
    for choice in refused.json()["alternatives"]:
        start = datetime.fromisoformat(choice["start"])
        quote = wish(choice["machine_slug"], 1, start) | chosen
        answer = client.post("/api/v1/bookings/quote", json=quote, headers=headers)
        assert answer.json()["problems"] == []
    # It moves with its own probe, though the other one is free, and not onto another's time of it.
    later = book(client, headers, machines[1], TOMORROW + 3 * HOUR, **chosen)
    assert units_of(client, headers, later) == [("scan", 1)]
    path = f"/api/v1/bookings/{made.json()['id']}/move"
    for hours, status in ((3, 422), (5, 200)):
        start = TOMORROW + hours * HOUR
        body = {"start": start.isoformat(), "end": (start + HOUR).isoformat()}
        assert client.post(path, json=body, headers=headers).status_code == status
    assert units_of(client, headers, made) == [("scan", 1)]


def test_a_choice_that_no_need_names_is_refused(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 1, "touch")
    has(client, desk, world, 1, "scan")
    machine = needing(client, desk, world, "touch")
    headers = bearer(world.member(world.company()))
    for path in ("bookings", "bookings/quote", "waiting"):
        body: dict[str, Any] = wish(machine.slug, 1, TOMORROW) | {"equipment": ["scan"]}
        if path == "waiting":
            body |= {"minutes": 60}
        answer = client.post(f"/api/v1/{path}", json=body, headers=headers)
        assert (answer.status_code, answer.json()["field"]) == (422, "equipment"), path


def test_a_sister_without_the_chosen_probe_is_no_alternative(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    has(client, desk, world, 2, "touch")
    has(client, desk, world, 2, "scan")
    machine = needing(client, desk, world, "touch", "scan")
    without, alike = needing(client, desk, world, "touch"), needing(client, desk, world, "scan")
    headers = bearer(world.member(world.company()))
    assert book(client, headers, machine).status_code == 201
    refused = book(client, headers, machine, equipment=["scan"])
    assert refused.status_code == 409
    others = {a["machine_slug"] for a in refused.json()["alternatives"]} - {machine.slug}
    assert others == {alike.slug}
    refused = book(client, headers, machine)
    others = {a["machine_slug"] for a in refused.json()["alternatives"]} - {machine.slug}
    assert others == {alike.slug, without.slug}


def test_the_waiting_list_offers_the_chosen_probe(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, pool: Pool
) -> None:
    has(client, desk, world, 1, "touch")
    has(client, desk, world, 1, "scan")
    machines = [needing(client, desk, world, "touch", "scan") for _ in range(2)]
    headers = bearer(world.member(world.company()))
    first = book(client, headers, machines[0], equipment=["scan"])
    body = wish(machines[1].slug, 1, TOMORROW) | {"minutes": 60, "equipment": ["scan"]}
    entry = client.post("/api/v1/waiting", json=body, headers=headers)
    assert (entry.status_code, entry.json()["booking"]) == (201, None)
    assert entry.json()["equipment"] == ["scan"]
    client.post(f"/api/v1/bookings/{first.json()['id']}/cancel", headers=headers)
    with transaction(pool, SYSTEM) as tx:
        assert offers.offer_all(tx, now=NOW) == 1
    (offered,) = client.get("/api/v1/waiting", headers=headers).json()["items"]
    path = f"/api/v1/bookings/{offered['booking']}/equipment"
    held = client.get(path, headers=headers).json()["items"]
    assert held == [{"equipment": "scan", "unit": 1}]
