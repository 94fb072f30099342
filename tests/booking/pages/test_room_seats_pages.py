"""The pages of a room with seats: registered, booked by several, drawn and refused."""

from __future__ import annotations

import re
from uuid import uuid4

from fastapi.testclient import TestClient

from tests.support.booking.bookings import TOMORROW
from tests.support.page_fixtures import Visit
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
