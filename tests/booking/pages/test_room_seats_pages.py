"""The pages of a room with seats: registered, booked by several, drawn and refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from fastapi.testclient import TestClient

from api.pages.frame.texts import Words
from api.pages.machines.free_bar import free_bar
from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings, machine_setup
from gadong.booking.services.applications import applications
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import agenda
from gadong.core.database import Pool
from gadong.core.domain.period import Period
from gadong.machines.domain.observation import Observed
from tests.support.booking.applications import DAYS, OPENED, TEN, draw, members
from tests.support.booking.bookings import TOMORROW
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def wish(world: World, seats: int) -> dict[str, str]:
    start = f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%dT%H:%M}"
    return {"start": start, "minutes": "60", "key": uuid4().hex, "seats": str(seats)}


def register(manager: TestClient, slug: str, observed: str) -> int:
    form = {"slug": slug, "kind": "room", "name_ko": "라운지", "name_en": "Lounge", "seats": "5"}
    return manager.post("/register", data=form | {"observed": observed}).status_code


def test_a_room_is_registered_and_shared_on_pages(visit: Visit, world: World) -> None:
    manager = visit(None)
    first, second = (visit(world.member(world.company())) for _ in range(2))
    slug = f"lounge-{uuid4().hex[:8]}"
    assert register(manager, slug, "signal") == 409
    assert register(manager, slug, "neither") == 303
    form = first.get(f"/machines/{slug}/book").text
    assert re.search(r'name="seats" type="number" min="1"\s+max="5" value="1"', form)
    made = first.post(f"/machines/{slug}/book", data=wish(world, 3))
    assert made.status_code == 303, made.text
    assert "전체 5석 중 3석</dd>" in first.get(made.headers["location"]).text

    refused = second.post(f"/machines/{slug}/book", data=wish(world, 3))
    assert refused.status_code == 409
    assert "다른 예약(준비·정리 시간 포함)이 있습니다" in refused.text
    choices = re.findall(r'href="(/machines/[^"]+seats=3)"', refused.text)
    assert choices
    offered = second.get(choices[0].replace("&amp;", "&")).text
    assert "예약할 수 있습니다" in offered
    assert second.post(f"/machines/{slug}/book", data=wish(world, 2)).status_code == 303

    day = f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%d}"
    shown = second.get("/calendar", params={"day": day}).text
    assert "남은 좌석: 0" in shown
    query = {"start": f"{day}T00:00:00+09:00", "end": f"{day}T23:59:00+09:00"}
    events = second.get("/calendar/events", params=query).json()
    mine = [e["title"] for e in events if e["resourceIds"] == [slug] and "title" in e]
    assert sorted(mine) == ["내 예약 · 전체 5석 중 2석", "예약됨 · 전체 5석 중 3석"]


def test_a_room_is_free_while_a_seat_is_and_shows_everybody_their_own_booking(
    visit: Visit, world: World, pool: Pool
) -> None:
    lounge = machine_setup.register(
        pool,
        world.manager,
        centre=world.centre.id,
        slug=f"lounge-{uuid4().hex[:8]}",
        kind="room",
        name_ko="라운지",
        name_en="Lounge",
        rules={"setup_minutes": 0, "teardown_minutes": 0},
        observed=Observed.NEITHER,
        seats=3,
    )
    company = world.company()
    people = [world.member(company) for _ in range(3)]
    now = datetime.now(UTC)
    begin = now.replace(minute=0, second=0, microsecond=0)
    period = Period(begin, begin + timedelta(hours=2))
    made: list[Booking] = []
    for who in people:
        wanted = Request(
            machine=lounge,
            company=company.id,
            person=who.person_id,
            period=period,
            override="시험",
        )
        made += bookings.request(pool, world.manager, wanted, now=now)
        rows = agenda.of_centre(pool, who, world.centre.id, period, kind="room", now=now)
        row = next(r for r in rows if r.machine.id == lounge.id)
        bar = free_bar(replace(row, opened=[period]), period, Words("ko", world.ZONE), now=now)
        assert ('class="free"' in bar) is (len(made) < len(people))
    for who, booking in zip(people, made, strict=True):
        seen = visit(who)
        for path in (f"/at/{lounge.slug}", f"/machines/{lounge.slug}"):
            shown = seen.get(path).text
            assert {b.id for b in made if f"/bookings/{b.id}" in shown} == {booking.id}, path
    (company_name,) = {c.name for c in world.companies}
    floor = text_of(visit(None).get("/floor").text)
    assert f"지금: {company_name} · 전체 3석 중 3석" in floor


def test_what_was_applied_for_goes_with_what_would_do_instead(visit: Visit, world: World) -> None:
    lounge = machine_setup.register(
        world.pool,
        world.manager,
        centre=world.centre.id,
        slug=f"lounge-{uuid4().hex[:8]}",
        kind="room",
        name_ko="라운지",
        name_en="Lounge",
        rules={"application_days": DAYS},
        observed=Observed.NEITHER,
        seats=3,
    )
    people = members(world, 2)
    for who in people:
        wanted = Request(
            machine=lounge,
            company=next(iter(who.companies)),
            period=Period(TEN, TEN + timedelta(hours=1)),
            seats=2,
        )
        applications.apply(world.pool, who, wanted, now=OPENED + timedelta(hours=1))
    assert draw(world) == 1
    shown = "".join(visit(who).get("/monthly-applications").text for who in people)
    choices = re.findall(rf'href="(/machines/{lounge.slug}/book\?start=[^"]+)"', shown)
    assert choices
    assert all(choice.endswith("&amp;seats=2") for choice in choices)


def test_a_room_that_exists_is_given_other_seats_and_says_who_needs_more(
    visit: Visit, world: World
) -> None:
    manager, first = visit(None), visit(world.member(world.company()))
    slug = f"lounge-{uuid4().hex[:8]}"
    assert register(manager, slug, "neither") == 303
    page, seats = f"/register/{slug}", f"/register/{slug}/seats"
    assert 'name="seats" type="number" min="1"\nmax="200" required value="5"' in (
        manager.get(page).text
    )
    made = first.post(f"/machines/{slug}/book", data=wish(world, 3)).headers["location"]

    refused = manager.post(seats, data={"seats": "2"})
    shown = text_of(refused.text)
    assert refused.status_code == 409
    assert "없어질 자리를 잡은 예약이 있습니다. 먼저 그 예약을 옮기세요" in shown
    assert "2석이 되면 좌석이 모자라는 예약:" in shown
    assert "3석 · ✕ 먼저 옮겨야 함" in shown
    assert f'href="{made}"' in refused.text
    assert manager.post(seats, data={"seats": "3"}).status_code == 303
    assert "좌석이 모자라는" not in manager.get(page).text
    assert manager.post(seats, data={"seats": "201"}).status_code == 422


def test_a_booking_of_a_whole_room_stands_in_a_smaller_one(visit: Visit, world: World) -> None:
    manager, first = visit(None), visit(world.member(world.company()))
    slug = f"lounge-{uuid4().hex[:8]}"
    assert register(manager, slug, "neither") == 303
    made = first.post(f"/machines/{slug}/book", data=wish(world, 5)).headers["location"]
    assert manager.post(f"/register/{slug}/seats", data={"seats": "4"}).status_code == 303
    shown = manager.get(f"/register/{slug}").text
    assert "이 공간의 4석보다 많은 좌석의 예약:" in shown
    assert "5석 · 공간 전체 예약으로 유지" in text_of(shown)
    assert f'href="{made}"' in shown


def test_only_who_works_on_the_floor_sets_a_rooms_seats(visit: Visit, world: World) -> None:
    manager, member = visit(None), visit(world.member(world.company()))
    slug = f"lounge-{uuid4().hex[:8]}"
    assert register(manager, slug, "neither") == 303
    assert member.post(f"/register/{slug}/seats", data={"seats": "4"}).status_code in {403, 404}
    # A machine that signals observe has one seat, and no form for more.
    mill = world.machine()
    assert "/seats" not in manager.get(f"/register/{mill.slug}").text
    assert manager.post(f"/register/{mill.slug}/seats", data={"seats": "2"}).status_code == 409
