"""The pages of the register: its list, one machine's entry, and the centre's own table."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.observation import Observed
from gadong.machines.domain.register import Funding
from gadong.machines.domain.register_fields import FIELDS
from gadong.machines.services import ingestion, machines, observations, register
from gadong.metering.services import metering
from gadong.texts.machines import REGISTER
from tests.support.metering.metering import message
from tests.support.page_fixtures import Visit
from tests.support.world import World

FORM = {
    "reason": "취득",
    "model": "Crysta 574",
    "maker": "Mitutoyo",
    "nfec_number": "NFEC-2026-01-000001",
    "responsible": "김책임",
    "deputy": "이부책",
    "price": "1,000",
    "funding_national": "700",
    "funding_own": "300",
    "in_service_from": "2020-03-10",
    "insured_until": "2020-12-31",
    "done_on": ["2020-03-01", ""],
    "due_on": ["2021-03-01", ""],
    "certificate": ["C-1", ""],
}


def test_every_field_has_an_english_name() -> None:
    assert list(REGISTER) == list(FIELDS)


def test_an_entry_is_written_shown_and_written_again(world: World, visit: Visit) -> None:
    machine = world.machine("cmm-1", kind="cmm")
    desk = visit(None)
    made = desk.post("/register/cmm-1", data=FORM)
    assert (made.status_code, made.headers["location"]) == (303, "/register/cmm-1")
    _, entry = register.find(world.pool, world.manager, machine.id)
    assert (entry.price, entry.funding) == (1000, {Funding.NATIONAL: 700, Funding.OWN: 300})
    shown = " ".join(desk.get("/register/cmm-1").text.split())
    for text in (
        "Crysta 574",
        "검교정 기한 2021-03-01",
        "김책임",
        "이부책",
        "C-1",
        "1,000",
        "취득",
        "기한 지남",
        "<dt>종류</dt> <dd>3차원 측정기</dd>",
    ):
        assert text in shown
    # A form without the calibration's row removes it.
    assert (
        desk.post(
            "/register/cmm-1", data={**FORM, "done_on": "", "due_on": "", "certificate": ""}
        ).status_code
        == 303
    )
    assert register.find(world.pool, world.manager, machine.id)[1].calibrations == ()
    assert len(register.history(world.pool, world.manager, machine.id)) == 2


def test_a_refused_entry_keeps_what_was_typed(world: World, visit: Visit) -> None:
    world.machine("cmm-1", kind="cmm")
    desk = visit(None)
    for wrong, sentence in (
        ({"funding_own": "301"}, "재원의 합은 취득가와 같아야 합니다"),
        ({"price": "many"}, "금액을 원 단위의 정수로 적으세요"),
        ({"in_service_until": "2020-03-10"}, "사용종료일은 사용개시일보다 뒤여야 합니다"),
        ({"due_on": "2020-03-01"}, "다음 검교정 기한은 검교정일보다 뒤여야 합니다"),
        ({"done_on": ""}, "검교정에는 실시한 날이 필요합니다"),
        ({"reason": " "}, "장비대장을 바꾸는 사유를 적으세요"),
    ):
        refused = desk.post("/register/cmm-1", data={**FORM, **wrong})
        assert (refused.status_code, sentence in refused.text) == (409, True), sentence
        assert 'value="Crysta 574"' in refused.text
    assert "아직 대장에 적은 것이 없습니다" in desk.get("/register/cmm-1").text


def test_the_list_is_searched_and_comes_in_pages(world: World, visit: Visit) -> None:
    for n in range(51):
        world.machine(f"mill-{n}")
    desk = visit(None)
    assert desk.post("/register/mill-50", data=FORM).status_code == 303
    first = desk.get("/register").text
    assert "장비 51대" in first
    assert 'href="/register/mill-50"' not in first
    second = desk.get("/register?page=2").text
    assert second.count('href="/register/mill-') == 1
    assert 'href="/register/mill-50"' in second
    for query in ("q=crysta+mitutoyo", "standing=due", "q=nfec-2026"):
        found = desk.get(f"/register?{query}").text
        assert "장비 1대" in found, query
        assert 'href="/register/mill-50"' in found, query


def test_a_table_has_the_columns_that_the_centre_mapped(world: World, visit: Visit) -> None:
    world.machine("cmm-1", kind="cmm")
    desk = visit(None)
    assert desk.post("/register/cmm-1", data=FORM).status_code == 303
    columns = {"heading": ["연번", "규격", " "], "field": ["", "model", "maker"]}
    assert desk.post("/register-columns", data=columns).status_code == 303
    assert 'value="규격"' in desk.get("/register-columns").text
    address = f"/api/v1/centres/{world.centre.id}/register.csv"
    assert address in desk.get("/register").text
    assert desk.get(address).text.removeprefix("\ufeff").splitlines() == [
        "연번,규격",
        ",Crysta 574",
    ]
    unknown = {"heading": "규격", "field": "colour"}
    assert desk.post("/register-columns", data=unknown).status_code == 409


def test_a_machine_is_registered_on_the_page_and_a_slip_comes_back(
    world: World, visit: Visit
) -> None:
    desk = visit(None)
    form = {
        "slug": "rough-1",
        "kind": "roughness-tester",
        "name_ko": "표면 조도 측정기",
        "name_en": "",
        "observed": "ledger",
    }
    for slip, said in (
        ({"slug": "조도"}, 'value="조도"'),
        ({"slug": ""}, 'value="표면 조도 측정기"'),
        ({"kind": " "}, "장비 종류를 적으세요"),
        ({"observed": "camera"}, "관측 방법을 목록에서 고르세요"),
        ({"name_ko": " "}, 'value="rough-1"'),
        ({"in_service_from": "내일"}, "2026-12-01처럼"),
    ):
        answer = desk.post("/register", data={**form, **slip})
        assert answer.status_code == 409, slip
        assert said in answer.text, slip
    assert register.of_centre(world.pool, world.manager, world.centre.id) == []
    made = desk.post("/register", data=form)
    assert (made.status_code, made.headers["location"]) == (303, "/register/rough-1")
    ((machine, _),) = register.of_centre(world.pool, world.manager, world.centre.id)
    assert (machine.name_ko, machine.name_en) == ("표면 조도 측정기", "표면 조도 측정기")
    _, (said_of_it,) = observations.of_machine(world.pool, world.manager, machine.id)
    assert said_of_it.observed is Observed.LEDGER
    assert "사용개시일이 없어" in desk.get("/register/rough-1").text
    again = desk.post("/register", data=form)
    assert again.status_code == 409
    assert "rough-1" in again.text


def test_a_new_machines_first_day_in_service_is_asked_for_and_is_today_at_first(
    world: World, visit: Visit
) -> None:
    desk = visit(None)
    today = datetime.now(world.ZONE).date()
    offered = desk.get("/register").text
    assert f'name="in_service_from" type="date" value="{today}"' in " ".join(offered.split())
    form = {"slug": "rough-1", "kind": "roughness", "name_ko": "조도계", "observed": "ledger"}
    made = desk.post("/register", data={**form, "in_service_from": today.isoformat()})
    assert made.status_code == 303
    ((_, entry),) = register.of_centre(world.pool, world.manager, world.centre.id)
    assert entry.in_service_from == today
    assert "사용개시일이 없어" not in desk.get("/register/rough-1").text


def test_how_a_machine_is_observed_is_chosen_where_no_device_ever_spoke(
    world: World, visit: Visit
) -> None:
    desk = visit(None)

    def chosen() -> str:
        field = desk.get("/register").text.partition('name="observed"')[2].partition("</select>")[0]
        options = re.findall(r'<option\s+value="(\w*)"\s*(selected)?', " ".join(field.split()))
        return str(next((value for value, mark in options if mark), options[0][0]))

    assert chosen() == ""
    form = {"slug": "rough-1", "kind": "roughness", "name_ko": "조도계", "observed": ""}
    refused = desk.post("/register", data=form)
    assert (refused.status_code, "관측 방법을 목록에서 고르세요" in refused.text) == (409, True)
    # Another centre's device says nothing of this one's.
    other = World.made(world.pool)
    heard(other)
    assert chosen() == ""
    heard(world)
    assert chosen() == "signal"


def heard(world: World) -> None:
    """Let a machine's device speak."""
    source = world.source(world.machine())
    word = message(source, datetime.now(UTC), Channel.ACTIVITY, "running")
    ingestion.commit(world.pool, world.centre.id, [word], [])
    metering.catch_up(world.pool)


