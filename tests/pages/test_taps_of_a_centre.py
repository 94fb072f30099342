"""Stories of a centre's people in a browser, each with its taps and what is seen on the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from gadong.billing.services import customer_check, statement_drafts
from gadong.core.domain.calendar import Month
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import machines
from tests.support.billing.corrections import said as word_at
from tests.support.machines.at_the_machine import began, said
from tests.support.pages.browser import DESKTOP, TELEPHONE, member_of, person
from tests.support.pages.thumb import Thumb
from tests.support.reports.reports import month_of_work
from tests.support.satisfaction.answers import QUESTIONS, ask, asking, opened, session
from tests.support.unknown_device import plug
from tests.support.world import World, registration_number

#: The first of the reasons for an objection, as the page says it.
TIME = "시간"


def test_a_firm_asks_to_join_is_let_in_and_logs_in(
    browser: Browser, site: str, world: World
) -> None:
    world.machine("mill-1")
    email = f"new@{world.centre.slug}.example"
    context = browser.new_context(
        viewport={"width": TELEPHONE[0], "height": TELEPHONE[1]}, locale="ko-KR"
    )
    firm = Thumb(context.new_page())
    firm.opens(f"{site}/join")
    firm.chooses("#centre", world.centre.name)
    firm.types("#company", "한빛정밀")
    firm.types("#number", registration_number(7))
    firm.types("#name", "이한빛")
    firm.types("#email", email)
    for box in firm.page.locator("[name='accepted']").all():
        firm.taps += 1
        box.check()
    firm.sends("신청하기")
    asked = firm.has_spent()
    with person(browser, site, world.manager_email, size=DESKTOP) as page:
        manager = Thumb(page)
        manager.opens(f"{site}/desk")
        manager.taps_on("main a[href='/joining']", leads_on=True)
        expect(page.locator("main")).to_contain_text("한빛정밀")
        manager.sends("승인")
        link = page.locator("#invitation").input_value()
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="복사: 초대 링크").click()
        expect(page.locator(".to-copy [role=status]")).to_have_text("복사했습니다.")
        assert page.evaluate("navigator.clipboard.readText()") == link
        approved = manager.has_spent()
    path = re.sub(r"https?://[^/]+", "", link)
    firm.opens(f"{site}{path}")
    firm.types("#new", "열두 글자 암호문 하나")
    firm.taps_on("main button", leads_on=True)
    expect(firm.page.locator("main a[href^='/machines/mill-1/book']").first).to_be_visible()
    entered = firm.has_spent()
    context.close()
    assert {"ask": asked, "approve": approved, "enter": entered} == {
        "ask": (6, 2),
        "approve": (2, 3),
        "enter": (2, 2),
    }


def test_at_the_machine_a_code_leads_from_start_to_survey(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    machine, company = world.machine("printer-1"), world.company()
    source = world.source(machine)
    member, email = member_of(world)
    said(world, source, -50, (Channel.ACTIVITY, "idle"))
    world.booked(machine, company, began(world.centre.id) - timedelta(minutes=5), hours=2)
    asking(world)
    session(world, world.machine("bench-1"), member)
    ask(world)
    (letter,) = opened(world)
    with person(browser, site, email, size=TELEPHONE) as page:
        thumb = Thumb(page)
        # The code on the machine is this address.
        thumb.opens(f"{site}/at/printer-1")
        expect(page.locator("#here")).to_contain_text("대기")
        thumb.taps_on("form[action$='/check-in'] button")
        expect(page.get_by_role("status").first).to_contain_text("사용을 시작했습니다")
        assert page.url == f"{site}/at/printer-1"
        said(world, source, -3, (Channel.ACTIVITY, "running"), (Channel.PROGRESS, 40.0))
        # The page moves by itself: nobody taps to see the job and its cost.
        expect(page.locator("#here")).to_contain_text("가동")
        expect(page.locator(".so-far")).to_contain_text("원")
        said(world, source, -1, (Channel.ACTIVITY, "idle"))
        expect(page.locator("#here")).to_contain_text("대기")
        thumb.taps_on("form[action$='/check-out'] button", leads_on=True)
        expect(page.locator(".outcome")).to_contain_text("2분 가동")
        used = thumb.has_spent()
        thumb.opens(f"{site}/satisfaction/{letter.word}")
        for number in range(1, len(QUESTIONS) + 1):
            thumb.taps_on(f"[name='score_{number}'][value='5']")
        thumb.taps_on("main form button")
        expect(page.locator("main")).to_contain_text("감사합니다")
        answered = thumb.has_spent()
    assert {"use": used, "survey": answered} == {"use": (2, 2), "survey": (4, 1)}


def test_a_line_is_objected_to_and_answered(browser: Browser, site: str, world: World) -> None:
    month, _ = month_of_work(world)
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=month,
    )
    customer_check.show(world.pool, world.manager, drafted.id, days=5, now=datetime.now(UTC))
    _, email = member_of(world)
    with (
        person(browser, site, email, size=TELEPHONE) as page,
        person(browser, site, world.manager_email, size=DESKTOP) as desk,
    ):
        member, manager = Thumb(page), Thumb(desk)
        member.opens(f"{site}/statements")
        member.taps_on("main table a[href^='/statements/']", leads_on=True)
        member.taps_on("main details:has(form[action$='/objections']) > summary")
        form = "details[open] form[action$='/objections']"
        member.chooses(f"{form} select", TIME)
        member.types(f"{form} input[name='words']", "한 시간은 쓰지 않았습니다")
        member.taps_on(f"{form} button", leads_on=True)
        # One comes back to the line, and the objection stands on it.
        assert page.url.endswith("#line-1")
        expect(page.locator("#line-1")).to_contain_text("한 시간은 쓰지 않았습니다")
        objected = member.has_spent()
        manager.opens(f"{site}/desk")
        manager.taps_on("#todo-objections a", leads_on=True)
        expect(desk.locator("#line-1")).to_contain_text("한 시간은 쓰지 않았습니다")
        manager.types("#line-1 form[action^='/objections/'] [name='reason']", "신호를 확인했습니다")
        manager.taps_on("#line-1 form[action^='/objections/'] [value='1']")
        expect(desk.locator("#line-1")).to_contain_text("신호를 확인했습니다")
        answered = manager.has_spent()
        page.reload()
        expect(page.locator("#line-1")).to_contain_text("신호를 확인했습니다")
    assert {"object": objected, "answer": answered} == {"object": (5, 3), "answer": (3, 2)}


def test_a_technician_binds_a_plug(browser: Browser, site: str, world: World) -> None:
    world.machine("mill-1")
    world.machine("press-1")
    base, now = f"{world.centre.slug}-plug", datetime.now(UTC).replace(microsecond=0)
    plug(world.pool, world.centre.id, base, 6, 400, 410, since=now - timedelta(minutes=5))
    with person(browser, site, world.manager_email, size=DESKTOP) as page:
        thumb = Thumb(page)
        thumb.opens(f"{site}/desk")
        thumb.taps_on("#todo-unknown a", leads_on=True)
        # Nothing is chosen: a hasty tap binds the plug to no machine.
        expect(page.locator("#machine")).to_have_value("")
        expect(page.locator("#run_above")).to_have_value("")
        page.get_by_role("button", name="연결하기").click()
        assert "/inbox/" in page.url
        page.select_option("#machine", value="press-1")
        thumb.taps += 1
        thumb.taps_on("#propose")
        expect(page.locator("#understood .big")).to_contain_text("가동")
        thumb.taps_on("#binding .btn-primary", leads_on=True)
        expect(page.locator("main")).to_contain_text("가동")
        assert page.url == f"{site}/machines/press-1"
        assert thumb.has_spent() == (4, 3)
    press = machines.find(world.pool, world.manager, "press-1")
    (source,) = machines.sources(world.pool, world.manager, press)
    thresholds = source.metering.thresholds
    assert thresholds is not None
    assert 6 < thresholds.idle_below < thresholds.run_above < 400


def test_a_technician_adds_a_plug_from_nothing(browser: Browser, site: str, world: World) -> None:
    world.machine("press-1")
    base, now = f"{world.centre.slug}-plug-7", datetime.now(UTC).replace(microsecond=0)
    with person(browser, site, world.manager_email, size=TELEPHONE) as page:
        thumb = Thumb(page)
        thumb.opens(f"{site}/devices/new")
        thumb.taps_on("a[href='/devices/new/tasmota']", leads_on=True)
        thumb.types("#name", "plug-7")
        thumb.taps_on("main form .btn-primary")
        thumb.screens += 1
        # The person pastes these lines into the plug, which then speaks.
        expect(page.locator("#lines")).to_have_value(re.compile(f"Topic {base}"))
        plug(world.pool, world.centre.id, base, 6, 400, 410, since=now - timedelta(minutes=5))
        expect(page.locator("#arrival a")).to_be_visible()
        thumb.taps_on("#arrival a", leads_on=True)
        page.select_option("#machine", value="press-1")
        thumb.taps += 1
        thumb.taps_on("#propose")
        expect(page.locator("#understood .big")).to_contain_text("가동")
        thumb.taps_on("#binding .btn-primary", leads_on=True)
        assert page.url == f"{site}/machines/press-1"
        assert thumb.has_spent() == (7, 5)


def test_a_month_without_obstacles_is_closed_in_three_screens(
    browser: Browser, site: str, world: World
) -> None:
    month, _ = month_of_work(world)
    with person(browser, site, world.manager_email, size=DESKTOP) as page:
        thumb = Thumb(page)
        thumb.opens(f"{site}/month?month={month}")
        thumb.sends("초안 일괄 재계산")
        # The number and the sum of the statements stand beside the box that confirms it.
        expect(page.locator(".close-at-once")).to_contain_text("이용내역서 2건, 합계")
        thumb.taps_on(".close-at-once [name='sure']")
        thumb.sends("승인하고 발행")
        rows = page.locator("tbody tr")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("발행")
        expect(rows.last).to_contain_text("발행")
        assert thumb.has_spent() == (3, 3)
        assert re.search(r"\d원", page.locator("main").inner_text())


def test_an_obstacle_is_settled_on_the_way_to_the_close(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0, increment_seconds=60, increment_grace_seconds=0)
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    noon = month.period(world.centre.zone).start + timedelta(days=26, hours=12)
    machine, company = world.machine("mill-1"), world.company()
    source = world.source(machine)
    world.booked(machine, company, noon, hours=2)
    # An hour before the booking and one in it, in one run: somebody says whose it was.
    for minutes, word in ((-180, "idle"), (-60, "running"), (60, "idle")):
        word_at(world, source, noon + timedelta(minutes=minutes), word)
    with person(browser, site, world.manager_email, size=DESKTOP) as page:
        thumb = Thumb(page)
        thumb.opens(f"{site}/month?month={month}")
        thumb.sends("초안 일괄 재계산")
        expect(page.locator(".close-at-once")).to_have_count(0)
        thumb.taps_on(f"tbody a[href='/desk?month={month}#todo-ghosts']", leads_on=True)
        ghost = "form[action='/desk/ghost']"
        thumb.chooses(f"{ghost} select", f"{company.name} (유력)")
        thumb.types(f"{ghost} [name='reason']", "일찍 시작했다고 합니다")
        thumb.sends("결정")
        thumb.opens(f"{site}/month?month={month}")
        thumb.sends("초안 일괄 재계산")
        thumb.taps_on(".close-at-once [name='sure']")
        thumb.sends("승인하고 발행")
        expect(page.locator("tbody tr")).to_contain_text("발행")
        assert thumb.has_spent() == (8, 7)
