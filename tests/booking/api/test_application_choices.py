"""Applications that choose equipment and seats, and rounds whose rule is taken away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.booking.services import booking_changes, bookings, machine_setup
from gadong.booking.services.applications import applications
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.equipment import equipment
from gadong.booking.services.equipment.equipment import NeedRequest
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services.machines import BEGINNING
from tests.support.booking.applications import (
    CLOSED,
    DAYS,
    FIRST,
    HOUR,
    OPENED,
    TEN,
    apply,
    draw,
    members,
    mill,
)
from tests.support.world import World


def ask(who: Caller, machine: Machine, **more: Any) -> Request:
    """A request for the hour that all apply for."""
    period = Period(TEN, TEN + HOUR)
    return Request(machine=machine, company=next(iter(who.companies)), period=period, **more)


def lounge(world: World, *, seats: int) -> Machine:
    """A room whose time is applied for, first come, first served."""
    return machine_setup.register(
        world.pool,
        world.manager,
        centre=world.centre.id,
        slug=f"lounge-{new_id().hex[-8:]}",
        kind="room",
        name_ko="라운지",
        name_en="Lounge",
        rules={"application_days": DAYS, "application_order": ["first_come"]},
        observed=Observed.NEITHER,
        seats=seats,
    )


def without_days(world: World, level: Level, at: datetime) -> None:
    """Take the rule away from an instant on."""
    values = {"application_days": None}
    rulebook.change(
        world.pool, world.manager, level, values, effective_from=at, now=datetime.now(UTC)
    )


def test_an_application_chooses_its_equipment_and_the_draw_keeps_the_choice(world: World) -> None:
    machine, (who, other) = mill(world), members(world, 2)
    for slug in ("touch", "scan"):
        equipment.put(
            world.pool,
            world.manager,
            world.centre.id,
            slug,
            name_ko=slug,
            name_en=slug,
            units=1,
            now=OPENED,
        )
    needs = [NeedRequest(any_of=("touch", "scan"))]
    equipment.put_needs(world.pool, world.manager, machine, needs)
    with pytest.raises(Invalid) as refused:
        applications.apply(
            world.pool, who, ask(who, machine, equipment=("chuck",)), now=OPENED + HOUR
        )
    assert refused.value.figures["field"] == "equipment"
    wanted = ask(who, machine, equipment=("scan",))
    made = applications.apply(world.pool, who, wanted, now=OPENED + HOUR)
    assert applications.find(world.pool, who, made.id).equipment == ("scan",)
    assert draw(world) == 1
    granted = applications.find(world.pool, who, made.id)
    assert granted.booking_id is not None
    booking, _ = bookings.find(world.pool, who, granted.booking_id)
    assert booking.equipment == ("scan",)
    units = equipment.units_of(world.pool, who, booking)
    assert [(one.slug, unit) for one, unit in units] == [("scan", 1)]
    assert other.person_id != who.person_id


def test_equipment_that_is_gone_by_the_draw_keeps_nobody_from_an_answer(world: World) -> None:
    machine, (who, other) = mill(world), members(world, 2)
    equipment.put(
        world.pool,
        world.manager,
        world.centre.id,
        "scan",
        name_ko="scan",
        name_en="scan",
        units=1,
        now=OPENED,
    )
    needs = [NeedRequest(any_of=("scan",))]
    equipment.put_needs(world.pool, world.manager, machine, needs)
    chosen = applications.apply(
        world.pool, who, ask(who, machine, equipment=("scan",)), now=OPENED + HOUR
    )
    plain = apply(world, machine, other, TEN + HOUR)
    equipment.put_needs(world.pool, world.manager, machine, [])
    assert draw(world) == 1
    refused = applications.find(world.pool, who, chosen.id)
    assert (refused.state, [p["code"] for p in refused.problems]) == (
        "refused",
        ["booking.no_equipment"],
    )
    assert applications.find(world.pool, other, plain.id).state == "granted"


def test_seats_that_are_gone_by_the_draw_are_not_granted(world: World) -> None:
    room = lounge(world, seats=8)
    people = members(world, 2)
    made = [
        applications.apply(world.pool, who, ask(who, room, seats=seats), now=OPENED + HOUR)
        for who, seats in zip(people, (6, 2), strict=True)
    ]
    machine_setup.change_seats(world.pool, world.manager, room, 4, now=OPENED + 2 * HOUR)
    assert draw(world) == 1
    found = [applications.find(world.pool, w, a.id) for w, a in zip(people, made, strict=True)]
    assert [a.state for a in found] == ["refused", "granted"]
    assert [(p["code"], p["limit"]) for p in found[0].problems] == [("booking.seats", 4)]
    assert found[0].alternatives == []


def test_as_many_applications_are_granted_as_a_room_has_seats(world: World) -> None:
    room = lounge(world, seats=3)
    people = members(world, 3)
    made = [
        applications.apply(
            world.pool,
            who,
            ask(who, room, seats=seats),
            now=OPENED + number * timedelta(minutes=1),
        )
        for number, (who, seats) in enumerate(zip(people, (2, 2, 1), strict=True))
    ]
    draw(world)
    found = [applications.find(world.pool, w, a.id) for w, a in zip(people, made, strict=True)]
    assert [(a.seats, a.state) for a in found] == [(2, "granted"), (2, "refused"), (1, "granted")]


def test_a_rule_that_is_taken_away_lets_nobody_in_before_the_draw(world: World) -> None:
    machine, (who, late, other) = mill(world), members(world, 3)
    apply(world, machine, who)
    without_days(world, Level(machine=machine), OPENED + 2 * HOUR)
    for now in (OPENED + 3 * HOUR, CLOSED - timedelta(seconds=1), CLOSED):
        with pytest.raises(Refused) as refused:
            bookings.request(world.pool, other, ask(other, machine), now=now)
        (problem,) = refused.value.problems
        assert (problem.code, problem.overridable_by) == ("booking.applications", "manager")
    # The round that was opened goes on to its end.
    assert apply(world, machine, late, TEN + HOUR, now=OPENED + 3 * HOUR).state == "applied"
    assert draw(world) == 1
    free = Period(TEN + 2 * HOUR, TEN + 3 * HOUR)
    direct = Request(machine=machine, company=next(iter(other.companies)), period=free)
    assert bookings.request(world.pool, other, direct, now=CLOSED)[0].period == free
    with pytest.raises(Invalid):
        apply(world, machine, other, TEN + 4 * HOUR, now=CLOSED)


def test_a_category_that_books_directly_does_so_beside_a_kept_round(world: World) -> None:
    machine, (who,) = mill(world), members(world, 1)
    small = world.member(world.company(category="소공인"))
    apply(world, machine, who)
    without_days(world, Level(centre=world.centre.id, tier="소공인"), BEGINNING)
    without_days(world, Level(machine=machine), OPENED + 2 * HOUR)
    made = bookings.request(world.pool, small, ask(small, machine), now=OPENED + 3 * HOUR)
    assert made[0].state == "confirmed"


def test_an_extension_into_the_month_waits_for_the_draw_as_a_request_does(world: World) -> None:
    machine, (who, other) = mill(world), members(world, 2)
    early = OPENED - HOUR
    last = Period(FIRST - 3 * HOUR, FIRST - 2 * HOUR)
    asked = Request(machine=machine, company=next(iter(who.companies)), period=last)
    (made,) = bookings.request(world.pool, who, asked, now=early)
    hand = Hand(who=who, booking=made.id)
    to_midnight = booking_changes.extend(world.pool, hand, FIRST, now=early)
    assert (to_midnight.state, to_midnight.period.end) == ("confirmed", FIRST)
    apply(world, machine, other, TEN)
    for now in (early, OPENED + 2 * HOUR, CLOSED):
        with pytest.raises(Refused) as refused:
            booking_changes.extend(world.pool, hand, FIRST + timedelta(minutes=1), now=now)
        (problem,) = refused.value.problems
        assert (problem.code, problem.overridable_by) == ("booking.applications", "manager")
    draw(world)
    longer = booking_changes.extend(world.pool, hand, FIRST + HOUR, now=CLOSED)
    assert (longer.state, longer.period.end) == ("confirmed", FIRST + HOUR)
    # A booking that the draw gave is extended as before, whatever month waits for the next draw.
    again = booking_changes.extend(world.pool, hand, FIRST + 2 * HOUR, now=CLOSED)
    assert again.period.end == FIRST + 2 * HOUR
