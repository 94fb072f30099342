"""Binding a device that nobody knows: read as the form stands, live, and with what a meter's watts
mean; and read again.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from api.pages.frame.labels.dialect_labels import DIALECT_NAMES
from gadong.core.database import Pool
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.message import Rejected
from gadong.machines.domain.unknown_device import UnknownDevice
from gadong.machines.services import ingestion, machines
from gadong.metering.services import onboarding
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import DESKTOP, TELEPHONE, faults, person
from tests.support.pages.pages import text_of
from tests.support.unknown_device import plug
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


def heard(world: World, *watts: float, since: int = 10) -> UnknownDevice:
    """A plug in nobody's name that says its watts once a minute from so many minutes ago."""
    base = f"{world.centre.slug}-plug"
    plug(world.pool, world.centre.id, base, *watts, since=NOW - timedelta(minutes=since))
    return next(
        d for d in onboarding.unknown(world.pool, world.manager, world.centre.id) if d.base == base
    )


def test_a_plug_is_understood_bound_with_its_thresholds_and_read_so(
    visit: Visit, world: World
) -> None:
    machine = world.machine("press-1")
    device = heard(world, 5, 400, 410, 395)
    desk = visit(None)
    path = f"/inbox/{device.id}"
    shown = text_of(desk.get(path).text)
    assert "전력(W) : 395" in shown.replace("(W): ", "(W) : ")
    assert "최근 메시지 4건 가운데 4건을 해석했습니다" in shown
    wanted = {"machine": "press-1", "dialect": "tasmota", "base": device.base}

    refused = desk.post(path, data=wanted)
    assert refused.status_code == 409
    assert 'value="press-1" selected' in refused.text

    limits = {"run_above": "300", "idle_below": "100", "off_below": ""}
    tried = text_of(desk.post(f"{path}/try", data={**wanted, **limits}).text)
    assert "▶ 가동" in tried
    assert "○ 대기" in text_of(
        desk.post(f"{path}/try", data={**wanted, "run_above": "900", "idle_below": "500"}).text
    )
    falling = {"run_above": "100", "idle_below": "300"}
    assert desk.post(f"{path}/try", data={**wanted, **falling}).status_code == 409
    assert "꺼짐 < 대기" in text_of(
        desk.post(f"{path}/understood", data={**wanted, **falling}).text
    )
    assert "형식에 없는 토픽" in text_of(
        desk.post(
            f"{path}/understood", data={**wanted, "dialect": "octoprint", "base": "tele"}
        ).text
    )
    assert "JSON 객체" in text_of(
        desk.post(f"{path}/understood", data={**wanted, "options": "[1]"}).text
    )
    assert machines.sources(world.pool, world.manager, machine) == []

    assert desk.post(path, data={**wanted, **limits}).headers["location"] == "/machines/press-1"
    (source,) = machines.sources(world.pool, world.manager, machine)
    assert source.metering.thresholds == PowerThresholds(run_above=300, idle_below=100)


def test_a_second_machine_is_bound_to_a_device_of_the_first(visit: Visit, world: World) -> None:
    machine, _ = world.machine("press-1"), world.machine("press-2")
    base = f"{world.centre.slug}-strip"
    source = world.source(
        machine,
        "tasmota",
        base=base,
        options={"relay": "1"},
        thresholds=PowerThresholds(run_above=300, idle_below=100),
    )
    desk = visit(None)
    shown = desk.get("/machines/press-1").text
    assert "채널 1" in text_of(shown)
    assert "이 기기에 다른 장비 연결" in shown
    opened = desk.post(f"/machines/press-1/sources/{source.id}/inbox").headers["location"]
    plug(world.pool, world.centre.id, base, [5, 400], since=NOW - timedelta(minutes=10))
    page = desk.get(opened).text
    assert "이미 다른 장비가 이 기기의 일부 채널을 읽고 있습니다" in page
    assert "{&#34;relay&#34;: &#34;2&#34;}" in page
    wanted = {
        "machine": "press-2",
        "dialect": "tasmota",
        "base": base,
        "run_above": "300",
        "idle_below": "100",
    }
    refused = desk.post(opened, data={**wanted, "options": '{"relay": "1"}'})
    assert refused.status_code == 409
    assert "이미 다른 장비가 1을 읽고 있습니다" in text_of(refused.text)
    done = desk.post(opened, data={**wanted, "options": '{"relay": "2"}'})
    assert done.headers["location"] == "/machines/press-2"
    assert "channel 2" in text_of(
        desk.get("/machines/press-2", headers={"Accept-Language": "en"}).text
    )


