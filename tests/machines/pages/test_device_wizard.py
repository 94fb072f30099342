"""Adding a device: its kind, its account with the lines to type in, its first signal, and the
drawing on which thresholds are dragged.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from api.pages.machines.device_kinds import GROUPS, KINDS
from gadong.dialects.domain.setup import GUIDES
from gadong.machines.domain.device_account import Attempt
from gadong.machines.services import device_accounts, machines
from gadong.metering.services import onboarding
from gadong.texts.catalogue import sentences_in
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import DESKTOP, TELEPHONE, Theme, faults, person
from tests.support.pages.pages import lines_of, text_of
from tests.support.unknown_device import plug
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


def plug_of(world: World, *watts: float, since: timedelta) -> None:
    """The plug that the wizard set up says its watts once a minute."""
    plug(world.pool, world.centre.id, f"{world.centre.slug}-plug-7", *watts, since=NOW - since)


def test_every_kind_has_a_guide_and_words_in_korean() -> None:
    assert set(KINDS) == set(GUIDES)
    korean = sentences_in("ko")
    for kind in KINDS.values():
        for text in (kind.name, kind.about, kind.place, kind.encryption):
            assert korean.get(text), text
    assert all(korean.get(heading) for heading in GROUPS)


def test_an_account_is_made_by_kind_and_short_name_and_shows_its_lines_once(
    visit: Visit, world: World
) -> None:
    desk = visit(None)
    kinds = desk.get("/devices/new").text
    for name in KINDS:
        assert f'href="/devices/new/{name}"' in kinds
    assert kinds.count('class="device-picture"') == len(KINDS)
    form = desk.get("/devices/new/tasmota").text
    assert 'id="name"' in form
    # Nothing is filled in, and nothing is chosen.
    assert 'name="name" required maxlength="31"' in form
    assert not re.search(r"checked|selected", form.split("<main")[1])

    made = desk.post("/devices/new/tasmota", data={"name": "Plug-7"})
    assert made.status_code == 200
    (account,) = device_accounts.of_centre(world.pool, world.manager, world.centre.id)
    base = f"{world.centre.slug}-plug-7"
    assert (account.name, account.publishes) == ("plug-7", (f"tele/{base}", f"stat/{base}"))
    assert f"cmnd/{base}/#" in account.hears
    lines = lines_of(made.text)
    assert f"MqttUser {account.username}; MqttPassword " in lines
    assert f"Topic {base}" in lines
    password = re.search(r"MqttPassword ([^\s;]+)", lines)
    assert password is not None
    assert f'value="{password[1]}"' in made.text
    assert "<svg" in made.text.split('class="qr"')[1]

    again = desk.get(f"/devices/{account.id}?kind=tasmota").text
    assert password[1] not in again
    assert "MqttPassword PASSWORD" in lines_of(again)
    assert 'class="qr"' not in again


def test_a_form_for_topics_of_ones_own_makes_one_account(visit: Visit, world: World) -> None:
    desk, form = visit(None), {"name": "작업장 게이트웨이", "topics": "first/gateway/"}
    assert desk.post("/centre/devices", data=form).status_code == 200
    (account,) = device_accounts.of_centre(world.pool, world.manager, world.centre.id)
    reloaded = desk.post("/centre/devices", data=form)
    assert (reloaded.status_code, reloaded.headers["location"]) == (303, f"/devices/{account.id}")
    other = {**form, "name": "다른 게이트웨이"}
    assert desk.post("/centre/devices", data=other).status_code == 200
    assert len(device_accounts.of_centre(world.pool, world.manager, world.centre.id)) == 2


@pytest.mark.parametrize("name", ["플러그", "a b", "-7", "plug/7", "plug#"])
def test_a_short_name_is_what_any_device_takes(visit: Visit, world: World, name: str) -> None:
    refused = visit(None).post("/devices/new/tasmota", data={"name": name})
    assert refused.status_code == 409
    assert "영문 소문자, 숫자" in text_of(refused.text)
    assert device_accounts.of_centre(world.pool, world.manager, world.centre.id) == []


def test_a_device_may_keep_its_own_topic(visit: Visit, world: World) -> None:
    made = visit(None).post(
        "/devices/new/shelly", data={"name": "나의 셸리", "base": f"shellies/{world.centre.slug}"}
    )
    assert made.status_code == 200
    assert f'"topic_prefix": "shellies/{world.centre.slug}"' in lines_of(made.text).replace(
        "&#34;", '"'
    )


def test_its_first_signal_and_its_wrong_topics_appear_while_one_waits(
    visit: Visit, world: World
) -> None:
    machine = world.machine("press-1")
    desk = visit(None)
    desk.post("/devices/new/tasmota", data={"name": "plug-7"})
    (account,) = device_accounts.of_centre(world.pool, world.manager, world.centre.id)
    path = f"/devices/{account.id}/arrival"
    assert "아직 신호가 없습니다" in text_of(desk.get(path).text)
    assert "브로커에 알리는 중" in text_of(desk.get(path).text)
    device_accounts.apply(world.pool, lambda _accounts, _at: None)
    assert "기기가 접속할 수 있습니다" in text_of(desk.get(path).text)
    wrong = Attempt(
        username=account.username, act="publish", topic="tele/x/LWT", address="", untold=0
    )
    device_accounts.refused(world.pool, [wrong])
    shown = text_of(desk.get(path).text)
    assert "다른 토픽으로 보내려 했습니다: tele/x/LWT" in shown

    plug_of(world, 5, 400, since=timedelta(minutes=2))
    other = f"{world.centre.slug}-plug-70"
    plug(world.pool, world.centre.id, other, 5, since=NOW - timedelta(minutes=2))
    heard = desk.get(path).text
    assert f"신호 수신: {world.centre.slug}-plug-7 " in text_of(heard)
    assert other not in heard
    link = re.search(r'href="(/inbox/[^"]+)"', heard)
    assert link is not None
    binding = {
        "machine": "press-1",
        "dialect": "tasmota",
        "base": f"{world.centre.slug}-plug-7",
        "run_above": "300",
        "idle_below": "100",
    }
    assert desk.post(link[1], data=binding).status_code == 303
    assert f"연결됨: {machine.name_ko}" in text_of(desk.get(path).text)


def test_who_may_not_work_on_the_floor_adds_no_device(visit: Visit, world: World) -> None:
    member = world.member(world.company())
    client = visit(member)
    assert client.get("/devices/new").status_code == 403
    assert client.post("/devices/new/tasmota", data={"name": "plug-7"}).status_code == 403
    assert visit(None).get("/devices/new/toaster").status_code == 404


def test_the_proposal_is_taken_without_a_script(visit: Visit, world: World) -> None:
    world.machine("press-1")
    plug_of(world, *[6.0] * 6, *[400.0] * 6, since=timedelta(minutes=12))
    (device,) = onboarding.unknown(world.pool, world.manager, world.centre.id)
    desk = visit(None)
    shown = desk.get(f"/inbox/{device.id}").text
    assert "제안값 적용" in shown
    # Nothing is preselected: no machine, and no threshold.
    assert 'name="run_above" type="number" step="any" min="0"\n      value=""' in shown
    taken = desk.post(
        f"/inbox/{device.id}/try",
        data={"dialect": "tasmota", "base": device.base, "proposed": "true"},
    )
    assert taken.status_code == 200
    run_above = re.search(r'id="run_above".*?value="([\d.]+)"', taken.text, re.DOTALL)
    assert run_above is not None
    assert 6 < float(run_above[1]) < 400
    assert "▶ 가동" in text_of(taken.text)


def test_one_draw_alone_proposes_nothing_and_says_how(visit: Visit, world: World) -> None:
    plug_of(world, *[400.0] * 6, since=timedelta(minutes=6))
    (device,) = onboarding.unknown(world.pool, world.manager, world.centre.id)
    shown = visit(None).get(f"/inbox/{device.id}").text
    assert "제안값 적용" not in shown
    assert "한 번 가동했다가 쉬게 하면" in shown


# The handle across, the drawing's upper edge and height, and the handle down: of one instant.
PLACES = """field => {
  const chart = document.querySelector(".reading-chart").getBoundingClientRect();
  const grip = document.querySelector(`[data-field="${field}"] .rc-handle`).getBoundingClientRect();
  return [grip.x + grip.width / 2, chart.y, chart.height, grip.y + grip.height / 2];
}"""


def dragged(page: Page, field: str, to: float) -> None:
    """Drag a threshold's line to a part of the drawing's height."""
    grip = page.locator(f"[data-field='{field}'] .rc-handle")
    expect(grip).to_be_visible()
    # Both at one instant: each answer draws the chart anew.
    left, top, height, handle = page.evaluate(PLACES, field)
    page.mouse.move(left, handle)
    page.mouse.down()
    page.mouse.move(left, top + height * to, steps=4)
    page.mouse.up()
    name = page.locator(f"[data-field='{field}'] .rc-name")
    expect(name).to_contain_text(page.locator(f"#{field}").input_value())


def test_thresholds_are_dragged_on_the_reading_and_the_state_is_counted_down_to(
    browser: Browser, site: str, world: World
) -> None:
    world.machine("press-1")
    plug_of(world, *[50.0] * 5, 400.0, since=timedelta(minutes=5))
    (device,) = onboarding.unknown(world.pool, world.manager, world.centre.id)
    with person(browser, site, world.manager_email, size=DESKTOP) as page:
        page.goto(f"{site}/inbox/{device.id}")
        expect(page.locator("#stream")).to_contain_text("실시간")
        dragged(page, "idle_below", 0.6)
        dragged(page, "run_above", 0.4)
        idle = float(page.locator("#idle_below").input_value())
        run = float(page.locator("#run_above").input_value())
        assert 50 < idle < run < 400
        # The last reading is work, and is not confirmed: the state to come is told with its time.
        expect(page.locator(".expected")).to_contain_text("가동")
        expect(page.locator(".count-down")).to_have_text(re.compile(r"\d+초 남음|다음 측정값"))
        expect(page.locator("[data-field='run_above'] .rc-name")).to_contain_text("W")
        page.fill("#run_above", "390")
        expect(page.locator("[data-field='run_above'] .rc-name")).to_contain_text("390")
        assert faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_steps_fit_a_telephone_and_keep_axe_silent(
    browser: Browser, site: str, world: World, theme: Theme
) -> None:
    world.machine("press-1")
    plug_of(world, 5, 400, since=timedelta(minutes=2))
    (device,) = onboarding.unknown(world.pool, world.manager, world.centre.id)
    with person(browser, site, world.manager_email, size=TELEPHONE, theme=theme) as page:
        for path in (
            "/devices/new",
            "/devices/new/zigbee2mqtt",
            f"/inbox/{device.id}",
            "/centre",
            "/desk",
        ):
            page.goto(f"{site}{path}")
            assert faults(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0], path
        page.goto(f"{site}/devices/new/zigbee2mqtt")
        page.fill("#name", "bridge-1")
        page.press("#name", "Enter")
        expect(page.locator("#lines")).to_have_value(re.compile("base_topic: .*-bridge-1"))
        expect(page.locator("#arrival-said")).to_contain_text("실시간")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        page.goto(f"{site}/centre#devices")
        row = page.get_by_role("row", name=re.compile("bridge-1"))
        # The act that cannot be undone is behind the row.
        expect(row.get_by_label("사유")).to_be_hidden()
        row.locator("summary").press("Enter")
        expect(row.get_by_label("사유")).to_be_visible()


def test_a_device_is_bound_by_the_keyboard_alone(browser: Browser, site: str, world: World) -> None:
    machine = world.machine("press-1")
    with person(browser, site, world.manager_email, size=DESKTOP) as page:
        page.goto(f"{site}/devices/new")
        page.locator("a[href='/devices/new/tasmota']").press("Enter")
        page.locator("#name").press_sequentially("plug-7")
        page.locator("#name").press("Enter")
        expect(page.locator("#arrival")).to_contain_text("아직 신호가 없습니다")
        plug_of(world, *[6.0] * 6, *[400.0] * 6, since=timedelta(minutes=12))
        # The first signal appears by itself.
        link = page.locator("#arrival a")
        expect(link).to_be_visible()
        link.press("Enter")
        expect(page.locator("#stream")).to_contain_text("실시간")
        page.locator("#machine").press("ArrowDown")
        # A drawing that is made anew leaves the cursor where it stood.
        page.locator("#propose").focus()
        plug_of(world, 6.0, since=timedelta(seconds=1))
        expect(page.locator("#messages tbody tr").first).to_contain_text("전력(W): 6")
        expect(page.locator("#propose")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#run_above")).to_have_value(re.compile(r"\d"))
        page.locator("#binding .btn-primary").press("Enter")
        page.wait_for_url(f"{site}/machines/press-1")
    (source,) = machines.sources(world.pool, world.manager, machine)
    assert source.metering.thresholds is not None
    assert 6 < source.metering.thresholds.idle_below < source.metering.thresholds.run_above < 400
