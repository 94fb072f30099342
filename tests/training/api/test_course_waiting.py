"""The waiting list of a full course: offers in turn, in waking hours, kept until they lapse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.waiting_entry import MAX_MISSED, REST, WaitingState
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotAllowed, NotFound
from gadong.training.domain.course import Course
from gadong.training.domain.course_wait import CourseWait
from gadong.training.domain.training import Training
from gadong.training.services import course_waiting, courses, trainings
from tests.support.api_fixtures import LogIn
from tests.support.world import World

# Noon in the centre's zone, days ahead: offers are answered in waking hours by the clock of Seoul.
NOON = (datetime.now(UTC) + timedelta(days=2)).replace(hour=3, minute=0, second=0, microsecond=0)
START = NOON + timedelta(days=5)
MINUTE = timedelta(minutes=1)


def planned(world: World, *, seats: int = 1, start: datetime = START, code: str = "cnc") -> Course:
    """A course of so many seats."""
    return courses.plan(
        world.pool,
        world.manager,
        centre=world.centre.id,
        code=code,
        period=Period(start, start + timedelta(hours=2)),
        place="",
        seats=seats,
        valid_days=None,
        good="",
        now=NOON,
    )


def comes(world: World, course: Course, who: Caller) -> None:
    """Somebody takes a place."""
    own = next(iter(who.companies))
    courses.come(world.pool, who, course.id, company=own, person=None, now=NOON)


def waits(world: World, course: Course, who: Caller, now: datetime = NOON) -> CourseWait:
    """Somebody waits for a seat."""
    own = next(iter(who.companies))
    return course_waiting.join(world.pool, who, course.id, company=own, person=None, now=now)


def states(world: World, course: Course) -> list[tuple[str, int]]:
    """Return the entries of a course as they are, in the order in which they were made."""
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select state, missed from course_waiting where course_id = %s order by id", [course.id]
        ).fetchall()
    return [(row["state"], row["missed"]) for row in rows]


def taken(world: World, course: Course) -> int:
    """Return the seats that are taken or offered."""
    found = courses.shown(world.pool, world.manager, world.centre.id, now=NOON)
    return next(h.course.taken for h in found if h.course.id == course.id)


def settle(world: World, at: datetime) -> int:
    """Do the scheduler's work of an instant."""
    with transaction(world.pool, SYSTEM) as tx:
        return course_waiting.settle_all(tx, now=at)


def told(world: World) -> list[tuple[str, str]]:
    """Return the kinds and people of the events that were written, the first one first."""
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute(
            "select kind, data ->> 'person' as person from outbox where kind like 'course.%' "
            "order by id"
        ).fetchall()
    return [(row["kind"], row["person"]) for row in rows]


def test_a_freed_seat_is_offered_in_turn_and_kept(world: World) -> None:
    course = planned(world)
    has, first, second, late = (world.member(world.company()) for _ in range(4))
    comes(world, course, has)
    entries = [waits(world, course, who) for who in (first, second)]
    assert [entry.state for entry in entries] == ["waiting", "waiting"]
    courses.give_up(world.pool, has, course.id, has.person_id, now=NOON)
    assert states(world, course) == [("offered", 0), ("waiting", 0)]
    assert taken(world, course) == 1
    with pytest.raises(Conflict):
        comes(world, course, late)
    # Nobody else answers it, and who waits takes no seat past the list.
    for caller in (second, late):
        with pytest.raises(NotFound):
            course_waiting.accept(world.pool, caller, entries[0].id, now=NOON)
    with pytest.raises(NotAllowed):
        course_waiting.accept(world.pool, second, entries[1].id, now=NOON)
    for _ in range(2):
        served = course_waiting.accept(world.pool, first, entries[0].id, now=NOON)
        assert served.state is WaitingState.SERVED
    assert states(world, course) == [("served", 0), ("waiting", 0)]
    assert taken(world, course) == 1
    assert told(world) == [("course.offered", str(first.person_id))]
    with pytest.raises(Conflict):
        waits(world, course, first)
    with pytest.raises(Conflict):
        waits(world, course, second)


def test_a_declined_offer_goes_on(world: World) -> None:
    course = planned(world)
    has, first, second = (world.member(world.company()) for _ in range(3))
    comes(world, course, has)
    entries = [waits(world, course, who) for who in (first, second)]
    courses.give_up(world.pool, has, course.id, has.person_id, now=NOON)
    for _ in range(2):
        course_waiting.leave(world.pool, first, entries[0].id, now=NOON)
    assert states(world, course) == [("left", 0), ("offered", 0)]
    assert taken(world, course) == 1
    course_waiting.leave(world.pool, second, entries[1].id, now=NOON)
    assert taken(world, course) == 0
    with pytest.raises(NotAllowed):
        course_waiting.accept(world.pool, first, entries[0].id, now=NOON)
    # A free seat is offered at once to the first who waits for it.
    assert waits(world, course, has).state is WaitingState.OFFERED


