"""A training is held: seats are not sold twice, who came may book what wants it and is charged, and
who did not, is not.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.billing.services import sales
from gadong.billing.services.prices import tariffs
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Forbidden, GadongError, Invalid, NotFound, Refused
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from gadong.training.domain.course import Course
from gadong.training.services import courses, lapsing_trainings
from tests.support.stories.trainings import wants
from tests.support.world import World

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
START = NOW + timedelta(days=2)
AFTER = START + timedelta(hours=3)
TARIFF = {
    "effective_from": "2000-01-01",
    "items": [{"kind": "mill", "rate_per_hour": "30000", "basis": "booked"}],
    "goods": [
        {
            "code": "lesson",
            "kind": "training",
            "name_ko": "장비교육",
            "name_en": "Training",
            "measure": "ea",
            "price": "20000",
        },
        {
            "code": "pla",
            "kind": "material",
            "name_ko": "PLA",
            "name_en": "PLA",
            "measure": "g",
            "price": "50",
        },
    ],
}


def planned(world: World, **given: Any) -> Course:
    """A training the day after tomorrow."""
    told: dict[str, Any] = {
        "code": "cnc-basic",
        "period": Period(START, START + timedelta(hours=2)),
        "place": "2층",
        "seats": 8,
        "valid_days": 365,
        "good": "",
        **given,
    }
    return courses.plan(world.pool, world.manager, centre=world.centre.id, now=NOW, **told)


def comes(world: World, course: Course, who: Caller, company: CompanyId | None = None) -> None:
    """Somebody takes a place for themselves."""
    own = company or next(iter(who.companies))
    courses.come(world.pool, who, course.id, company=own, person=None, now=NOW)


def taken(world: World, who: Caller) -> list[int]:
    """Return the numbers of taken seats, as a caller sees them."""
    return [h.course.taken for h in courses.shown(world.pool, who, world.centre.id, now=NOW)]


def test_who_came_may_book_and_is_charged_and_who_did_not_is_not(world: World, pool: Pool) -> None:
    machine, company = world.machine("mill-1"), world.company()
    came, stayed = world.member(company), world.member(company)
    drafted = tariffs.draft(pool, world.manager, centre=world.centre.id, document=TARIFF)
    tariffs.publish(pool, world.manager, drafted.id)
    wants(world, qualification="cnc-basic")
    course = planned(world, good="lesson")
    comes(world, course, came)
    comes(world, course, stayed)
    with pytest.raises(Conflict, match="not begun"):
        courses.mark(pool, world.manager, course.id, came.person_id, attended=True, now=NOW)
    for who, attended in ((came, True), (stayed, False)):
        courses.mark(pool, world.manager, course.id, who.person_id, attended=attended, now=AFTER)
    wish = Period(START + timedelta(days=1), START + timedelta(days=1, hours=1))
    wanted = Request(machine=machine, company=company.id, period=wish)
    with pytest.raises(Refused) as refused:
        bookings.request(pool, stayed, wanted, now=NOW)
    assert [p.code for p in refused.value.problems] == ["booking.unqualified"]
    (booked,) = bookings.request(pool, came, wanted, now=NOW)
    assert booked.person_id == came.person_id

    def charged() -> list[tuple[str, int]]:
        month = f"{START.astimezone(world.centre.zone):%Y-%m}"
        found = sales.entries(
            pool, world.manager, centre=world.centre.id, company=company.id, month=month
        )
        return [(e.code, e.quantity) for e in found]

    assert charged() == [("lesson", 1)]
    # Said twice it is said once; taken back, the charge is taken back and the training ends.
    courses.mark(pool, world.manager, course.id, came.person_id, attended=True, now=AFTER)
    assert charged() == [("lesson", 1)]
    courses.mark(pool, world.manager, course.id, came.person_id, attended=False, now=AFTER)
    assert charged() == []
    later = Request(
        machine=machine, company=company.id, period=Period(AFTER, AFTER + timedelta(hours=1))
    )
    with pytest.raises(Refused):
        bookings.request(pool, came, later, now=NOW)


def test_the_last_seat_is_one_persons_however_many_ask(world: World, pool: Pool) -> None:
    members = [world.member(world.company()) for _ in range(6)]
    course = planned(world, seats=2)

    def ask(who: Caller) -> bool:
        try:
            comes(world, course, who)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as hands:
        won = list(hands.map(ask, members))
    assert (sum(won), taken(world, world.manager)) == (2, [2])
    winner, loser = members[won.index(True)], members[won.index(False)]
    with pytest.raises(Conflict, match="has a place"):
        comes(world, course, winner)
    courses.give_up(pool, winner, course.id, winner.person_id, now=NOW)
    comes(world, course, loser)
    with pytest.raises(Conflict, match="Every seat"):
        comes(world, course, winner)
    assert taken(world, winner) == [2]


def test_whoever_had_a_place_is_told_that_it_is_not_held(world: World, pool: Pool) -> None:
    member = world.member(world.company())
    course = planned(world)
    comes(world, course, member)
    courses.cancel(pool, world.manager, course.id, reason="강사 사정", now=NOW)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    (notice,) = jobs.notices(pool, member, before=None, most=5)
    assert (notice.kind, notice.data["code"]) == ("course.cancelled", "cnc-basic")
    with pytest.raises(Conflict, match="cancelled"):
        comes(world, course, world.member(world.companies[0]))
    with pytest.raises(Conflict, match="cancelled"):
        courses.give_up(pool, member, course.id, member.person_id, now=NOW)
    with pytest.raises(Conflict, match="cancelled"):
        courses.mark(pool, world.manager, course.id, member.person_id, attended=True, now=AFTER)


def test_each_sees_and_does_what_is_theirs(world: World, pool: Pool) -> None:
    member, rival = world.member(world.company()), world.member(world.company())
    course = planned(world)
    comes(world, course, member)
    names = [
        [len(h.places) for h in courses.shown(pool, who, world.centre.id, now=NOW)]
        for who in (world.manager, member, rival)
    ]
    assert names == [[1], [1], [0]]
    with pytest.raises(NotFound):
        courses.give_up(pool, rival, course.id, member.person_id, now=NOW)
    with pytest.raises(NotFound):
        comes(world, course, rival, world.companies[0].id)
    with pytest.raises(Forbidden):
        courses.mark(pool, member, course.id, member.person_id, attended=True, now=AFTER)
    with pytest.raises(Invalid, match="Somebody of the company"):
        courses.come(
            pool, member, course.id, company=world.companies[0].id, person=rival.person_id, now=NOW
        )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"code": "  "}, "code"),
        ({"period": Period(NOW - timedelta(hours=1), NOW + timedelta(hours=1))}, "start"),
        ({"period": Period(START, START + timedelta(days=15))}, "end"),
        ({"good": "pla"}, "unit"),
        ({"good": "nothing"}, "good"),
    ],
)
def test_a_training_that_cannot_be_held_is_refused(
    world: World, given: dict[str, Any], field: str
) -> None:
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=TARIFF)
    tariffs.publish(world.pool, world.manager, drafted.id)
    with pytest.raises(GadongError) as refused:
        planned(world, **given)
    assert refused.value.figures["field"] == field
    assert taken(world, world.manager) == []


def test_a_machine_says_what_it_wants_and_where_it_is_learned(world: World, pool: Pool) -> None:
    machine, member = world.machine("mill-1"), world.member(world.company())
    assert lapsing_trainings.required_training(pool, member, machine, now=NOW) is None
    wants(world, qualification="cnc-basic")
    full = planned(world, seats=1)
    comes(world, full, world.member(world.company()))
    later = planned(world, period=Period(AFTER, AFTER + timedelta(hours=2)))
    planned(world, code="edm")
    after = datetime.now(UTC)
    found = lapsing_trainings.required_training(pool, member, machine, now=after)
    assert found is not None
    assert (found.code, found.is_trained, found.course and found.course.id) == (
        "cnc-basic",
        False,
        later.id,
    )
    comes(world, later, member)
    courses.mark(pool, world.manager, later.id, member.person_id, attended=True, now=AFTER)
    found = lapsing_trainings.required_training(pool, member, machine, now=after)
    assert found is not None
    assert (found.is_trained, found.course) == (True, None)
