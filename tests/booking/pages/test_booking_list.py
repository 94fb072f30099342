"""The page of bookings: what is to come, what has passed, a search, and the pages of each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from api.pages.frame.listing import ROWS
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.store import machines
from tests.support.page_fixtures import Visit
from tests.support.world import World

# Noon in Seoul, so that no booking touches two of the centre's days.
NOON = datetime.now(UTC).replace(hour=3, minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def listed(page: str) -> list[str]:
    """Return the ids of the bookings on a page, in their order."""
    return re.findall(r'href="/bookings/([0-9a-f-]{36})"', page)


def test_what_comes_stands_by_its_start_and_what_has_passed_the_latest_first(
    visit: Visit, world: World
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    late = world.booked(machine, company, NOON + 5 * DAY)
    soon = world.booked(machine, company, NOON + 2 * DAY)
    old = world.booked(machine, company, NOON - 9 * DAY)
    newer = world.booked(machine, company, NOON - 3 * DAY)
    given_up = world.booked(machine, company, NOON + 3 * DAY)
    hand = Hand(who=world.manager, booking=given_up.id, version=given_up.version)
    booking_changes.cancel(world.pool, hand, reason="", now=datetime.now(UTC))
    client = visit(world.member(company))
    both = [str(b.id) for b in (soon, late, given_up, newer, old)]
    assert listed(client.get("/bookings").text) == both
    assert listed(client.get("/bookings?when=past").text) == both[2:]


def test_below_what_comes_are_five_of_the_past_and_a_link_to_all(
    visit: Visit, world: World
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    past = [world.booked(machine, company, NOON - n * DAY) for n in range(2, 8)]
    client = visit(world.member(company))
    first = client.get("/bookings").text
    assert listed(first) == [str(b.id) for b in past[:5]]
    assert 'href="/bookings?when=past"' in first
    assert listed(client.get("/bookings?when=past").text) == [str(b.id) for b in past]


def test_a_long_list_comes_in_pages_that_keep_the_search(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company(name="긴목록 정밀")
    made = [
        world.booked(machine, company, NOON + DAY + n * HOUR, hours=0.5) for n in range(ROWS + 1)
    ]
    world.booked(world.machine("lathe-1"), world.company(), NOON + 40 * DAY)
    manager = visit(None)
    first = manager.get("/bookings", params={"q": "긴목록", "machine": "mill-1"}).text
    assert listed(first) == [str(b.id) for b in made[:ROWS]]
    assert f"예약 {ROWS + 1}건" in first
    following = re.findall(r'rel="next" href="([^"]+)"', first)
    assert len(following) == 1
    second = manager.get(following[0].replace("&amp;", "&")).text
    assert listed(second) == [str(made[ROWS].id)]
    assert 'rel="next"' not in second
    # A page beyond the last is the last.
    assert listed(manager.get("/bookings?page=99").text)[-1] != str(made[ROWS - 1].id)


def test_bookings_are_found_by_company_machine_state_and_day(visit: Visit, world: World) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    own, other = world.company(name="한솔정밀"), world.company(name="두리목공")
    one = str(world.booked(mill, own, NOON + 2 * DAY).id)
    two = str(world.booked(lathe, other, NOON + 4 * DAY).id)
    manager = visit(None)

    def found(**asked: str) -> list[str]:
        return listed(manager.get("/bookings", params=asked).text)

    assert found() == [one, two]
    assert (found(q="두리"), found(q="한솔 mill"), found(q="한솔 lathe")) == ([two], [one], [])
    assert (found(machine="lathe-1"), found(state="confirmed")) == ([two], [one, two])
    assert found(state="pending") == []
    zone = world.centre.zone
    day = (NOON + 2 * DAY).astimezone(zone).date()
    assert found(**{"from": str(day), "to": str(day)}) == [one]
    assert found(**{"from": str(day + DAY)}) == [two]
    nothing = manager.get("/bookings", params={"q": "<script>"}).text
    assert "맞는 것이 없습니다" in nothing
    assert "<script>" not in nothing.split("<main", 1)[1]
    # A colleague of one company finds nobody else's.
    client = visit(world.member(own))
    assert listed(client.get("/bookings", params={"q": "두리"}).text) == []
    backwards = {"from": str(day), "to": str(day - DAY)}
    assert manager.get("/bookings", params=backwards).status_code == 422


@pytest.mark.parametrize("asked", [{"when": "never"}, {"state": "gone"}, {"page": "0"}])
def test_an_unknown_choice_is_refused(asked: dict[str, str], visit: Visit, world: World) -> None:
    assert visit(None).get("/bookings", params=asked).status_code == 422


def test_past_bookings_of_a_retired_machine_stay_listed(visit: Visit, world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    booking = world.booked(machine, company, NOON - 2 * DAY)
    with transaction(world.pool, SYSTEM) as tx:
        machines.retire(tx, machine.id)
    page = visit(world.member(company)).get("/bookings?when=past").text
    assert listed(page) == [str(booking.id)]
    assert "밀링" in page
    assert "/machines/mill-1/book" not in page
