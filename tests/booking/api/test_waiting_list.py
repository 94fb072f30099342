"""An offer of the waiting list passes every rule and approval.

A missed one steps back, and every entry ends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.waiting_entry import REST, Waiting, WaitingState
from gadong.booking.services import approvals, attendance, booking_changes, bookings, qualifications
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.booking.services.rules import rulebook
from gadong.booking.services.waiting import offers, waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.booking.store import waiting_list as waiting
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed, Refused
from gadong.machines.domain.machine import Machine
from gadong.people.services import members
from tests.support.api_fixtures import LogIn
from tests.support.booking.booking_life import post
from tests.support.booking.bookings import TOMORROW, wish
from tests.support.world import World, in_session

# Noon in Seoul, in the middle of the waking hours.
NOON = TOMORROW.replace(hour=3)
HOURS = Period(NOON + timedelta(hours=24), NOON + timedelta(hours=26))


def wait(world: World, machine: Machine, who: Caller, now: datetime = NOON, **more: Any) -> Waiting:
    """Somebody waits for the two hours, which are free: they are offered at once."""
    request = WaitingRequest(
        machine=machine,
        company=next(iter(who.companies)),
        period=more.pop("period", HOURS),
        length=timedelta(hours=2),
        **more,
    )
    return waiting_list.join(world.pool, who, request, now=now)


def close(world: World, machine: Machine) -> None:
    """The centre closes the machine in the hours that are waited for."""
    closures.close(
        world.pool,
        world.manager,
        Closing(
            centre=world.centre.id,
            machine=machine,
            period=HOURS,
            kind="closed",
            reason="점검",
        ),
        now=datetime.now(UTC),
    )


def hand(who: Caller, entry: Waiting) -> Hand:
    """A hand on the entry's offer."""
    assert entry.booking_id is not None
    return Hand(who=who, booking=entry.booking_id)


def pass_time(pool: Pool, now: datetime) -> None:
    """The scheduler's turn."""
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=now)
        offers.offer_all(tx, now=now)


def entry_now(pool: Pool, entry: Waiting) -> Waiting:
    """The entry as it is now."""
    with transaction(pool, SYSTEM) as tx:
        found = waiting.by_id(tx, entry.id)
    assert found is not None
    return found


def offer_of(pool: Pool, world: World, entry: Waiting) -> Booking:
    """The booking that is offered to the entry."""
    assert entry.booking_id is not None
    return bookings.find(pool, world.manager, entry.booking_id)[0]


@pytest.mark.parametrize(
    ("rules", "state"),
    [
        ({"approval": "auto"}, BookingState.CONFIRMED),
        ({"approval": "manual"}, BookingState.PENDING),
        ({"approval": "qualified", "qualification": "mill"}, BookingState.PENDING),
        ({"approval": "qualified", "usage_modes": ["assisted"]}, BookingState.PENDING),
    ],
)
def test_an_accepted_offer_is_approved_like_a_direct_request(
    pool: Pool, world: World, rules: dict[str, Any], state: BookingState
) -> None:
    machine, member = world.machine(**rules), world.member(world.company())
    entry = wait(world, machine, member)
    accepted = approvals.accept(pool, hand(member, entry), now=NOON)
    assert (accepted.state, accepted.expires_at is None) == (state, state is BookingState.CONFIRMED)
    assert entry_now(pool, entry).state is WaitingState.SERVED
    with transaction(pool, SYSTEM) as tx:
        told = {row["kind"] for row in many(tx, "select kind from outbox")}
    assert ("booking.to_approve" in told) == (state is BookingState.PENDING)


def test_an_untrained_person_is_offered_nothing_where_training_is_asked(
    pool: Pool, world: World
) -> None:
    machine = world.machine(approval="auto", qualification="mill")
    first, second = (world.member(world.company()) for _ in range(2))
    qualifications.grant(
        pool,
        world.manager,
        centre=world.centre.id,
        person=second.person_id,
        code="mill",
        expires_at=None,
    )
    assert wait(world, machine, first).state is WaitingState.WAITING
    # A person who cannot be served keeps nobody behind them waiting.
    assert wait(world, machine, second).state is WaitingState.OFFERED


def test_what_changed_since_the_offer_is_asked_when_it_is_accepted(
    pool: Pool, world: World
) -> None:
    machine, member = world.machine(), world.member(world.company())
    entry = wait(world, machine, member)
    rulebook.stop(
        pool,
        world.manager,
        world.centre.id,
        company=None,
        person=member.person_id,
        until=NOON + timedelta(days=1),
        reason="점검",
        now=NOON,
    )
    with pytest.raises(Refused) as refused:
        approvals.accept(pool, hand(member, entry), now=NOON)
    assert [p.code for p in refused.value.problems] == ["booking.stopped"]