def test_a_history_says_what_changed_and_who_wrote_it(world: World, visit: Visit) -> None:
    world.machine("cmm-1", kind="cmm")
    desk = visit(None)
    assert desk.post("/register/cmm-1", data=FORM).status_code == 303
    again = {**FORM, "responsible": "박책임", "reason": "인사 이동"}
    assert desk.post("/register/cmm-1", data=again).status_code == 303
    shown = " ".join(desk.get("/register/cmm-1").text.split())
    latest = shown.split("<h2>이력</h2>")[1].split("인사 이동")[1].split("취득")[0]
    (name,) = register.writers(
        world.pool, world.manager, machines.find(world.pool, world.manager, "cmm-1").id
    ).values()
    assert f"· {name}" in latest
    assert "책임자(정): <del>김책임</del> → 박책임" in latest
    assert latest.count("<li>") == 2


def test_a_service_that_is_due_by_the_calendar_is_called_so_in_the_list(
    world: World, visit: Visit
) -> None:
    world.machine("cmm-1", kind="cmm")
    form = {"reason": "점검", "serviced_on": "2020-01-01", "service_days": "30"}
    desk = visit(None)
    assert desk.post("/register/cmm-1", data=form).status_code == 303
    found = " ".join(desk.get("/register?standing=due").text.split())
    assert "정기 점검 기한 2020-01-31" in found
    assert "보험 만기" not in found.split("장비 1대")[1].split("</ul>")[0]


def test_the_first_line_of_a_form_makes_the_columns(world: World, visit: Visit) -> None:
    desk = visit(None)
    shown = desk.get("/register-columns", params={"header": "연번\t장비명\t점검 주기(일)"}).text
    assert 'value="연번"' in shown
    assert shown.count('value="name_ko" selected') == 1
    assert shown.count('value="service_days" selected') == 1
    kept = {"heading": ["장비명", "관측"], "field": ["name_ko", "observed"]}
    assert desk.post("/register-columns", data=kept).status_code == 303
    world.machine("cmm-1", kind="cmm")
    table = desk.get(f"/api/v1/centres/{world.centre.id}/register.csv").text
    assert table.removeprefix("\ufeff").splitlines() == ["장비명,관측", "밀링,신호"]
