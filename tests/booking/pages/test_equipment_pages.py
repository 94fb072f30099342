"""The pages of counted equipment: registered, needed, chosen in a booking, refused, and retired."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

from fastapi.testclient import TestClient

from tests.support.booking.bookings import TOMORROW
from tests.support.page_fixtures import Visit
from tests.support.world import World

PROBES = {"touch": "접촉 프로브", "scan": "스캐닝 프로브"}


def register(manager: TestClient, slug: str, units: int) -> int:
    form = {"slug": slug, "name_ko": PROBES[slug], "name_en": slug.title(), "units": str(units)}
    return manager.post("/equipment", data=form).status_code


def wish(world: World, **more: str) -> dict[str, str]:
    start = f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%dT%H:%M}"
    return {"start": start, "minutes": "60", "key": uuid4().hex, **more}


def test_equipment_is_registered_needed_chosen_and_retired_on_pages(
    visit: Visit, world: World
) -> None:
    first, second = world.machine(), world.machine()
    manager, member = visit(None), visit(world.member(world.company()))
    assert "아직 등록된 기구가 없습니다" in manager.get("/equipment").text
    assert member.get("/equipment").status_code == 403
    assert [register(manager, slug, 1) for slug in PROBES] == [303, 303]
    for machine in (first, second):
        need = {"machine": machine.slug, "any_of": ["touch", "scan"], "units": "1"}
        kept = manager.post("/equipment/needs", data=need)
        assert (kept.status_code, kept.headers["location"]) == (303, "/equipment")
    twice = manager.post("/equipment/needs", data={"machine": first.slug, "any_of": "scan"})
    assert twice.status_code == 409
    assert "한 예약의 두 가지 필요가 같은 기구를 가리킵니다" in twice.text

    form = member.get(f"/machines/{first.slug}/book").text
    options = re.findall(r'<option\s+value="(touch|scan)">\s*([^<]+?)\s*</option>', form)
    assert options == list(PROBES.items())
    made = member.post(f"/machines/{first.slug}/book", data=wish(world, equipment="scan"))
    assert made.status_code == 303, made.text
    assert "스캐닝 프로브 1</dd>" in member.get(made.headers["location"]).text

    # The same probe is refused with the times that keep the choice; the other one is free.
    refused = member.post(f"/machines/{second.slug}/book", data=wish(world, equipment="scan"))
    assert refused.status_code == 409
    assert "그 시간에는 필요한 기구(스캐닝 프로브)가 남아 있지 않습니다" in refused.text
    choices = re.findall(r'href="(/machines/[^"]+equipment=scan)"', refused.text)
    assert choices
    offered = member.get(choices[0].replace("&amp;", "&")).text
    assert "예약할 수 있습니다" in offered
    assert re.search(r'value="scan"\s+selected', offered)
    other = member.post(f"/machines/{second.slug}/book", data=wish(world))
    assert other.status_code == 303
    assert "접촉 프로브" in member.get(other.headers["location"]).text

    # Both are held now: they are not taken away before their bookings end.
    page = manager.get("/equipment").text
    assert page.count("앞으로 2주 동안 1번 쓰임") == 2
    assert register(manager, "scan", 0) == 409
    given_up = member.post(f"{made.headers['location']}/cancel", data={"version": "1"})
    assert given_up.status_code == 303
    assert register(manager, "scan", 0) == 303
    assert "사용 종료" in manager.get("/equipment").text
    # Retired equipment is offered to nobody.
    assert 'value="scan"' not in member.get(f"/machines/{first.slug}/book").text
    found = re.search(r'name="need"\s+value="([^"]+)"', manager.get("/equipment").text)
    assert found is not None
    for _ in range(2):
        gone = manager.post("/equipment/needs/remove", data={"need": found[1]})
        assert gone.status_code == 303
    assert manager.get("/equipment").text.count('name="need"') == 1
    assert "함께 쓸 기구" not in member.get(f"/machines/{first.slug}/book").text


def test_an_unknown_choice_is_refused_in_words(visit: Visit, world: World) -> None:
    machine, member = world.machine(), visit(world.member(world.company()))
    answer = member.post(f"/machines/{machine.slug}/book", data=wish(world, equipment="laser"))
    assert answer.status_code == 409
    assert "이 장비는 laser을(를) 쓰지 않습니다" in answer.text


def test_the_form_offers_what_the_chosen_mode_needs(visit: Visit, world: World) -> None:
    machine = world.machine(usage_modes=["self", "assisted"])
    manager, member = visit(None), visit(world.member(world.company()))
    for slug in PROBES:
        register(manager, slug, 1)
    need = {"machine": machine.slug, "any_of": list(PROBES), "usage_mode": "assisted"}
    assert manager.post("/equipment/needs", data=need).status_code == 303
    path = f"/machines/{machine.slug}/book"
    assert "함께 쓸 기구" not in member.get(path).text
    later = f"{(TOMORROW + timedelta(hours=1)).astimezone(world.ZONE):%Y-%m-%dT%H:%M}"
    asked = member.get(path, params={"start": later, "usage_mode": "assisted"}).text
    assert "함께 쓸 기구(1개 필요)" in asked
