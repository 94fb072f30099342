"""Bookings that move from a closed machine to another of the same abilities."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.prices import sister_offers, tariffs
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_steps import Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.displaced import sister_machines
from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, GadongError, Invalid, NotAllowed, Refused
from gadong.machines.domain.capability import Abilities
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from tests.support.api_fixtures import LogIn
from tests.support.booking.closures import HOUR, HOURS, NOW, booked, close, letters
from tests.support.page_fixtures import Visit
from tests.support.world import World


def offered(world: World, who: Caller, booking: Booking, now: datetime = NOW) -> list[str]:
    """The slugs of the sister machines that are offered."""
    return [o.machine.slug for o in sister_offers.sisters(world.pool, who, booking.id, now=now)]


def take(world: World, who: Caller, booking: Booking, sister: Machine) -> Booking:
    """The booking on the sister machine."""
    return sister_machines.take(world.pool, Hand(who=who, booking=booking.id), sister.id, now=NOW)


def test_the_cheapest_sister_comes_first_with_the_difference(world: World, pool: Pool) -> None:
    # The order of names contradicts the order of prices.
    closed, _dear, cheap = (world.machine(slug) for slug in ("mill-b", "mill-a", "mill-c"))
    rates = {"mill-b": "30000", "mill-a": "45000", "mill-c": "20000"}
    items = [
        {"machine": slug, "rate_per_hour": rate, "basis": "actual_run"}
        for slug, rate in rates.items()
    ]
    document = {"effective_from": "2026-01-01", "items": items, "discounts": [], "goods": []}
    drafted = tariffs.draft(pool, world.manager, centre=world.centre.id, document=document)
    tariffs.publish(pool, world.manager, drafted.id)
    member = world.member(world.company())
    booking = booked(world, closed, member)
    close(world, closed)
    found = sister_offers.sisters(pool, member, booking.id, now=NOW)
    assert [(o.machine.slug, o.total, o.difference) for o in found] == [
        (cheap.slug, 44_000, -22_000),
        ("mill-a", 99_000, 33_000),
    ]


def test_a_machine_without_a_price_is_offered_without_one(world: World, pool: Pool) -> None:
    closed, _sister = world.machine("mill-a"), world.machine("mill-b")
    member = world.member(world.company())
    booking = booked(world, closed, member)
    close(world, closed)
    (found,) = sister_offers.sisters(pool, member, booking.id, now=NOW)
    assert (found.machine.slug, found.total, found.difference) == ("mill-b", None, None)


@pytest.mark.parametrize(("micrometres", "is_offered"), [(4, True), (5, True), (6, False)])
def test_a_sister_has_every_ability_of_the_closed_machine(
    world: World, pool: Pool, micrometres: int, is_offered: bool
) -> None:
    closed, sister = world.machine("mill-a"), world.machine("mill-b")
    world.machine("laser", kind="laser")
    machines.describe(pool, world.manager, closed, Abilities(accuracy_um=5))
    machines.describe(pool, world.manager, sister, Abilities(accuracy_um=micrometres))
    member = world.member(world.company())
    booking = booked(world, closed, member)
    close(world, closed)
    assert offered(world, member, booking) == (["mill-b"] if is_offered else [])
    if not is_offered:
        with pytest.raises(Invalid):
            take(world, member, booking, sister)
        assert bookings.find(pool, member, booking.id)[0].state is BookingState.CONFIRMED


def test_taking_a_sister_moves_the_booking_for_nothing(world: World, pool: Pool) -> None:
    # A machine that breaks leaves no time for the notice of a direct request.
    closed = world.machine("mill-a")
    sister = world.machine("mill-b", notice=timedelta(days=5))
    member = world.member(world.company())
    booking = booked(world, closed, member)
    with pytest.raises(Conflict):
        take(world, member, booking, sister)
    close(world, closed)
    made = take(world, member, booking, sister)
    assert (made.machine_id, made.period, made.state) == (
        sister.id,
        HOURS,
        BookingState.CONFIRMED,
    )
    before, events = bookings.find(pool, member, booking.id)
    assert (before.state, before.cancelled_at) == (BookingState.CANCELLED, None)
    assert events[-1].reason == "mill-a → mill-b"
    assert bookings.find(pool, member, made.id)[0] == made
    assert [t["booking"] for t in letters(pool, "booking.cancelled")] == [str(booking.id)]
    assert str(made.id) in [t["booking"] for t in letters(pool, "booking.confirmed")]
    with pytest.raises(NotAllowed):
        take(world, member, booking, sister)


def test_a_sister_asks_its_own_questions_and_approval(world: World, pool: Pool) -> None:
    closed = world.machine("mill-a")
    asking = world.machine(
        "mill-b", questions=[{"key": "material", "ko": "재료", "en": "Material"}]
    )
    guarded = world.machine("mill-c", approval="manual")
    member = world.member(world.company())
    booking = booked(world, closed, member)
    close(world, closed)
    assert offered(world, member, booking) == ["mill-c"]
    with pytest.raises(Refused) as refused:
        take(world, member, booking, asking)
    assert [p.code for p in refused.value.problems] == ["booking.unanswered"]
    made = take(world, member, booking, guarded)
    assert (made.state, made.expires_at is None) == (BookingState.PENDING, False)


def test_of_two_who_take_one_sister_the_second_keeps_their_booking(
    world: World, pool: Pool
) -> None:
    closed, sister = [world.machine("mill-a"), world.machine("mill-d")], world.machine("mill-b")
    people = [world.member(world.company()) for _ in closed]
    displaced = [booked(world, m, who) for m, who in zip(closed, people, strict=True)]
    for machine in closed:
        close(world, machine)

    def attempt(number: int) -> bool:
        try:
            take(world, people[number], displaced[number], sister)
        except GadongError:
            return False
        return True

    with ThreadPoolExecutor(2) as workers:
        won = list(workers.map(attempt, range(2)))
    assert sorted(won) == [False, True]
    loser = won.index(False)
    kept = bookings.find(pool, people[loser], displaced[loser].id)[0]
    assert kept == displaced[loser]
    with transaction(pool, SYSTEM) as tx:
        row = one(
            tx,
            "select count(*) as n from bookings where machine_id = %(id)s and state = 'confirmed'",
            id=sister.id,
        )
    assert row
    assert row["n"] == 1


@pytest.mark.parametrize(("late", "slugs"), [(-1, ["mill-b"]), (0, []), (1, [])])
def test_what_has_begun_is_offered_nothing(world: World, late: int, slugs: list[str]) -> None:
    closed, _sister = world.machine("mill-a"), world.machine("mill-b")
    member = world.member(world.company())
    booking = booked(world, closed, member)
    close(world, closed)
    now = HOURS.start + timedelta(seconds=late)
    assert offered(world, member, booking, now) == slugs


def test_a_taken_sister_and_a_closed_centre_are_no_offer(world: World, pool: Pool) -> None:
    closed, sister = world.machine("mill-a"), world.machine("mill-b")
    member = world.member(world.company())
    booking = booked(world, closed, member)
    assert offered(world, member, booking) == []
    close(world, closed)
    # The last minute of the time is taken.
    other = booked(
        world,
        sister,
        world.member(world.company()),
        Period(HOURS.end - timedelta(minutes=30), HOURS.end + HOUR),
    )
    assert offered(world, member, booking) == []
    booking_changes.cancel(pool, Hand(who=world.manager, booking=other.id), now=NOW)
    assert offered(world, member, booking) == ["mill-b"]
    close(world, None)
    assert offered(world, member, booking) == []


def test_a_group_keeps_together(world: World, pool: Pool) -> None:
    closed, beside, sister = (world.machine(f"mill-{x}") for x in "abc")
    member = world.member(world.company())
    wanted = Request(
        machine=closed, also=(beside,), company=next(iter(member.companies)), period=HOURS
    )
    first, second = bookings.request(pool, member, wanted, now=NOW)
    close(world, closed)
    made = take(world, member, first, sister)
    assert made.joined == first.joined
    together = bookings.made_together(pool, member, made)
    assert {b.machine_id for b in together if b.is_holding} == {beside.id, sister.id}
    assert second.id in {b.id for b in together}


def test_the_api_and_the_page_offer_and_move(
    client: TestClient, bearer: LogIn, world: World, visit: Visit
) -> None:
    closed, sister = world.machine("mill-a"), world.machine("mill-b")
    member = world.member(world.company())
    first, second = (
        booked(world, closed, member),
        booked(world, closed, member, Period(HOURS.end, HOURS.end + HOUR)),
    )
    close(world, closed, Period(HOURS.start, HOURS.end + HOUR))
    path = f"/api/v1/bookings/{first.id}"
    listed = client.get(f"{path}/sisters", headers=bearer(member)).json()
    assert [(x["machine"], x["machine_slug"]) for x in listed["items"]] == [
        (str(sister.id), "mill-b")
    ]
    wrong = client.post(f"{path}/sister", json={"machine_slug": "no-such"}, headers=bearer(member))
    assert wrong.status_code == 404
    outsider = bearer(world.member(world.company()))
    body = {"machine_slug": "mill-b"}
    assert client.post(f"{path}/sister", json=body, headers=outsider).status_code == 404
    answer = client.post(f"{path}/sister", json=body, headers=bearer(member))
    assert answer.status_code == 201
    assert answer.json()["machine"] == str(sister.id)
    assert answer.headers["location"] == f"/api/v1/bookings/{answer.json()['id']}"
    page = visit(member)
    assert "mill-b" in page.get(f"/bookings/{second.id}").text
    moved = page.post(
        f"/bookings/{second.id}/sister", data={"version": second.version, "machine": "mill-b"}
    )
    assert moved.status_code == 303
    assert moved.headers["location"] != f"/bookings/{second.id}"
    again = page.post(
        f"/bookings/{second.id}/sister", data={"version": second.version, "machine": "mill-b"}
    )
    assert again.status_code == 409
