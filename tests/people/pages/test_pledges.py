"""The pledge on the booking's form and on its page."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of, tomorrow
from tests.support.world import World

TEXT = {"version": "2026-12", "ko": "보안경을 씁니다.\r\n\r\n혼자 쓰지 않습니다.", "en": "Goggles."}


def key_of(page: str) -> str:
    found = re.search('name="key" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_a_pledge_is_shown_on_the_form_and_accepted_there(visit: Visit, world: World) -> None:
    company = world.company()
    desk, own = visit(None), visit(world.member(company))
    assert own.post("/pledges", data=TEXT).status_code == 409
    assert desk.post("/pledges", data=TEXT).status_code == 303
    machine = world.machine("mill-1", terms="2026-12")
    assert desk.post("/pledges", data=TEXT).status_code == 409
    form = own.get(f"/machines/{machine.slug}/book").text
    assert "보안경을 씁니다." in form
    assert "혼자 쓰지 않습니다." in form
    start = tomorrow(world)
    sent = {"key": key_of(form), "start": f"{start:%Y-%m-%dT%H:%M}", "minutes": "60"}
    refused = own.post(f"/machines/{machine.slug}/book", data=sent)
    assert (refused.status_code, "먼저 동의하세요" in refused.text) == (409, True)
    done = own.post(f"/machines/{machine.slug}/book", data={**sent, "pledge": "2026-12"})
    assert done.status_code == 303, done.text
    assert "보안경을 씁니다." not in own.get(f"/machines/{machine.slug}/book").text
    seen = text_of(desk.get("/pledges").text)
    assert re.search("이용자 2026-12 .* 본인 동의", seen), seen
    assert "동의한 사람" not in own.get("/pledges").text


def test_a_pledge_is_accepted_on_its_page_and_at_the_desk(visit: Visit, world: World) -> None:
    company = world.company()
    desk, own = visit(None), visit(world.member(company))
    desk.post("/pledges", data=TEXT)
    machine = world.machine("mill-1", terms="2026-12")
    assert own.post("/pledges/accept", data={"version": "2026-12"}).status_code == 303
    assert "동의함" in text_of(own.get("/pledges").text) or "✓" in own.get("/pledges").text
    assert "보안경을 씁니다." not in own.get(f"/machines/{machine.slug}/book").text
    form = desk.get(f"/machines/{machine.slug}/book").text
    assert "종이 서약서에 서명했습니다" in form
    start = tomorrow(world) + timedelta(hours=3)
    sent = {
        "key": key_of(form),
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "company": str(company.id),
        "person_name": "김 전화",
    }
    assert desk.post(f"/machines/{machine.slug}/book", data=sent).status_code == 409
    signed = {**sent, "pledge": "2026-12"}
    assert desk.post(f"/machines/{machine.slug}/book", data=signed).status_code == 303
    assert "종이 서약서(센터 입력)" in text_of(desk.get("/pledges").text)


def test_the_page_of_a_rule_refuses_a_pledge_without_a_text(visit: Visit, world: World) -> None:
    world.machine("mill-1")
    desk = visit(None)
    asked = {"level": "centre", "value": "2026-13", "reason": "개정"}
    refused = desk.post("/rules/terms", data=asked)
    assert refused.status_code == 409
    said = "센터에 서약서 2026-13이 없습니다. 먼저 서약서 화면에서 그 본문을 게시하세요"
    assert said in text_of(refused.text)
    assert 'value="2026-13"' in refused.text, "the form keeps what was written"
    desk.post("/pledges", data={**TEXT, "version": "2026-13"})
    assert desk.post("/rules/terms", data=asked).status_code == 303
