"""Guidance on its page: a firm asks, the desk plans, records and takes back, the report counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gadong.core.database import Pool
from gadong.core.domain.access import Role
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from gadong.training.services import guidance
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of, tomorrow
from tests.support.world import PASSWORD, World


def test_guidance_from_a_question_to_the_report(visit: Visit, world: World, pool: Pool) -> None:
    company = world.company()
    own, desk, outsider = (
        visit(world.member(company)),
        visit(None),
        visit(world.member(world.company())),
    )
    wish = {"kind": "guidance", "company": str(company.id), "subject": "표면거칠기 개선"}
    assert own.post("/guidance", data={**wish, "wish": "Ra 0.8"}).status_code == 303
    (asked,) = guidance.shown(pool, world.manager, world.centre.id)
    assert "표면거칠기 개선" in text_of(own.get("/guidance").text)
    assert "표면거칠기 개선" not in text_of(outsider.get("/guidance").text)
    one = f"/guidance/{asked.id}"
    when = {"expert": "박 명장", "start": f"{tomorrow(world):%Y-%m-%dT%H:%M}"}
    assert desk.post(f"{one}/plan", data=when).status_code == 303
    seen = text_of(own.get("/guidance").text)
    assert "일정 확정" in seen
    assert "박 명장" in seen
    early = desk.post(f"{one}/finish", data={**when, "minutes": "90", "result": "공구 교체"})
    assert (early.status_code, "공구 교체" in early.text) == (409, True)
    began = datetime.now(UTC).astimezone(world.ZONE) - timedelta(minutes=5)
    done = {**when, "start": f"{began:%Y-%m-%dT%H:%M}", "minutes": "90", "result": "공구 교체"}
    assert desk.post(f"{one}/finish", data=done).status_code == 303
    assert "공구 교체" in text_of(own.get("/guidance").text)
    contact = {**done, "kind": "counselling", "subject": "창업 상담", "minutes": "30"}
    assert desk.post("/guidance/contacts", data=contact).status_code == 303
    report = text_of(desk.get("/reports", params={"month": f"{began:%Y-%m}"}).text)
    assert "지도·상담 2회 · 2시간" in report
    assert desk.post(f"{one}/reopen", data={"reason": "시간 정정"}).status_code == 303
    assert own.post(f"{one}/withdraw").status_code == 303
    assert "취소" in text_of(own.get("/guidance").text)


def test_a_page_names_what_is_charged_and_offers_the_auditor_no_request(
    visit: Visit, world: World, pool: Pool
) -> None:
    good = {"code": "mentor", "kind": "operator", "name_ko": "전문가 지도", "name_en": "Expert"}
    world.tariff(goods=[{**good, "measure": "h", "price": "40000"}])
    company = world.company()
    began = datetime.now(UTC).astimezone(world.ZONE) - timedelta(minutes=5)
    done = {"expert": "박 명장", "start": f"{began:%Y-%m-%dT%H:%M}", "minutes": "90"}
    body = {
        **done,
        "result": "공구 교체",
        "kind": "guidance",
        "subject": "거칠기",
        "good": "mentor",
    }
    desk = visit(None)
    kept = desk.post("/guidance/contacts", data={**body, "company": str(company.id)})
    assert kept.status_code == 303
    own = text_of(visit(world.member(company)).get("/guidance").text)
    assert "전문가 지도" in own
    assert "mentor" not in own
    email = "auditor@guidance.example"
    person = members.create_person(
        pool,
        OPERATOR,
        email=email,
        name="감사",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.AUDITOR},
    )
    world.emails[person.id] = email
    auditor = replace(world.manager, person_id=person.id)
    asking = 'action="/guidance"'
    assert asking in desk.get("/guidance").text
    assert asking not in visit(auditor).get("/guidance").text