def test_an_unanswered_offer_steps_back_rests_and_ends_with_the_third(world: World) -> None:
    course = planned(world)
    first, second = (world.member(world.company()) for _ in range(2))
    entry = waits(world, course, first)
    until = entry.offered_until
    assert until is not None
    other = waits(world, course, second)
    assert settle(world, until - MINUTE) == 0
    assert states(world, course) == [("offered", 0), ("waiting", 0)]
    # At the instant it lapses, and the seat goes on.
    assert settle(world, until) == 1
    assert states(world, course) == [("waiting", 1), ("offered", 0)]
    assert told(world)[-2:] == [
        ("course.offer_lapsed", str(first.person_id)),
        ("course.offered", str(second.person_id)),
    ]
    course_waiting.leave(world.pool, second, other.id, now=until)
    at = until
    for missed in range(1, MAX_MISSED):
        assert settle(world, at + REST - MINUTE) == 0
        assert settle(world, at + REST) == 1
        current = course_waiting_entry(world, entry)
        assert (current.state, current.missed) == ("offered", missed)
        assert current.offered_until is not None
        at = current.offered_until
        with pytest.raises(NotAllowed):
            course_waiting.accept(world.pool, first, entry.id, now=at)
        settle(world, at)
    assert states(world, course)[0] == ("passed", MAX_MISSED)
    assert settle(world, at + REST) == 0


def test_a_seat_whose_offer_has_lapsed_is_taken_at_once(world: World) -> None:
    course = planned(world)
    first, second = (world.member(world.company()) for _ in range(2))
    until = waits(world, course, first).offered_until
    assert until is not None
    own = next(iter(second.companies))
    with pytest.raises(Conflict):
        courses.come(world.pool, second, course.id, company=own, person=None, now=until - MINUTE)
    courses.come(world.pool, second, course.id, company=own, person=None, now=until)
    assert states(world, course) == [("waiting", 1)]
    assert taken(world, course) == 1


def course_waiting_entry(world: World, entry: CourseWait) -> CourseWait:
    """Return the entry as it is shown."""
    found = courses.shown(world.pool, world.manager, world.centre.id, now=NOON)
    return next(e for held in found for e in held.waiting if e.id == entry.id)


@pytest.mark.parametrize(
    ("hour", "lasts"),
    [
        # 120 minutes of the hours from 08:00 to 22:00: at three in the morning the answer is due
        # after breakfast, and a late one reaches into the next morning.
        (12, timedelta(hours=2)),
        (3, timedelta(hours=7)),
        (21, timedelta(hours=12)),
    ],
)
def test_offers_wait_for_waking_hours(world: World, hour: int, lasts: timedelta) -> None:
    hours = {"since": "08:00", "until": "22:00"}
    for name, value in (("offer_minutes", 120), ("offer_hours", hours)):
        rulebook.change(
            world.pool,
            world.manager,
            Level(centre=world.centre.id),
            {name: value},
            effective_from=NOON - timedelta(days=1),
            now=NOON - timedelta(days=1),
        )
    course = planned(world)
    local = NOON.astimezone(world.ZONE).replace(hour=hour)
    entry = waits(world, course, world.member(world.company()), now=local.astimezone(UTC))
    assert entry.offered_until == local + lasts


def test_a_wait_ends_when_the_course_begins_or_is_cancelled(world: World) -> None:
    begun, cancelled = planned(world), planned(world, start=START + timedelta(hours=3))
    has, who = world.member(world.company()), world.member(world.company())
    for course in (begun, cancelled):
        comes(world, course, has)
        waits(world, course, who)
    courses.cancel(world.pool, world.manager, cancelled.id, reason="강사 사정", now=NOON)
    assert states(world, cancelled) == [("over", 0)]
    settle(world, START - MINUTE)
    assert states(world, begun) == [("waiting", 0)]
    settle(world, START)
    assert states(world, begun) == [("over", 0)]
    assert told(world) == [
        ("course.cancelled", str(has.person_id)),
        ("course.cancelled", str(who.person_id)),
        ("course.wait_over", str(who.person_id)),
    ]