def test_what_the_centre_asks_is_answered_on_the_list_or_with_the_acceptance(
    pool: Pool, world: World
) -> None:
    asked = [{"key": "material", "ko": "재료", "en": "Material"}]
    machine = world.machine(questions=asked)
    early, late = (world.member(world.company()) for _ in range(2))
    answered = wait(world, machine, early, answers={"material": "S45C"})
    assert approvals.accept(pool, hand(early, answered), now=NOON).answers == {"material": "S45C"}
    entry = wait(world, machine, late, period=Period(HOURS.end, HOURS.end + HOURS.length))
    with pytest.raises(Refused) as refused:
        approvals.accept(pool, hand(late, entry), now=NOON)
    assert [p.code for p in refused.value.problems] == ["booking.unanswered"]
    accepted = approvals.accept(pool, hand(late, entry), answers={"material": "AL6061"}, now=NOON)
    assert accepted.answers == {"material": "AL6061"}


def test_a_missed_offer_steps_back_and_the_third_ends_the_wait(pool: Pool, world: World) -> None:
    machine = world.machine(offer=timedelta(minutes=15))
    first, second = (world.member(world.company()) for _ in range(2))
    mine, other = wait(world, machine, first), wait(world, machine, second)
    assert (mine.state, other.state) == (WaitingState.OFFERED, WaitingState.WAITING)
    now = NOON + timedelta(minutes=15)
    pass_time(pool, now)
    back = entry_now(pool, mine)
    assert (back.state, back.booking_id, back.missed, back.turn) == (
        WaitingState.WAITING,
        None,
        1,
        now,
    )
    assert entry_now(pool, other).state is WaitingState.OFFERED
    booking_changes.cancel(pool, hand(second, entry_now(pool, other)), now=now)
    assert entry_now(pool, other).state is WaitingState.LEFT
    # For an hour others may have the time.
    pass_time(pool, now + REST - timedelta(seconds=1))
    assert entry_now(pool, mine).state is WaitingState.WAITING
    for missed in (2, 3):
        pass_time(pool, now + REST)
        assert entry_now(pool, mine).state is WaitingState.OFFERED
        now = now + REST + timedelta(minutes=15)
        pass_time(pool, now)
        assert entry_now(pool, mine).missed == missed
    assert entry_now(pool, mine).state is WaitingState.PASSED


def test_an_offer_that_the_centre_takes_back_leaves_its_entry_in_its_turn(
    pool: Pool, world: World
) -> None:
    machine, member = world.machine(), world.member(world.company())
    entry = wait(world, machine, member)
    booking_changes.release(pool, hand(world.manager, entry), reason="점검", now=NOON)
    assert offer_of(pool, world, entry).state is BookingState.RELEASED
    # The time is still free, and the entry is still the first in turn.
    again = entry_now(pool, entry)
    assert (again.state, again.turn) == (WaitingState.OFFERED, entry.turn)
    assert again.booking_id != entry.booking_id


def test_a_closure_takes_an_offer_back_and_counts_it_as_no_missed_one(
    pool: Pool, world: World
) -> None:
    machine, member = world.machine(), world.member(world.company())
    entry = wait(world, machine, member)
    close(world, machine)
    assert offer_of(pool, world, entry).state is BookingState.RELEASED
    back = entry_now(pool, entry)
    assert (back.state, back.booking_id, back.turn) == (WaitingState.WAITING, None, entry.turn)
    assert (back.missed, back.rests_until) == (0, None)
    with transaction(pool, SYSTEM) as tx:
        told = [row["kind"] for row in many(tx, "select kind from outbox order by created_at, id")]
    assert told == ["booking.offered", "booking.released"]
    with pytest.raises(NotAllowed):
        approvals.accept(pool, hand(member, entry), now=NOON)


def test_an_offer_at_three_in_the_morning_is_answered_after_eight(pool: Pool, world: World) -> None:
    night = NOON.replace(hour=18) + timedelta(minutes=7)  # 03:07 of the next day in Seoul
    day = Period(night + timedelta(hours=12), night + timedelta(hours=14))
    machine = world.machine(offer_hours={"since": "08:00", "until": "21:00"})
    entry = wait(world, machine, world.member(world.company()), night, period=day)
    assert offer_of(pool, world, entry).expires_at == NOON.replace(hour=23, minute=15)


def test_an_offer_never_outlives_the_start_of_its_time(pool: Pool, world: World) -> None:
    night = NOON.replace(hour=18)
    early = Period(night + timedelta(hours=2), night + timedelta(hours=4))
    machine = world.machine(offer_hours={"since": "08:00", "until": "21:00"})
    entry = wait(world, machine, world.member(world.company()), night, period=early)
    assert offer_of(pool, world, entry).expires_at == early.start


