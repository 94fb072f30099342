"""Trainings on their page: planned by the desk, a seat taken and given back,
and who came may book.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gadong.billing.services import sales
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.training.services import courses
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of, tomorrow
from tests.support.stories.trainings import wants
from tests.support.world import World


def test_a_training_from_its_plan_to_a_booking(visit: Visit, world: World, pool: Pool) -> None:
    machine, company = world.machine("mill-1"), world.company()
    member = world.member(company)
    wants(world, qualification="cnc-basic")
    desk, own = visit(None), visit(member)
    lacking = own.get(f"/machines/{machine.slug}").text
    assert "cnc-basic" in lacking
    assert 'href="/courses"' in lacking
    form = desk.get("/courses").text
    assert '<option value="cnc-basic">' in form
    start = tomorrow(world)
    wish = {
        "code": "cnc-basic",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "end": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "seats": "1",
        "place": "2층 교육실",
        "valid_days": "365",
    }
    late = {**wish, "start": f"{start - timedelta(days=3):%Y-%m-%dT%H:%M}"}
    refused = desk.post("/courses", data=late)
    assert (refused.status_code, "시작 전에" in refused.text) == (409, True)
    assert desk.post("/courses", data=wish).status_code == 303
    (held,) = courses.shown(pool, world.manager, world.centre.id, now=datetime.now(UTC))
    place = f"/courses/{held.course.id}"
    assert f'href="/courses#course-{held.course.id}"' in own.get(f"/machines/{machine.slug}").text
    assert f'action="{place}/come"' in own.get("/courses").text
    assert own.post(f"{place}/come", data={"company": str(company.id)}).status_code == 303
    full = visit(world.member(company)).post(f"{place}/come", data={"company": str(company.id)})
    assert (full.status_code, "자리가 모두" in full.text) == (409, True)
    # The desk gives it back for who calls, and takes one for somebody from the company's page.
    back = f"{place}/places/{member.person_id}"
    assert desk.post(back, data={"do": "give_up"}).status_code == 303
    assert f'action="{place}/come"' in desk.get(f"/companies/{company.id}").text
    for_them = {"company": str(company.id), "person": str(member.person_id)}
    assert desk.post(f"{place}/come", data=for_them).status_code == 303
    assert "자리를 신청했습니다" in own.get("/courses").text
    early = desk.post(back, data={"do": "came"})
    assert early.status_code == 409
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update courses set during = tstzrange(now() - interval '2 hours', now() - interval "
            "'1 hour')"
        )
    seen = text_of(desk.get("/courses").text)
    assert re.search("이용자 · 회사 1 참석 불참", seen), seen
    assert desk.post(back, data={"do": "came"}).status_code == 303
    assert "이미 이수했습니다" in own.get(f"/machines/{machine.slug}").text
    assert desk.post(back, data={"do": "stayed_away"}).status_code == 303
    assert "이미 이수했습니다" not in own.get(f"/machines/{machine.slug}").text


def test_a_training_is_called_off(visit: Visit, world: World, pool: Pool) -> None:
    world.machine("mill-1")
    desk = visit(None)
    start = tomorrow(world)
    wish = {"code": "edm", "start": f"{start:%Y-%m-%dT%H:%M}", "seats": "3"}
    end = f"{start + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert desk.post("/courses", data={**wish, "end": end}).status_code == 303
    (held,) = courses.shown(pool, world.manager, world.centre.id, now=datetime.now(UTC))
    assert (
        desk.post(f"/courses/{held.course.id}/cancel", data={"reason": "강사 사정"}).status_code
        == 303
    )
    assert "강사 사정" in desk.get("/courses").text
    own = visit(world.member(world.company()))
    assert f"/courses/{held.course.id}/come" not in own.get("/courses").text


def test_a_chain_is_named_and_a_past_training_gets_its_certificate(
    visit: Visit, world: World
) -> None:
    company = world.company()
    member = world.member(company)
    desk, own = visit(None), visit(member)
    step = {"code": "step-1", "name_ko": "1단계", "name_en": "Step 1", "requires": "safety, fire"}
    assert desk.post("/courses/trainings", data=step).status_code == 303
    assert "1단계 (step-1) · 선수 교육: safety, fire" in text_of(own.get("/courses").text)
    circle = {**step, "requires": "step-1"}
    assert desk.post("/courses/trainings", data=circle).status_code == 409
    held = datetime.now(world.centre.zone) - timedelta(days=3)
    past = {
        "person": str(member.person_id),
        "code": "safety",
        "held": f"{held:%Y-%m-%dT%H:%M}",
        "minutes": "90",
        "until": f"{held + timedelta(days=365):%Y-%m-%d}",
    }
    done = desk.post(f"/companies/{company.id}/qualifications", data=past)
    assert done.status_code == 303, done.text
    seen = own.get("/courses").text
    assert "이수한 교육" in seen
    found = re.search(r'href="(/api/v1/courses/[^"]+/certificate\.pdf\?language=ko)"', seen)
    assert found
    printed = own.get(found[1])
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")


def test_a_past_training_is_charged_by_the_good_of_its_form(visit: Visit, world: World) -> None:
    fee = {"code": "fee", "kind": "training", "name_ko": "교육비", "name_en": "Fee"}
    world.tariff(goods=[{**fee, "measure": "ea", "price": "50000"}])
    company = world.company()
    member = world.member(company)
    desk = visit(None)
    assert '<option value="fee">교육비</option>' in desk.get(f"/companies/{company.id}").text
    held = datetime.now(world.centre.zone) - timedelta(hours=4)
    past = {"person": str(member.person_id), "code": "safety", "good": "fee"}
    where = f"/companies/{company.id}/qualifications"
    undated = desk.post(where, data=past)
    assert (undated.status_code, "연 때를 적으세요" in undated.text) == (409, True)
    (key,) = re.findall(r'name="key" value="(\w+)"', desk.get(f"/companies/{company.id}").text)[:1]
    timed = {**past, "held": f"{held:%Y-%m-%dT%H:%M}", "minutes": "90", "key": key}
    # A form that is sent twice, as without JavaScript, is one course.
    for _ in range(2):
        done = desk.post(where, data=timed)
        assert done.status_code == 303, done.text
    (sold,) = sales.entries(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=company.id,
        month=f"{held:%Y-%m}",
    )
    assert (sold.code, sold.quantity, sold.note) == ("fee", 1, "safety")


def test_a_training_holds_machines_and_offers_a_freed_seat_on_its_page(
    visit: Visit, world: World
) -> None:
    machine, company = world.machine("mill-1"), world.company()
    first, second = world.member(company), world.member(company)
    desk, has, waits = visit(None), visit(first), visit(second)
    start = tomorrow(world)
    wish = {
        "code": "cnc-basic",
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "end": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "seats": "1",
        "machines": "mill-1",
        "teacher": str(world.manager.person_id),
    }
    assert 'name="machines" value="mill-1"' in " ".join(desk.get("/courses").text.split())
    assert desk.post("/courses", data=wish).status_code == 303
    again = desk.post("/courses", data=wish)
    assert again.status_code == 409
    assert "mill-1에 그 시간 예약이 있습니다" in again.text
    seen = text_of(desk.get("/courses").text)
    assert "함께 잡은 장비·공간: " in seen
    assert "강사: " in seen
    assert "교육: cnc-basic" in desk.get("/closures").text
    booked = has.post(
        f"/machines/{machine.slug}/book",
        data={"start": wish["start"], "minutes": "60", "key": "0" * 32},
    )
    assert (booked.status_code, "휴관 또는 점검" in booked.text) == (409, True)
    (held,) = courses.shown(world.pool, world.manager, world.centre.id, now=datetime.now(UTC))
    place = f"/courses/{held.course.id}"
    own = {"company": str(company.id)}
    assert has.post(f"{place}/come", data=own).status_code == 303
    assert f'action="{place}/wait"' in waits.get("/courses").text
    assert waits.post(f"{place}/wait", data=own).status_code == 303
    assert "자리를 기다리고 있습니다" in waits.get("/courses").text
    assert "1명 대기 중" in desk.get("/courses").text
    back = f"{place}/places/{first.person_id}"
    assert has.post(back, data={"do": "give_up"}).status_code == 303
    offered = waits.get("/courses").text
    assert "까지 자리를 맡아 두었습니다" in offered
    entry = re.search(r'action="(/course-waiting/[^"]+)"', offered)
    assert entry is not None
    assert has.post(f"{place}/come", data=own).status_code == 409
    assert waits.post(entry[1], data={"do": "accept"}).status_code == 303
    assert f'action="{place}/places/{second.person_id}"' in waits.get("/courses").text
    nobody = desk.post(f"{place}/teacher", data={"teacher": ""})
    assert nobody.status_code == 303
    assert "강사: " not in text_of(desk.get("/courses").text).replace("강사 변경", "")