def test_an_offer_passes_the_rules_of_a_direct_request(world: World, pool: Pool) -> None:
    for training in (
        Training(code="safety", name_ko="안전", name_en="Safety"),
        Training(code="cnc", name_ko="CNC", name_en="CNC", requires=("safety",)),
    ):
        trainings.put(pool, world.manager, world.centre.id, training)
    course = planned(world)
    early = planned(world, seats=5, start=START - timedelta(days=1), code="safety")
    has, who = world.member(world.company()), world.member(world.company())
    with pytest.raises(Conflict, match="safety"):
        waits(world, course, who)
    for caller in (has, who):
        comes(world, early, caller)
    comes(world, course, has)
    entry = waits(world, course, who)
    courses.give_up(pool, who, early.id, who.person_id, now=NOON)
    courses.give_up(pool, has, course.id, has.person_id, now=NOON)
    # Without the training before it the seat is not offered; with it, it is.
    assert states(world, course) == [("waiting", 0)]
    comes(world, early, who)
    assert settle(world, NOON) == 1
    courses.give_up(pool, who, early.id, who.person_id, now=NOON)
    with pytest.raises(Conflict, match="safety"):
        course_waiting.accept(pool, who, entry.id, now=NOON)


def test_nobody_takes_an_offered_seat_for_a_company_that_they_left(
    world: World, pool: Pool
) -> None:
    course, company = planned(world), world.company()
    gone, colleague = world.member(company), world.member(company)
    entry = waits(world, course, gone)
    assert entry.state is WaitingState.OFFERED
    with transaction(pool, SYSTEM) as tx:
        tx.execute("delete from company_people where person_id = %s", [gone.person_id])
    with pytest.raises(Invalid):
        course_waiting.accept(pool, colleague, entry.id, now=NOON)
    assert states(world, course) == [("offered", 0)]
    # The colleague gives the offer back, and may come instead.
    course_waiting.leave(pool, colleague, entry.id, now=NOON)
    comes(world, course, colleague)
    assert taken(world, course) == 1


def test_the_offer_of_who_left_the_company_goes_to_the_next_at_once(
    world: World, pool: Pool
) -> None:
    course = planned(world)
    gone, second, third = (world.member(world.company()) for _ in range(3))
    entries = [waits(world, course, who) for who in (gone, second, third)]
    until = entries[0].offered_until
    assert until is not None
    with transaction(pool, SYSTEM) as tx:
        for who in (gone, second):
            tx.execute("delete from company_people where person_id = %s", [who.person_id])
    # Neither waits any more, and the seat is offered to the third, long before the answer was due.
    assert settle(world, NOON + MINUTE) == 1
    assert until > NOON + MINUTE
    assert states(world, course) == [("left", 0), ("left", 0), ("offered", 0)]
    assert taken(world, course) == 1


def test_of_many_at_one_moment_no_seat_is_lost_or_sold_twice(world: World, pool: Pool) -> None:
    course, company = planned(world, seats=3), world.company()
    callers = [world.member(company) for _ in range(8)]

    def act(number: int) -> None:
        who = callers[number]
        try:
            comes(world, course, who)
        except Conflict:
            waits(world, course, who)
        else:
            courses.give_up(pool, who, course.id, who.person_id, now=NOON)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(act, range(8)))
    settle(world, NOON)
    found = states(world, course)
    offered = sum(state == "offered" for state, _ in found)
    assert offered == min(3, len(found))
    assert taken(world, course) == offered


def test_the_list_by_the_api(client: TestClient, bearer: LogIn, world: World) -> None:
    has, who, outsider = (world.member(world.company()) for _ in range(3))
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=9)
    body = {"code": "cnc", "seats": 1, "start": start.isoformat()}
    body["end"] = (start + timedelta(hours=1)).isoformat()
    path = f"/api/v1/centres/{world.centre.id}/courses"
    made: Any = client.post(path, json=body, headers=bearer(None)).json()
    seat = f"/api/v1/courses/{made['id']}/places"
    assert client.post(seat, json={}, headers=bearer(has)).status_code == 204
    joined = client.post(f"/api/v1/courses/{made['id']}/waiting", json={}, headers=bearer(who))
    assert (joined.status_code, joined.json()["state"]) == (201, "waiting")
    again = client.post(f"/api/v1/courses/{made['id']}/waiting", json={}, headers=bearer(who))
    assert again.status_code == 409
    entry = f"/api/v1/course-waiting/{joined.json()['id']}"
    early = client.post(f"{entry}/accept", headers=bearer(who))
    assert (early.status_code, early.json()["code"]) == (409, "not_allowed")
    assert client.delete(f"{seat}/{has.person_id}", headers=bearer(has)).status_code == 204
    assert client.post(f"{entry}/accept", headers=bearer(outsider)).status_code == 404
    for caller, seen in ((who, ["offered"]), (outsider, []), (None, ["offered"])):
        (shown,) = client.get(path, headers=bearer(caller)).json()["items"]
        assert [e["state"] for e in shown["waiting"]] == seen
        assert shown["taken"] == 1
    assert client.post(f"{entry}/accept", headers=bearer(who)).json()["state"] == "served"
    assert client.delete(entry, headers=bearer(who)).status_code == 409