def test_an_entry_whose_time_is_over_ends_and_is_seen(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    machine, holder, member = (
        world.machine("mill-1"),
        world.company(),
        world.member(world.company()),
    )
    world.booked(machine, holder, HOURS.start)
    entry = wait(world, machine, member)
    last = HOURS.end - timedelta(hours=2)
    pass_time(pool, last)
    assert entry_now(pool, entry).state is WaitingState.WAITING
    pass_time(pool, last + timedelta(seconds=1))
    assert entry_now(pool, entry).state is WaitingState.OVER
    headers = bearer(member)
    assert client.get("/api/v1/waiting", headers=headers).json()["items"] == []
    seen = client.get("/api/v1/waiting?ended=true", headers=headers).json()["items"]
    assert [e["state"] for e in seen] == ["over"]


def test_a_length_off_the_grid_is_refused_like_a_direct_request(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    world.machine("mill-1", step=timedelta(minutes=30))
    member = bearer(world.member(world.company()))
    direct = {**wish("mill-1", start=TOMORROW), "end": f"{TOMORROW + timedelta(minutes=45):%FT%TZ}"}
    (problem,) = post(client, "/bookings", member, direct, 422)["problems"]
    body = wish("mill-1", hours=4)
    waited = post(client, "/waiting", member, {**body, "minutes": 45}, 422)
    assert waited["problems"] == [
        {**problem, "overridable_by": waited["problems"][0]["overridable_by"]}
    ]
    assert problem["code"] == "booking.off_grid"
    for minutes in (30, 60):
        post(client, "/waiting", member, {**body, "minutes": minutes}, 201)


@pytest.mark.parametrize(
    "rules",
    [
        {"questions": [{"key": "material", "ko": "재료", "en": "Material"}]},
        {"approval": "auto", "qualification": "mill"},
        {"linked": ["lathe-1"]},
    ],
)
def test_a_search_for_time_asks_the_rules_about_time(
    client: TestClient, world: World, bearer: LogIn, rules: dict[str, Any]
) -> None:
    world.machine("lathe-1")
    world.machine("mill-1", **rules)
    member = bearer(world.member(world.company()))
    world.booked(world.machine("mill-2"), world.company(), TOMORROW)
    asked = {"machine_slug": "mill-1", "minutes": 120, "not_before": TOMORROW.isoformat()}
    (found,) = post(client, "/slots", member, asked)["items"]
    assert datetime.fromisoformat(found["start"]) == TOMORROW
    # An incomplete form is refused with the form, and another time does not help.
    refused = post(client, "/bookings", member, wish("mill-1"), 422)
    assert refused["alternatives"] == []


def leave_company(world: World, who: Caller) -> None:
    """A person leaves their company."""
    (company,) = who.companies
    members.take_out(world.pool, in_session(who), company, who.person_id)


def test_who_left_the_company_is_passed_over_and_their_wait_ends_as_left(
    client: TestClient, world: World, bearer: LogIn, pool: Pool
) -> None:
    machine, company, holder = world.machine(), world.company(), world.member(world.company())
    colleague, leaver = world.member(company), world.member(company)
    held = wish(machine.slug, start=HOURS.start)
    booked = post(client, "/bookings", bearer(holder), held, 201)
    mine = wait(world, machine, leaver)
    other = wait(world, machine, world.member(world.company()))
    leave_company(world, leaver)
    post(client, f"/bookings/{booked['id']}/cancel", bearer(holder))
    assert entry_now(pool, mine).state is WaitingState.LEFT
    assert entry_now(pool, other).state is WaitingState.OFFERED
    seen = client.get("/api/v1/waiting?ended=true", headers=bearer(colleague)).json()["items"]
    assert [(e["id"], e["state"]) for e in seen] == [(str(mine.id), "left")]


def test_an_offer_to_who_left_is_accepted_by_nobody_and_goes_to_the_next(
    pool: Pool, world: World
) -> None:
    machine, company = world.machine(), world.company()
    colleague, leaver = world.member(company), world.member(company)
    mine = wait(world, machine, leaver)
    other = wait(world, machine, world.member(world.company()))
    assert (mine.state, other.state) == (WaitingState.OFFERED, WaitingState.WAITING)
    leave_company(world, leaver)
    with pytest.raises(Refused) as refused:
        approvals.accept(pool, hand(colleague, mine), now=NOON)
    assert [p.code for p in refused.value.problems] == ["booking.person_left"]
    pass_time(pool, NOON + timedelta(minutes=1))
    assert offer_of(pool, world, mine).state is BookingState.RELEASED
    ended = entry_now(pool, mine)
    assert (ended.state, ended.missed) == (WaitingState.LEFT, 0)
    assert entry_now(pool, other).state is WaitingState.OFFERED


def test_a_request_of_who_left_is_approved_once_a_colleague_has_it(
    client: TestClient, world: World, bearer: LogIn
) -> None:
    machine, company = world.machine(approval="manual"), world.company()
    colleague, leaver = world.member(company), world.member(company)
    asked = post(client, "/bookings", bearer(leaver), wish(machine.slug), 201)
    leave_company(world, leaver)
    path = f"/bookings/{asked['id']}"
    refused = post(client, f"{path}/approve", bearer(None), status=422)
    assert [p["code"] for p in refused["problems"]] == ["booking.person_left"]
    post(client, f"{path}/transfer", bearer(colleague), {"person": str(colleague.person_id)})
    assert post(client, f"{path}/approve", bearer(None))["state"] == "confirmed"
