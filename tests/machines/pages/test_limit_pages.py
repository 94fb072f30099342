"""The page of limits: one is watched, its alarm is acknowledged, and bad values come back."""

from __future__ import annotations

from tests.support.metering.channel_limits import Freezer
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

FORM = {
    "machine": "freezer-1",
    "name": "냉동고 온도",
    "channel": "temperature",
    "side": "above",
    "bound": "−18",
    "returns_at": "-19,5",
    "delay": "10",
    "silence": "15",
}


def test_a_limit_is_watched_from_the_page(world: World, visit: Visit) -> None:
    world.machine("freezer-1", kind="freezer")
    desk = visit(None)
    assert desk.post("/limits", data=FORM).status_code == 303
    shown = text_of(desk.get("/limits").text)
    assert "-18 이하이면 정상 · -19.5에서 해제" in shown
    assert "알 수 없음: 최근 측정값 없음" in shown
    for wrong in ({"bound": "cold"}, {"returns_at": "-17"}, {"silence": "0"}, {"name": " "}):
        refused = desk.post("/limits", data={**FORM, **wrong})
        assert refused.status_code == 409, wrong
        assert "이렇게 할 수 없습니다" in refused.text or "alert-danger" in refused.text


def test_an_alarm_waits_on_the_desk_until_a_person_acknowledges_it(
    world: World, visit: Visit
) -> None:
    freezer = Freezer(world)
    freezer.said((0, -10.0), (12, -11.0))
    freezer.judged(13)
    desk = visit(None)
    assert "확인하지 않은 경보가 1건 있습니다" in desk.get("/desk").text
    page = desk.get("/limits").text
    assert "기준 -18 이탈, 최대 이탈값 -10" in text_of(page)
    action = page.split('action="/limit-alarms/')[1].split('"')[0]
    assert desk.post(f"/limit-alarms/{action}", data={"words": " "}).status_code == 409
    done = desk.post(f"/limit-alarms/{action}", data={"words": "문을 닫음"})
    assert done.status_code == 303
    assert "담당자 · 문을 닫음" in text_of(desk.get("/limits").text)
    assert "확인하지 않은 경보" not in desk.get("/desk").text


def test_a_member_sees_no_limits(world: World, visit: Visit) -> None:
    assert visit(world.member(world.company())).get("/limits").status_code == 403
