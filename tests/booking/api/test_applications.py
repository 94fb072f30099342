"""Monthly applications: made in their window, answered by the draw, told why, and verified."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.applications.draw import MonthlyApplication, Round
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.services import bookings
from gadong.booking.services.applications import applications, rounds
from gadong.booking.services.bookings import Request
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, GadongError, Invalid, NotAllowed, NotFound, Refused
from gadong.machines.services.machines import BEGINNING
from tests.support.api_fixtures import LogIn
from tests.support.booking.applications import (
    CLOSED,
    FIRST,
    HOUR,
    MONTH,
    OPENED,
    TEN,
    WINDOW,
    apply,
    draw,
    members,
    mill,
    the_round,
)
from tests.support.world import World


def seen(world: World, who: Caller, made: MonthlyApplication) -> MonthlyApplication:
    """The application as its people see it."""
    return applications.find(world.pool, who, made.id)


def codes(made: MonthlyApplication) -> list[str]:
    """The codes of the rules that refused it."""
    return [p["code"] for p in made.problems]


def verdict(client: TestClient, headers: dict[str, str], held: Round) -> Any:
    """Repeat the draw through the API."""
    path = f"/api/v1/application-rounds/{held.id}/verification"
    return client.get(path, headers=headers)


def test_of_three_who_want_one_hour_one_has_it_and_all_are_answered(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    machine = mill(world)
    people = members(world, 3)
    made = [apply(world, machine, who) for who in people]
    path = f"/api/v1/centres/{world.centre.id}/application-rounds"
    headers = [bearer(who) for who in people]
    (before,) = client.get(path, headers=headers[0]).json()["items"]
    assert (before["month"], before["seed"], before["drawn_at"]) == (str(MONTH), None, None)
    assert draw(world, CLOSED - timedelta(seconds=1)) == 0
    assert draw(world) == 1
    assert draw(world) == 0
    after = client.get(f"/api/v1/application-rounds/{before['id']}", headers=headers[0]).json()
    assert after["seed_digest"] == before["seed_digest"]
    assert sha256(bytes.fromhex(after["seed"])).hexdigest() == before["seed_digest"]
    answers = [
        client.get(f"/api/v1/monthly-applications/{a.id}", headers=h).json()
        for a, h in zip(made, headers, strict=True)
    ]
    assert sorted(a["state"] for a in answers) == ["granted", "refused", "refused"]
    # Anybody computes the order from the revealed seed.
    seed = bytes.fromhex(after["seed"])
    order = sorted(made, key=lambda a: sha256(seed + a.id.bytes).digest())
    assert [a["place"] for a in answers] == [order.index(a) + 1 for a in made]
    won = next(a for a in answers if a["state"] == "granted")
    assert won["place"] == 1
    booking = client.get(f"/api/v1/bookings/{won['booking']}", headers=bearer(None)).json()
    assert (booking["state"], booking["person"]) == ("confirmed", won["person"])
    assert datetime.fromisoformat(booking["start"]) == TEN
    taken = {TEN}
    for lost in (a for a in answers if a["state"] == "refused"):
        assert [p["code"] for p in lost["problems"]] == ["booking.taken"]
        assert "다른 예약" in lost["problems"][0]["ko"]
        assert lost["may_wait"] is True
        who = next(w for w in people if str(w.person_id) == lost["person"])
        starts = [datetime.fromisoformat(s["start"]) for s in lost["alternatives"]]
        # Both are shown the same times, and whoever books first has one.
        start = next(s for s in starts if s not in taken)
        taken.add(start)
        again = Request(
            machine=machine,
            company=next(iter(who.companies)),
            period=Period(start, start + HOUR),
        )
        (one,) = bookings.request(world.pool, who, again, now=CLOSED)
        assert one.period.start == start


def test_each_is_told_once_what_became_of_the_application(pool: Pool, world: World) -> None:
    machine = mill(world)
    for who in members(world, 2):
        apply(world, machine, who)
    draw(world)
    with transaction(pool, SYSTEM) as tx:
        told = many(tx, "select kind from outbox where centre_id = %(id)s", id=world.centre.id)
    kinds = [row["kind"] for row in told]
    assert kinds.count("application.refused") == 1
    assert kinds.count("booking.confirmed") == 1


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (OPENED - timedelta(seconds=1), False),
        (OPENED, True),
        (CLOSED - timedelta(seconds=1), True),
        (CLOSED, False),
    ],
)
def test_applications_are_made_in_the_window_alone(
    world: World, now: datetime, is_open: bool
) -> None:
    machine, (who,) = mill(world), members(world, 1)
    if is_open:
        assert apply(world, machine, who, now=now).state == "applied"
        return
    with pytest.raises(Refused) as refused:
        apply(world, machine, who, now=now)
    assert [p.code for p in refused.value.problems] == ["booking.application_window"]


@pytest.mark.parametrize(
    ("start", "is_next_month"),
    [
        (FIRST - HOUR, False),
        (FIRST, True),
        (MONTH.period(World.ZONE).end - HOUR, True),
        (MONTH.period(World.ZONE).end, False),
    ],
)
def test_applications_are_for_the_next_month_alone(
    world: World, start: datetime, is_next_month: bool
) -> None:
    machine, (who,) = mill(world), members(world, 1)
    if is_next_month:
        assert apply(world, machine, who, start).period.start == start
        return
    with pytest.raises(Refused) as refused:
        apply(world, machine, who, start)
    assert [p.code for p in refused.value.problems] == ["booking.application_window"]


def test_a_direct_request_waits_for_the_draw_and_a_manager_may_pass(world: World) -> None:
    machine, (who,) = mill(world), members(world, 1)
    company = next(iter(who.companies))
    direct = Request(machine=machine, company=company, period=Period(TEN, TEN + HOUR))
    apply(world, machine, who, TEN + 3 * HOUR)
    # Until the draw has been made, however late it is.
    for now in (OPENED + HOUR, CLOSED, CLOSED + HOUR):
        with pytest.raises(Refused) as refused:
            bookings.request(world.pool, who, direct, now=now)
        assert [p.code for p in refused.value.problems] == ["booking.applications"]
        # This month's free time is nobody's application.
        choices = [c for c in refused.value.alternatives if isinstance(c, FreeSlot)]
        assert all(c.period.start < FIRST for c in choices)
    desk = Request(
        machine=machine,
        company=company,
        person=who.person_id,
        period=Period(TEN + 6 * HOUR, TEN + 7 * HOUR),
        override="전화로 약속함",
    )
    bookings.request(world.pool, world.manager, desk, now=OPENED + HOUR)
    draw(world)
    bookings.request(world.pool, who, direct, now=CLOSED)


def test_a_draw_passes_every_approval_and_quota_of_a_direct_request(world: World) -> None:
    machine = mill(world, approval="manual", ahead_bookings=1)
    (who,) = members(world, 1)
    made = [apply(world, machine, who, TEN + n * 2 * HOUR) for n in range(2)]
    draw(world)
    answers = sorted((seen(world, who, a) for a in made), key=lambda a: a.place or 0)
    assert [a.state for a in answers] == ["granted", "refused"]
    assert codes(answers[1]) == ["booking.ahead_bookings"]
    assert answers[0].booking_id is not None
    found, _ = bookings.find(world.pool, who, answers[0].booking_id)
    assert found.state == "pending"


def test_a_refusal_of_a_draw_calls_trainings_and_questions_by_their_names(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    names = {"name_ko": "CNC 실습", "name_en": "CNC practice", "requires": []}
    path = f"/api/v1/centres/{world.centre.id}/trainings"
    put = client.put(path, json={"code": "cnc-2", **names}, headers=bearer(None))
    assert put.status_code == 200, put.text
    machine, (who,) = mill(world), members(world, 1)
    made = apply(world, machine, who)
    # The rules ask for more since, and the draw finds out.
    now, level = datetime.now(UTC), Level(centre=world.centre.id, machine=machine)
    asks = {
        "qualification": ["cnc-2"],
        "approval": "auto",
        "questions": [{"key": "material", "ko": "재료", "en": "Material"}],
    }
    rulebook.change(world.pool, world.manager, level, asks, effective_from=BEGINNING, now=now)
    draw(world)
    path = f"/api/v1/monthly-applications/{made.id}"
    problems = client.get(path, headers=bearer(who)).json()["problems"]
    said = {p["code"]: (p["ko"], p["en"]) for p in problems}
    assert "'CNC 실습'" in said["booking.unqualified"][0]
    assert "'CNC practice'" in said["booking.unqualified"][1]
    assert "재료" in said["booking.unanswered"][0]
    assert "Material" in said["booking.unanswered"][1]
    # So does the refusal of a direct request.
    wish = {"machine_slug": machine.slug, "start": "2031-01-06T01:00:00Z"}
    answer = client.post(
        "/api/v1/bookings",
        json={**wish, "end": "2031-01-06T02:00:00Z"},
        headers=bearer(who),
    )
    direct = {p["code"]: p["ko"] for p in answer.json()["problems"]}
    assert "'CNC 실습'" in direct["booking.unqualified"]


def test_an_application_that_no_draw_could_grant_is_refused_at_once(world: World) -> None:
    machine, (who,) = mill(world, qualification="mill-1", approval="auto"), members(world, 1)
    with pytest.raises(Refused) as refused:
        apply(world, machine, who, length=9 * HOUR)
    found = {p.code for p in refused.value.problems}
    assert found == {"booking.too_long", "booking.unqualified"}
    plain = world.machine()
    with pytest.raises(Invalid):
        apply(world, plain, who)


def test_a_company_has_one_lot_for_a_time(world: World) -> None:
    machine, company = mill(world), world.company()
    first, second = world.member(company), world.member(company)
    made = apply(world, machine, first, length=2 * HOUR)
    for start in (TEN - HOUR + timedelta(minutes=1), TEN, TEN + 2 * HOUR - timedelta(minutes=1)):
        with pytest.raises(Conflict):
            apply(world, machine, second, start)
    apply(world, machine, second, TEN - HOUR)
    apply(world, machine, second, TEN + 2 * HOUR)
    applications.withdraw(world.pool, second, made.id)
    assert apply(world, machine, second).state == "applied"


def test_what_is_withdrawn_is_not_drawn_and_what_is_drawn_not_withdrawn(world: World) -> None:
    machine, (who, other) = mill(world), members(world, 2)
    gone, kept = apply(world, machine, who), apply(world, machine, other)
    with pytest.raises(NotFound):
        applications.withdraw(world.pool, other, gone.id)
    for _ in range(2):
        assert applications.withdraw(world.pool, who, gone.id).state == "withdrawn"
    draw(world)
    assert (seen(world, who, gone).state, seen(world, who, gone).place) == ("withdrawn", None)
    assert (seen(world, other, kept).state, seen(world, other, kept).place) == ("granted", 1)
    with pytest.raises(NotAllowed):
        applications.withdraw(world.pool, other, kept.id)


def test_the_rank_of_a_category_and_the_least_use_decide_before_the_lot(world: World) -> None:
    machine = mill(world, application_order=["rank", "fewest_minutes", "lot"])
    small = [world.member(world.company(category="소공인")) for _ in range(2)]
    (large,) = members(world, 1)
    level = Level(centre=world.centre.id, tier="소공인")
    values = {"application_rank": 1}
    rulebook.change(
        world.pool, world.manager, level, values, effective_from=BEGINNING, now=datetime.now(UTC)
    )
    # One of the two used the machine in the month before.
    used = Request(
        machine=machine,
        company=next(iter(small[0].companies)),
        person=small[0].person_id,
        period=Period(OPENED, OPENED + HOUR),
        override="지난달",
    )
    bookings.request(world.pool, world.manager, used, now=OPENED - HOUR)
    made = [apply(world, machine, who) for who in (large, *small)]
    draw(world)
    answers = [seen(world, w, a) for w, a in zip((large, *small), made, strict=True)]
    assert [(a.rank, a.minutes, a.place) for a in answers] == [(100, 0, 3), (1, 60, 2), (1, 0, 1)]
    assert [a.state for a in answers] == ["refused", "refused", "granted"]


def test_an_order_that_is_changed_in_the_window_counts_from_the_next_round_on(
    world: World,
) -> None:
    machine, people = mill(world, application_order=["first_come"]), members(world, 3)
    made = [
        apply(world, machine, who, now=OPENED + HOUR + timedelta(minutes=n))
        for n, who in enumerate(people)
    ]
    rulebook.change(
        world.pool,
        world.manager,
        Level(machine=machine),
        {"application_order": ["lot"], "application_days": {"first": 1, "last": 20}},
        effective_from=OPENED + 2 * HOUR,
        now=datetime.now(UTC),
    )
    assert [c.value for c in the_round(world).ordering] == ["first_come"]
    draw(world)
    places = [seen(world, w, a).place for w, a in zip(people, made, strict=True)]
    assert places == [1, 2, 3]


def test_days_that_are_changed_in_a_window_count_from_the_next_round_on(world: World) -> None:
    machine, people = mill(world, application_order=["first_come"]), members(world, 3)
    apply(world, machine, people[0])
    for days, since in (
        ({"first": 1, "last": 20}, 2 * HOUR),
        ({"first": 26, "last": 28}, 3 * HOUR),
    ):
        rulebook.change(
            world.pool,
            world.manager,
            Level(machine=machine),
            {"application_days": days},
            effective_from=OPENED + since,
            now=datetime.now(UTC),
        )
    # The window that was opened stays open until its end, under either of the later rules.
    for number, now in enumerate((OPENED + 2 * HOUR, CLOSED - timedelta(seconds=1)), start=1):
        made = apply(world, machine, people[number], TEN + number * HOUR, now=now)
        assert made.state == "applied"
    with pytest.raises(Refused):
        apply(world, machine, people[0], TEN + 5 * HOUR, now=CLOSED)
    draw(world)
    # A drawn month is not applied for again, and its rest is booked as ever.
    direct = Request(
        machine=machine,
        company=next(iter(people[0].companies)),
        period=Period(TEN + 6 * HOUR, TEN + 7 * HOUR),
    )
    bookings.request(world.pool, people[0], direct, now=CLOSED)
    with pytest.raises(Refused):
        apply(world, machine, people[0], TEN + 5 * HOUR, now=CLOSED + timedelta(days=1))


def test_a_request_that_was_late_for_the_draw_is_refused(world: World) -> None:
    machine, (who, late) = mill(world), members(world, 2)
    apply(world, machine, who)
    draw(world)
    with pytest.raises(Refused) as refused:
        apply(world, machine, late, now=CLOSED - timedelta(seconds=1))
    assert [p.code for p in refused.value.problems] == ["booking.application_window"]


def test_of_many_applications_at_once_a_company_has_fifty(world: World) -> None:
    machine, (who,) = mill(world), members(world, 1)
    for n in range(48):
        apply(world, machine, who, FIRST + n * HOUR)

    def work(number: int) -> bool:
        try:
            apply(world, machine, who, FIRST + (48 + number) * HOUR)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as several:
        assert sorted(several.map(work, range(6))) == [False] * 4 + [True] * 2


def test_a_direct_request_takes_no_hour_of_a_month_that_is_applied_for(world: World) -> None:
    machine, (who,) = mill(world), members(world, 1)
    company = next(iter(who.companies))
    for end in (FIRST + timedelta(minutes=1), FIRST):
        direct = Request(machine=machine, company=company, period=Period(FIRST - HOUR, end))
        if end == FIRST:
            bookings.request(world.pool, who, direct, now=OPENED - HOUR)
            continue
        with pytest.raises(Refused) as refused:
            bookings.request(world.pool, who, direct, now=OPENED - HOUR)
        assert [p.code for p in refused.value.problems] == ["booking.applications"]
        choices = [c for c in refused.value.alternatives if isinstance(c, FreeSlot)]
        assert choices
        assert all(c.period.end <= FIRST for c in choices)


def test_a_verification_holds_and_every_forgery_differs(
    client: TestClient, bearer: LogIn, world: World, owner: psycopg.Connection
) -> None:
    machine, people = mill(world), members(world, 3)
    for who in people:
        apply(world, machine, who)
    draw(world)
    held, desk = the_round(world), bearer(None)
    found = verdict(client, desk, held)
    assert (found.status_code, found.json()["verdict"]) == (200, "holds")
    assert [a["place"] for a in found.json()["applications"]] == [1, 2, 3]
    assert verdict(client, bearer(people[0]), held).status_code == 403
    # Somebody with the owner's keys exchanges the first and the last place.
    owner.execute("alter table monthly_applications disable trigger user")
    for before, after in ((1, 11), (3, 1), (11, 3)):
        owner.execute(
            "update monthly_applications set place = %s where place = %s and round_id = %s",
            [after, before, held.id],
        )
    owner.execute("alter table monthly_applications enable trigger user")
    owner.commit()
    answer = verdict(client, desk, held).json()
    assert answer["verdict"] == "differs"
    assert {d["code"] for d in answer["differences"]} == {"place"}


@pytest.fixture
def owner(pool: Pool) -> Any:
    """The owner of the tables, whom triggers stop and policies do not."""
    with psycopg.connect(str(pool.conninfo)) as connection:
        yield connection


FORGERIES = (
    "update application_rounds set seed_digest = sha256('x') where id = %(id)s",
    "update application_rounds set ordering = '{lot}' where id = %(id)s",
    (
        "update application_rounds set during = tstzrange(lower(during), now() + interval "
        "'9 years')"
        " where id = %(id)s"
    ),
    "update application_seeds set seed = sha256('x') where round_id = %(id)s",
    "delete from application_seeds where round_id = %(id)s",
    "delete from application_rounds where id = %(id)s",
    "delete from monthly_applications where round_id = %(id)s",
    "update monthly_applications set applied_at = now() where round_id = %(id)s",
    "update monthly_applications set during = tstzrange(now(), null) where round_id = %(id)s",
    # Nothing is answered before the draw, and nothing is drawn with another seed.
    (
        "update monthly_applications set state = 'refused', place = 1, rank = 1, minutes = 0"
        " where round_id = %(id)s"
    ),
    (
        "update application_rounds set seed = sha256('x'), drawn_at = upper(during)"
        " where id = %(id)s"
    ),
    (
        "update application_rounds set seed = (select seed from application_seeds where round_id ="
        " %(id)s), drawn_at = lower(during) where id = %(id)s"
    ),
)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_the_database_keeps_a_round_from_everybody(
    world: World, owner: psycopg.Connection, forgery: str
) -> None:
    machine, (who,) = mill(world, application_order=["first_come"]), members(world, 1)
    apply(world, machine, who)
    refused = (psycopg.errors.RestrictViolation, psycopg.errors.CheckViolation)
    with pytest.raises(refused):
        owner.execute(forgery.encode(), {"id": the_round(world).id})


def test_a_seed_is_read_by_nobody_before_the_draw(world: World, pool: Pool) -> None:
    machine, (who,) = mill(world), members(world, 1)
    apply(world, machine, who)
    for caller in (who, world.manager):
        with transaction(pool, caller.reach()) as tx:
            assert many(tx, "select seed from application_seeds") == []
    with transaction(pool, SYSTEM) as tx:
        recorded = many(
            tx, "select count(*) as n from audit_entries where what = 'application_seeds'"
        )
    assert recorded[0]["n"] == 0


def test_the_scheduler_opens_one_round_for_each_machine_and_month(world: World) -> None:
    machine = mill(world)
    world.machine()
    for now, opened in ((OPENED - HOUR, 0), (OPENED, 1), (OPENED + HOUR, 0), (CLOSED, 0)):
        with transaction(world.pool, SYSTEM) as tx:
            assert rounds.open_due(tx, now=now) == opened
    held = the_round(world)
    assert (held.machine_id, held.month, held.period) == (machine.id, MONTH, WINDOW.period)


def test_thirty_at_once_and_a_draw_end_in_one_answer_each(world: World) -> None:
    machine = mill(world)
    people = members(world, 6)
    wishes = [(who, TEN + n * HOUR) for who in people for n in range(5)]

    def work(wish: tuple[Caller, datetime]) -> MonthlyApplication:
        return apply(world, machine, wish[0], wish[1])

    with ThreadPoolExecutor(8) as several:
        made = list(several.map(work, wishes))
        assert sum(several.map(lambda _: draw(world), range(4))) == 1
    answers = [seen(world, w, a) for (w, _), a in zip(wishes, made, strict=True)]
    assert sorted(a.place or 0 for a in answers) == list(range(1, 31))
    granted = [a for a in answers if a.state == "granted"]
    assert len(granted) == 5
    assert len({a.period.start for a in granted}) == 5
    assert _overlaps(granted) == 0


def _overlaps(granted: Sequence[MonthlyApplication]) -> int:
    return sum(
        a.period.overlap(b.period) is not None for a in granted for b in granted if a.id < b.id
    )


def test_the_api_applies_lists_and_withdraws(
    client: TestClient, bearer: LogIn, world: World
) -> None:
    # The window is open on every day but the last ones of a month, on which it says when it opens.
    machine, (who, other) = mill(world), members(world, 2)
    made = apply(world, machine, who)
    headers, path = bearer(who), "/api/v1/monthly-applications"
    (listed,) = client.get(path, headers=headers).json()["items"]
    assert (listed["id"], listed["state"]) == (str(made.id), "applied")
    assert client.get(path, headers=bearer(other)).json()["items"] == []
    assert client.get(f"{path}/{made.id}", headers=bearer(other)).status_code == 404
    assert len(client.get(path, headers=bearer(None)).json()["items"]) == 1
    gone = client.post(f"{path}/{made.id}/withdraw", headers=headers)
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    wish = {
        "machine_slug": machine.slug,
        "start": (TEN + timedelta(days=62)).isoformat(),
        "end": (TEN + timedelta(days=62) + HOUR).isoformat(),
    }
    early = client.post(path, json=wish, headers=headers)
    assert early.status_code == 422
    (problem,) = early.json()["problems"]
    assert problem["code"] == "booking.application_window"
    assert "신청" in problem["ko"]
    # The window opens and closes at midnight of the centre's clock.
    assert problem["ko"].count("00:00") == problem["en"].count("00:00") == 2
    today = datetime.now(UTC).astimezone(World.ZONE)
    open_now = world.machine(application_days={"first": min(today.day, 28), "last": 28})
    following = Month.of(today, World.ZONE).following.period(World.ZONE).start + 34 * HOUR
    now = {
        "machine_slug": open_now.slug,
        "start": following.isoformat(),
        "end": (following + HOUR).isoformat(),
    }
    answer = client.post(path, json=now, headers=headers)
    # On the last days of a month the window is over.
    assert answer.status_code == (201 if today.day <= 28 else 422), answer.text
    if answer.status_code == 201:
        assert answer.headers["location"] == f"{path}/{answer.json()['id']}"


def test_a_person_who_left_the_company_is_refused(world: World, pool: Pool) -> None:
    machine, (who,) = mill(world), members(world, 1)
    made = apply(world, machine, who)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("delete from company_people where person_id = %s", [who.person_id])
    draw(world)
    found = seen(world, who, made)
    assert (found.state, codes(found)) == ("refused", ["booking.person"])


def test_two_draws_in_the_dead_of_a_scheduler_change_nothing(world: World) -> None:
    machine, (who,) = mill(world), members(world, 1)
    made = apply(world, machine, who)
    assert draw(world, CLOSED + timedelta(days=2)) == 1
    assert seen(world, who, made).state == "granted"
    with pytest.raises(GadongError):
        apply(world, machine, who, TEN + 5 * HOUR, now=CLOSED + timedelta(days=2))