def test_a_recipe_is_chosen_from_a_list_and_filled_in(visit: Visit, world: World) -> None:
    world.machine("press-1")
    device = heard(world, 5, 400)
    desk = visit(None)
    shown = desk.get(f"/inbox/{device.id}").text
    assert all(f'value="{name}"' in shown for name in RECIPES)
    form = {
        "machine": "press-1",
        "dialect": "tasmota",
        "base": device.base,
        "recipe": "tasmota-sml",
    }
    filled = desk.post(f"/inbox/{device.id}/recipe", data=form)
    assert filled.status_code == 200
    assert "SML.Power_curr" in filled.text
    assert "토픽의 시작: tele/METER" in text_of(filled.text).replace(" :", ":")
    assert re.search(r'<option value="mapper"\s+selected', filled.text)
    none = desk.post(f"/inbox/{device.id}/recipe", data={**form, "recipe": "unheard"})
    assert none.status_code == 200
    assert "SML.Power_curr" not in none.text


def test_a_path_that_never_matches_is_said(visit: Visit, world: World) -> None:
    world.machine("press-1")
    device = heard(world, 5, 400)
    desk = visit(None)
    base = f"tele/{device.base}"
    wanted = {"machine": "press-1", "dialect": "mapper", "base": base}
    wrong = json.dumps(
        {"topic": "SENSOR", "value": "ENERGY.Powr", "channel": "power_watts", "time": "Time"}
    )
    shown = text_of(
        desk.post(f"/inbox/{device.id}/understood", data={**wanted, "options": wrong}).text
    )
    assert "어느 메시지에도 없습니다: ENERGY.Powr" in shown.replace(" :", ":")
    right = wrong.replace("Powr", "Power")
    shown = text_of(
        desk.post(f"/inbox/{device.id}/understood", data={**wanted, "options": right}).text
    )
    assert "어느 메시지에도 없습니다" not in shown


def test_a_device_that_is_put_aside_is_gone(visit: Visit, world: World) -> None:
    device = heard(world, 5)
    desk = visit(None)
    assert device.base in desk.get("/desk").text
    assert (
        desk.post(f"/inbox/{device.id}/dismiss", data={"dialect": "", "base": "x"}).status_code
        == 303
    )
    assert device.base not in text_of(desk.get("/desk").text)
    assert (
        desk.post(
            f"/inbox/{device.id}/understood", data={"dialect": "tasmota", "base": "x"}
        ).status_code
        == 404
    )


def test_what_it_says_is_seen_as_it_speaks_and_as_the_form_changes(
    browser: Browser, site: str, world: World
) -> None:
    world.machine("press-1")
    device = heard(world, 50, 50, 50, 50)
    with person(browser, site, world.manager_email, size=DESKTOP, but="404") as page:
        page.goto(f"{site}/inbox/{device.id}")
        panel, state = page.locator("#understood"), page.locator("#understood .big")
        expect(page.locator("#stream")).to_contain_text("실시간")
        expect(state).to_contain_text("미확인")
        page.fill("#run_above", "300")
        page.fill("#idle_below", "100")
        expect(state).to_contain_text("대기")
        heard(world, 400, 410, since=5)
        expect(panel).to_contain_text("최근 메시지 6건")
        expect(state).to_contain_text("가동")
        page.get_by_text("형식·토픽·적용 시점").click()
        page.select_option("#dialect", "octoprint")
        expect(page.locator("#meter")).to_be_hidden()
        expect(page.locator("#messages")).to_contain_text("이 토픽에 연결된 장비가 없습니다")
        page.select_option("#dialect", "tasmota")
        expect(state).to_contain_text("가동")

        page.get_by_role("button", name="멈춤").press("Enter")
        expect(page.locator("#stream")).to_contain_text("멈춤")
        assert faults(page) == []
        page.set_viewport_size({"width": TELEPHONE[0], "height": TELEPHONE[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]

        page.get_by_role("button", name="계속").press("Enter")
        onboarding.dismiss(world.pool, world.manager, device.id)
        expect(page.locator("#stream")).to_contain_text("더 이상 모르는 기기가 아닙니다")


def test_what_was_not_understood_says_why_and_is_read_again(
    visit: Visit, world: World, pool: Pool
) -> None:
    source = world.source(world.machine("printer-1"), "gadong-json")
    odd, fine = (
        Rejected(
            centre_id=world.centre.id,
            source_id=source.id,
            topic=f"{source.base}/state",
            payload=json.dumps({"v": 1, "state": state}).encode(),
            reason="unknown_state",
            detail="state is 'asleep'",
            received_at=NOW,
            qos=1,
            retained=False,
        )
        for state in ("asleep", "idle")
    )
    ingestion.commit(pool, world.centre.id, [], [odd, fine])
    desk = visit(None)
    shown = text_of(desk.get("/desk").text)
    assert "형식에 없는 상태입니다." in shown
    (cause,) = machines.quarantined(pool, world.manager, world.centre.id, before=None, most=5)
    assert desk.post(f"/desk/quarantine/{cause.id}").status_code == 303
    assert "1건을 해석했고 1건은" in text_of(desk.get("/desk").text)


def test_every_format_has_a_name_for_people() -> None:
    assert set(DIALECT_NAMES) == set(DIALECTS)
