"""Rooms with seats: several bookings stand in one at an instant, never more than it has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.waiting_entry import WaitingFilter
from gadong.booking.services import attendance, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.machine_ledger import open_ledger
from gadong.booking.services.waiting import offers, waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from tests.support.api_fixtures import LogIn
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.booking.closures import letters
from tests.support.world import World

HOUR = timedelta(hours=1)
NOW = TOMORROW - 12 * HOUR
# The seats that the bookings of an instant hold, beside those that their room has.
OVER_FULL = """
    select b.id
    from bookings b
    join machines m on m.id = b.machine_id
    join bookings o on o.machine_id = b.machine_id and o.held @> lower(b.held)
    where holds_seats(b.state, b.competes) and holds_seats(o.state, o.competes)
    group by b.id, m.seats
    having sum(case when o.shares then o.seats else m.seats end) > m.seats
"""
TO_ITS_TIME = """
    update bookings b set held = o.held, during = o.during
    from bookings o where o.id = %s and b.id = %s
"""
ALONE_AT_ITS_TIME = """
    update bookings b set held = o.held, during = o.during, shares = false
    from bookings o where o.id = %s and b.id = %s
"""


def room(
    client: TestClient, desk: dict[str, str], world: World, seats: int, **more: Any
) -> Machine:
    """A lounge that nothing observes, without turn-round."""
    slug = f"lounge-{len(world.pool.name)}-{seats}-{datetime.now(UTC):%H%M%S%f}"
    body = {
        "centre": str(world.centre.id),
        "slug": slug,
        "kind": "room",
        "name_ko": "라운지",
        "name_en": "Lounge",
        "observed": "neither",
        "seats": seats,
        "rules": {"setup_minutes": 0, "teardown_minutes": 0, "longest_minutes": 480, **more},
    }
    answer = client.post("/api/v1/machines", json=body, headers=desk)
    assert (answer.status_code, answer.json()["seats"]) == (201, seats), answer.text
    with transaction(world.pool, SYSTEM) as tx:
        (made,) = machines.by_slug(tx, slug)
    return made


def book(
    client: TestClient,
    headers: dict[str, str],
    machine: Machine,
    start: datetime = TOMORROW,
    hours: float = 1,
    **more: Any,
) -> Any:
    """Ask for a time."""
    return client.post(
        "/api/v1/bookings", json=wish(machine.slug, hours, start) | more, headers=headers
    )


def codes(answer: Any) -> list[str]:
    """Return the codes of a refusal."""
    return [p["code"] for p in answer.json()["problems"]]


@pytest.fixture
def desk(bearer: LogIn) -> dict[str, str]:
    """The manager."""
    return bearer(None)


@pytest.mark.parametrize(("seats", "status"), [(1, 201), (2, 201), (3, 409)])
def test_bookings_stand_beside_each_other_up_to_the_seats_of_a_room(
    client: TestClient,
    bearer: LogIn,
    desk: dict[str, str],
    world: World,
    seats: int,
    status: int,
) -> None:
    lounge = room(client, desk, world, 5)
    first, second = (bearer(world.member(world.company())) for _ in range(2))
    assert book(client, first, lounge, seats=3).status_code == 201
    answer = book(client, second, lounge, seats=seats)
    assert answer.status_code == status, answer.text
    if status == 201:
        assert (answer.json()["seats"], answer.json()["shares"]) == (seats, True)
    else:
        assert codes(answer) == ["booking.taken"]
        later = answer.json()["alternatives"][0]
        assert later["start"] != TOMORROW.isoformat()
        again = book(client, second, lounge, datetime.fromisoformat(later["start"]), seats=seats)
        assert again.status_code == 201, again.text
    with transaction(world.pool, SYSTEM) as tx:
        assert tx.execute(OVER_FULL).fetchall() == []


def test_who_takes_every_seat_has_the_room_alone(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    lounge = room(client, desk, world, 4)
    first, second = (bearer(world.member(world.company())) for _ in range(2))
    whole = book(client, first, lounge, seats=4)
    assert (whole.status_code, whole.json()["shares"]) == (201, False)
    assert codes(book(client, second, lounge)) == ["booking.taken"]
    assert book(client, second, lounge, TOMORROW + HOUR).status_code == 201
    assert codes(book(client, first, lounge, TOMORROW + HOUR, seats=4)) == ["booking.taken"]
    # The room grows, and the whole room stays one booking's.
    path = f"/api/v1/machines/{lounge.slug}/seats"
    assert client.put(path, json={"seats": 6}, headers=desk).status_code == 204
    assert codes(book(client, second, lounge)) == ["booking.taken"]


@pytest.mark.parametrize(("seats", "status"), [(2, 201), (3, 422)])
def test_a_centre_says_how_many_seats_one_booking_takes(
    client: TestClient,
    bearer: LogIn,
    desk: dict[str, str],
    world: World,
    seats: int,
    status: int,
) -> None:
    lounge = room(client, desk, world, 3, most_seats=2)
    headers = bearer(world.member(world.company()))
    answer = book(client, headers, lounge, seats=seats)
    assert answer.status_code == status
    if status == 422:
        problem = answer.json()["problems"][0]
        assert (problem["code"], problem["limit"], problem["actual"]) == ("booking.seats", 2, 3)
        assert answer.json()["alternatives"] == []


@pytest.mark.parametrize(("seats", "wanted"), [(5, 6), (1, 2)])
def test_seats_that_are_not_there_are_refused(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, seats: int, wanted: int
) -> None:
    lounge = room(client, desk, world, seats)
    answer = book(client, bearer(world.member(world.company())), lounge, seats=wanted)
    assert (answer.status_code, answer.json()["field"]) == (422, "seats")


def test_seats_that_take_turns_are_no_seat_for_all_of_the_time(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    lounge = room(client, desk, world, 2)
    each = [bearer(world.member(world.company())) for _ in range(4)]
    assert book(client, each[0], lounge).status_code == 201
    assert book(client, each[1], lounge).status_code == 201
    # Seat 1 goes on for the second hour, and seat 2 for the third.
    assert book(client, each[0], lounge, TOMORROW + HOUR).status_code == 201
    gone = book(client, each[1], lounge, TOMORROW + HOUR).json()["id"]
    assert book(client, each[1], lounge, TOMORROW + 2 * HOUR, seats=1).status_code == 201
    assert client.post(f"/api/v1/bookings/{gone}/cancel", headers=each[1]).status_code == 200
    answer = book(client, each[2], lounge, TOMORROW + HOUR, 2)
    # Seat 2 is free from the second hour on: the third hour's booking holds seat 1.
    assert answer.status_code == 201, answer.text
    refused = book(client, each[3], lounge, TOMORROW + HOUR)
    assert codes(refused) == ["booking.taken"]


def test_a_machine_with_sources_has_one_seat_and_a_room_with_seats_no_source(
    client: TestClient, desk: dict[str, str], world: World
) -> None:
    mill = world.machine()
    seats = client.put(f"/api/v1/machines/{mill.slug}/seats", json={"seats": 2}, headers=desk)
    assert (seats.status_code, seats.json()["field"]) == (409, "seats")
    lounge = room(client, desk, world, 2)
    source = {"dialect": "octoprint", "base": f"lounge/{lounge.slug}"}
    path = f"/api/v1/machines/{lounge.slug}"
    answer = client.post(f"{path}/sources", json=source, headers=desk)
    assert (answer.status_code, answer.json()["field"]) == (409, "machine"), answer.text
    for observed in ("signal", "ledger"):
        body = {"observed": observed, "since": TOMORROW.isoformat()}
        answer = client.post(f"{path}/observations", json=body, headers=desk)
        assert (answer.status_code, answer.json()["field"]) == (409, "observed"), answer.text
    # A room with a source has one seat.
    other = room(client, desk, world, 1)
    source = {"dialect": "octoprint", "base": f"lounge/{other.slug}"}
    made = client.post(f"/api/v1/machines/{other.slug}/sources", json=source, headers=desk)
    assert made.status_code == 201, made.text
    seats = client.put(f"/api/v1/machines/{other.slug}/seats", json={"seats": 2}, headers=desk)
    assert (seats.status_code, seats.json()["field"]) == (409, "seats")
    refused = client.post(
        "/api/v1/machines",
        json={
            "centre": str(world.centre.id),
            "slug": "no-room",
            "kind": "mill",
            "name_ko": "밀링",
            "name_en": "Mill",
            "seats": 2,
        },
        headers=desk,
    )
    assert (refused.status_code, refused.json()["field"]) == (409, "seats")


def test_seats_that_bookings_hold_are_not_taken_away(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    lounge = room(client, desk, world, 3)
    headers = bearer(world.member(world.company()))
    made = book(client, headers, lounge, seats=2).json()["id"]
    path = f"/api/v1/machines/{lounge.slug}/seats"
    assert client.put(path, json={"seats": 1}, headers=desk).status_code == 409
    assert client.put(path, json={"seats": 2}, headers=desk).status_code == 204
    client.post(f"/api/v1/bookings/{made}/cancel", headers=headers)
    # A seat that is shared is no machine of its own, whose runs a source may tell.
    made = book(client, headers, lounge).json()["id"]
    refused = client.put(path, json={"seats": 1}, headers=desk)
    assert (refused.status_code, refused.json()["field"]) == (409, "seats")
    client.post(f"/api/v1/bookings/{made}/cancel", headers=headers)
    assert client.put(path, json={"seats": 1}, headers=desk).status_code == 204


def test_of_thirty_two_at_once_five_sit_in_a_room_of_five(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    lounge = room(client, desk, world, 5)
    callers = [world.member(world.company()) for _ in range(32)]
    period = Period(TOMORROW, TOMORROW + HOUR)

    def ask(number: int) -> str:
        company = next(iter(callers[number].companies))
        wanted = Request(machine=lounge, company=company, period=period)
        try:
            bookings.request(pool, callers[number], wanted, now=NOW)
        except Refused as refused:
            return ",".join(p.code for p in refused.problems)
        return "booked"

    with ThreadPoolExecutor(32) as threads:
        found = sorted(threads.map(ask, range(32)))
    assert found == ["booked"] * 5 + ["booking.taken"] * 27
    with transaction(pool, SYSTEM) as tx:
        assert tx.execute(OVER_FULL).fetchall() == []
        held = tx.execute(
            "select lower(seat_numbers) as seat from bookings where machine_id = %s order by 1",
            [lounge.id],
        ).fetchall()
    assert [row["seat"] for row in held] == [1, 2, 3, 4, 5]


def test_the_database_gives_a_seat_to_one_booking(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World, pool: Pool
) -> None:
    lounge = room(client, desk, world, 2)
    for _ in range(2):
        headers = bearer(world.member(world.company()))
        made = book(client, headers, lounge).json()["id"]
    other = book(client, headers, lounge, TOMORROW + 2 * HOUR).json()["id"]
    with psycopg.connect(str(pool.conninfo)) as owner:
        for change in (TO_ITS_TIME, ALONE_AT_ITS_TIME):
            with pytest.raises(psycopg.errors.ExclusionViolation) as refused:
                owner.execute(change, [made, other])
            assert refused.value.diag.constraint_name == "bookings_no_overlap"
            owner.rollback()


def test_a_moved_booking_finds_another_seat_and_an_extension_its_end(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    lounge = room(client, desk, world, 2)
    first, second, third = (bearer(world.member(world.company())) for _ in range(3))
    book(client, first, lounge, TOMORROW + 2 * HOUR)
    mine = book(client, second, lounge).json()["id"]
    path = f"/api/v1/bookings/{mine}"
    longer = {"end": (TOMORROW + 3 * HOUR).isoformat()}
    # Seat 1 is held in the third hour; the other is free for all of the time.
    assert client.post(f"{path}/extend", json=longer, headers=second).status_code == 200
    full = book(client, third, lounge, TOMORROW + 2 * HOUR)
    assert codes(full) == ["booking.taken"]
    book(client, third, lounge, TOMORROW + 3 * HOUR, seats=2)
    longer = {"end": (TOMORROW + 4 * HOUR).isoformat()}
    refused = client.post(f"{path}/extend", json=longer, headers=second)
    assert codes(refused) == ["booking.taken"]


def test_a_freed_seat_is_offered_to_who_waits_for_so_many(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    lounge = room(client, desk, world, 3, waiting_list="hybrid")
    period = Period(TOMORROW, TOMORROW + HOUR)
    callers = [world.member(world.company()) for _ in range(4)]

    def company(number: int) -> Any:
        return next(iter(callers[number].companies))

    held = [
        bookings.request(
            pool,
            callers[number],
            Request(machine=lounge, company=company(number), period=period, seats=seats),
            now=NOW,
        )[0]
        for number, seats in ((0, 2), (1, 1))
    ]
    entries = [
        waiting_list.join(
            pool,
            callers[number],
            WaitingRequest(
                machine=lounge, company=company(number), period=period, length=HOUR, seats=seats
            ),
            now=NOW,
        )
        for number, seats in ((2, 2), (3, 1))
    ]
    assert [e.booking_id for e in entries] == [None, None]
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update bookings set state = 'cancelled' where id = %s", [held[1].id])
        machines.lock(tx, [lounge.id])
        assert offers.offer(tx, lounge, now=NOW) == 1
    shown = {e.id: e for e in waiting_list.page(pool, callers[3], WaitingFilter(ended_since=NOW))}
    # An entry for two seats keeps nobody off the one that is free.
    assert shown[entries[1].id].booking_id is not None
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update bookings set state = 'cancelled' where id = %s", [held[0].id])
        machines.lock(tx, [lounge.id])
        assert offers.offer(tx, lounge, now=NOW) == 1
        assert tx.execute(OVER_FULL).fetchall() == []


def test_two_companies_check_in_to_one_room_and_leave_it_each_for_itself(
    world: World, client: TestClient, desk: dict[str, str]
) -> None:
    lounge = room(client, desk, world, 2)
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=10)
    first, second = (world.booked(lounge, world.company(), start, 2) for _ in range(2))
    for booking in (first, second):
        answer = client.post(f"/api/v1/bookings/{booking.id}/check-in", headers=desk)
        assert (answer.status_code, answer.json()["state"]) == (200, "checked_in"), answer.text
    left = client.post(f"/api/v1/bookings/{first.id}/check-out", headers=desk)
    assert (left.status_code, left.json()["state"]) == (200, "completed"), left.text
    stays = client.get(f"/api/v1/bookings/{second.id}", headers=desk).json()
    assert stays["state"] == "checked_in"


def test_who_waits_for_more_seats_than_a_room_has_left_is_not_offered_it(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    lounge = room(client, desk, world, 6, waiting_list="hybrid")
    period = Period(TOMORROW, TOMORROW + HOUR)
    first, second = (world.member(world.company()) for _ in range(2))
    held = bookings.request(
        pool,
        first,
        Request(machine=lounge, company=next(iter(first.companies)), period=period, seats=1),
        now=NOW,
    )[0]
    entry = waiting_list.join(
        pool,
        second,
        WaitingRequest(
            machine=lounge,
            company=next(iter(second.companies)),
            period=period,
            length=HOUR,
            seats=6,
        ),
        now=NOW,
    )
    assert entry.booking_id is None
    path = f"/api/v1/machines/{lounge.slug}/seats"
    for seats in (4, 1):
        assert client.put(path, json={"seats": seats}, headers=desk).status_code == 204
        with transaction(pool, SYSTEM) as tx:
            tx.execute("update bookings set state = 'cancelled' where id = %s", [held.id])
            machines.lock(tx, [lounge.id])
            smaller = machines.by_id(tx, lounge.id)
            assert smaller is not None
            assert offers.offer(tx, smaller, now=NOW) == 0


def test_a_seat_is_told_of_where_the_room_was_full(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    lounge = room(client, desk, world, 3)
    period = Period(TOMORROW, TOMORROW + HOUR)
    who, listener = (world.member(world.company()) for _ in range(2))
    waiting_list.listen(pool, listener, lounge, least=HOUR, ahead=7 * 24 * HOUR)
    held = [
        bookings.request(
            pool,
            who,
            Request(machine=lounge, company=next(iter(who.companies)), period=period, seats=seats),
            now=NOW,
        )[0]
        for seats in (2, 1)
    ]
    for booking, told in ((held[0], 1), (held[1], 1)):
        # The second gives up a seat of a room that has two more.
        booking_changes.cancel(pool, Hand(who=who, booking=booking.id), now=NOW)
        found = [one for one in letters(pool, "machine.freed") if one["machine"] == str(lounge.id)]
        assert len(found) == told


def test_a_closure_proposes_a_room_that_has_as_many_seats_free(
    client: TestClient, desk: dict[str, str], world: World, pool: Pool
) -> None:
    whole, part, other = (room(client, desk, world, 4) for _ in range(3))
    period = Period(TOMORROW, TOMORROW + HOUR)
    first, second = (world.member(world.company()) for _ in range(2))

    def ask(who: Any, machine: Machine, seats: int) -> None:
        wanted = Request(
            machine=machine, company=next(iter(who.companies)), period=period, seats=seats
        )
        bookings.request(pool, who, wanted, now=NOW)

    ask(first, whole, 4)
    ask(first, part, 3)
    ask(second, other, 2)
    for hit in (whole, part):
        wanted = Closing(
            centre=world.centre.id, machine=hit, period=period, kind="closed", reason="공사"
        )
        (found,) = closures.preview(pool, world.manager, wanted, now=NOW).hits
        # Two of its four seats are free: too few for three, and no whole room.
        assert other.slug not in {slot.machine for slot in found.instead}


def test_bookings_side_by_side_have_each_its_own_time(
    world: World, client: TestClient, desk: dict[str, str], pool: Pool
) -> None:
    lounge = room(client, desk, world, 2)
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - 3 * HOUR
    companies = [world.company() for _ in range(2)]
    made = [world.booked(lounge, company, begin, 2, now=begin - HOUR) for company in companies]
    with transaction(pool, SYSTEM) as tx:
        machines.lock(tx, [lounge.id])
        attendance.settle(tx, lounge, now=begin + 2 * HOUR)
        ledger = open_ledger(
            tx, lounge, Period(begin, begin + 2 * HOUR), recorded_before=END_OF_TIME
        )
    found = {s.company_id: s for s in ledger.sessions}
    assert set(found) == {company.id for company in companies}
    for session in found.values():
        # Nothing observes the room: each has the whole of its booked time, and is nobody's rest.
        assert session.own_time == (Period(begin, begin + 2 * HOUR),)
        assert (session.neighbours, session.taken) == ((), ())
    states = [client.get(f"/api/v1/bookings/{b.id}", headers=desk).json()["state"] for b in made]
    assert states == ["completed", "completed"]


def test_the_calendar_says_how_many_seats_are_free(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    lounge = room(client, desk, world, 5)
    first, second = (bearer(world.member(world.company())) for _ in range(2))
    book(client, first, lounge, hours=2, seats=2)
    book(client, second, lounge, TOMORROW + HOUR, hours=2)
    query = {
        "centre": str(world.centre.id),
        "from": TOMORROW.isoformat(),
        "to": (TOMORROW + 4 * HOUR).isoformat(),
    }
    rows = client.get("/api/v1/calendar", params=query, headers=second).json()["items"]
    row = next(r for r in rows if r["machine"] == str(lounge.id))
    assert (row["seats"], [f["free"] for f in row["free_seats"]]) == (5, [3, 2, 4])
    assert [t["seats"] for t in row["taken"]] == [2, 1]


def test_a_course_holds_every_seat(
    client: TestClient, bearer: LogIn, desk: dict[str, str], world: World
) -> None:
    lounge = room(client, desk, world, 2)
    headers = bearer(world.member(world.company()))
    held = book(client, headers, lounge)
    course = {
        "code": "mill-1",
        "start": TOMORROW.isoformat(),
        "end": (TOMORROW + HOUR).isoformat(),
        "seats": 5,
        "place": "라운지",
        "machines": [str(lounge.id)],
    }
    path = f"/api/v1/centres/{world.centre.id}/courses"
    refused = client.post(path, json=course, headers=desk)
    assert refused.status_code == 409, refused.text
    client.post(f"/api/v1/bookings/{held.json()['id']}/cancel", headers=headers)
    made = client.post(path, json=course, headers=desk)
    assert made.status_code == 201, made.text
    assert "booking.closure" in codes(book(client, headers, lounge))


def test_a_company_asks_for_all_of_a_room_or_for_seats_of_it(
    client: TestClient, world: World, bearer: LogIn, desk: dict[str, str]
) -> None:
    lounge = room(client, desk, world, 3, approval="manual", competing_requests=True)
    company = world.company()
    one, colleague = bearer(world.member(company)), bearer(world.member(company))

    def ask(headers: dict[str, str], hour: int, seats: int) -> int:
        answer = book(client, headers, lounge, TOMORROW + hour * HOUR, 2, seats=seats)
        return int(answer.status_code)

    # Whichever was asked for first, and for any of the time; seats stand beside seats.
    assert (ask(one, 0, seats=3), ask(colleague, 1, seats=1)) == (201, 409)
    assert (ask(one, 3, seats=1), ask(colleague, 2, seats=3)) == (201, 409)
    assert (ask(one, 6, seats=1), ask(colleague, 6, seats=1)) == (201, 201)
    # Another company's request competes with all of them.
    rival = bearer(world.member(world.company()))
    assert (ask(rival, 0, seats=1), ask(rival, 6, seats=3)) == (201, 201)
