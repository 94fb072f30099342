"""The pages in Debian's Chromium: booked by telephone, dragged, watched live, settled.

With a keyboard; in both themes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from gadong.billing.services import statement_drafts
from gadong.billing.services.prices import tariffs
from gadong.booking.services import bookings
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.settings import Settings
from gadong.training.services import courses
from scheduler.timetable import tick_metering
from tests.support.metering.metering import message
from tests.support.pages.browser import (
    DESKTOP,
    TELEPHONE,
    Theme,
    booked,
    faults,
    member_of,
    person,
    tomorrow,
)
from tests.support.programs import serving_program
from tests.support.reports.reports import month_of_work
from tests.support.world import World

MINUTE = timedelta(minutes=1)


def test_a_manufacturer_books_by_telephone_and_the_price_changes_as_they_choose(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.company()
    _, email = member_of(world)
    with person(browser, site, email, size=TELEPHONE) as page:
        # The whole day of each of the week's strips is seen at once.
        page.goto(f"{site}/machines/mill-1")
        strips = page.locator(".strip-svg")
        assert strips.count() == 7
        for strip in strips.all():
            box = strip.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= TELEPHONE[0]
        page.goto(f"{site}/machines")
        page.get_by_role("link", name="예약하기 밀링").click()
        page.fill("#start", f"{tomorrow(world, 10):%Y-%m-%dT%H:%M}")
        page.select_option("#minutes", "60")
        expect(page.locator("#quote")).to_contain_text("33,000원")
        page.select_option("#minutes", "120")
        expect(page.locator("#quote")).to_contain_text("66,000원")
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        page.get_by_role("button", name="예약하기").click()
        expect(page.get_by_role("status")).to_contain_text("예약했습니다")


def test_what_one_books_the_other_sees_and_who_comes_second_is_told_why(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.company(), world.company()
    (first, email), (_, other_email) = member_of(world), member_of(world, 1)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    with person(browser, site, email) as one, person(browser, site, other_email) as other:
        for page in (one, other):
            page.goto(f"{site}/calendar?day={day}")
            expect(page.locator("#calendar .ec-day").first).to_be_visible()
        booked(world, first, 14, purpose="시제품")
        expect(one.locator("#calendar .is-ours")).to_contain_text("시제품")
        expect(other.locator("#calendar .is-others")).to_be_visible()
        assert "시제품" not in other.content()

        # The second drags over the same time: the card says why not, and what would do.
        lane = other.locator("#calendar .ec-day").first.bounding_box()
        assert lane
        hour, middle = lane["width"] / 24, lane["y"] + lane["height"] - 3
        other.mouse.move(lane["x"] + 13.05 * hour, middle)
        other.mouse.down()
        other.mouse.move(lane["x"] + 15 * hour, middle, steps=8)
        other.mouse.up()
        card = other.locator("#draft-card")
        expect(card.get_by_role("alert")).to_contain_text("다른 예약")
        expect(card.locator("[name=start]")).to_have_value(f"{day}T13:00")
        expect(other.locator("#calendar .is-draft")).to_be_visible()
        card.locator(".choices a").first.click()
        other.wait_for_url("**/machines/mill-1/book?**")
        expect(other.locator("#quote")).to_contain_text("예약할 수 있습니다")


def test_a_drag_moves_a_booking_or_says_why_it_stays(
    browser: Browser, site: str, world: World
) -> None:
    world.machine("mill-1")
    world.company(), world.company()
    caller, email = member_of(world)
    own = booked(world, caller, 10)
    booked(world, world.member(world.companies[1]), 14)
    # The refusal is an answer like any other; the browser notes its status.
    with person(browser, site, email, but="409") as page:
        page.goto(f"{site}/calendar?day={tomorrow(world, 0):%Y-%m-%d}")
        event = page.locator("#calendar .is-ours")
        expect(event).to_be_visible()
        lane = page.locator("#calendar .ec-day").first.bounding_box()
        assert lane
        hour_wide = lane["width"] / 24

        def drag(hours: float) -> None:
            box = event.bounding_box()
            assert box
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + hours * hour_wide, y, steps=10)
            page.mouse.up()

        drag(4)  # onto the other's
        expect(page.locator("#calendar-said")).to_contain_text("다른 예약")
        assert bookings.find(world.pool, caller, own.id)[0].period.start == tomorrow(world, 10)
        drag(-2)
        expect(page.locator("#calendar-said")).to_contain_text("옮겼습니다")
        assert bookings.find(world.pool, caller, own.id)[0].period.start == tomorrow(world, 8)


def test_the_floor_lives_pauses_and_a_lost_stream_is_shown_as_lost(
    browser: Browser, settings: Callable[..., Settings], tmp_path: Path, world: World
) -> None:
    machine = world.machine("mill-1")
    source = world.source(machine)
    now = datetime.now(UTC)

    def said(minutes: int, word: str) -> None:
        batch = [message(source, now + timedelta(minutes=minutes), Channel.ACTIVITY, word)]
        ingestion.commit(world.pool, world.centre.id, batch, [])
        tick_metering(world.pool)

    said(-30, "idle")
    with ExitStack() as server:
        program, site = server.enter_context(serving_program(settings(), tmp_path))
        page = server.enter_context(person(browser, site, world.manager_email, but="net::ERR"))
        page.goto(f"{site}/floor")
        page.get_by_role("link", name="전광판 보기").click()
        expect(page.locator("header")).to_be_hidden()
        clock = datetime.now(world.centre.zone)
        expect(page.locator("#clock")).to_have_text(
            re.compile(f"{clock:%H:%M}|{clock + MINUTE:%H:%M}")
        )
        card = page.locator("#m-mill-1")
        expect(card).to_contain_text("대기")
        expect(page.get_by_label("상태별 장비 수")).to_have_text("○ 대기 1")
        expect(page.locator("#stream")).to_contain_text("실시간")
        said(-20, "running")
        expect(card).to_contain_text("가동")
        expect(page.get_by_label("상태별 장비 수")).to_have_text("▶ 가동 1")
        page.click("#pause")
        said(-10, "paused")
        world.booked(machine, world.company(), now - timedelta(hours=1), hours=3)
        expect(page.locator("#stream")).to_contain_text("멈춤")
        expect(card).not_to_contain_text("일시정지")
        page.click("#pause")
        expect(card).to_contain_text("일시정지")
        expect(card).to_contain_text("지금: 회사 1")
        # The server goes away under the open board.
        program.stop()
        expect(page.locator("#stream")).to_contain_text("연결이 끊겼습니다")


def test_a_month_is_settled_from_the_keyboard_and_its_paper_opens(
    browser: Browser, site: str, world: World
) -> None:
    month, _ = month_of_work(world)
    with person(browser, site, world.manager_email) as page:
        page.goto(f"{site}/month?month={month}")
        for name in ("초안 일괄 재계산", "이상 없는 건 일괄 승인", "승인 건 일괄 발행"):
            button = page.get_by_role("button", name=name)
            # By tabs alone, as somebody does who has no mouse.
            for _ in range(60):
                page.keyboard.press("Tab")
                if button.evaluate("b => b === document.activeElement"):
                    break
            outline = button.evaluate("b => getComputedStyle(b).outlineStyle")
            assert outline == "solid"
            page.keyboard.press("Enter")
            expect(page.get_by_role("status")).to_be_visible()
        page.get_by_role("link", name="회사 1").click()
        href = page.get_by_role("link", name="PDF").get_attribute("href")
        answer = page.request.get(f"{site}{href}")
        assert answer.body().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(DESKTOP, "light", "ko-KR"), (TELEPHONE, "dark", "en-GB"), (DESKTOP, "dark", "ko-KR")],
)
def test_every_page_can_be_used_by_everybody(
    size: tuple[int, int], theme: Theme, language: str, browser: Browser, site: str, world: World
) -> None:
    month, _ = month_of_work(world)
    drafted = statement_drafts.draft(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=world.companies[0].id,
        month=month,
    )
    world.booked(
        world.machine("mill-9"), world.companies[0], datetime.now(UTC) + timedelta(hours=3), hours=2
    )
    tariff = tariffs.of_centre(world.pool, world.manager, world.centre.id)[0].id
    noon = datetime.now(UTC) + timedelta(days=2)
    courses.plan(
        world.pool, world.manager, centre=world.centre.id, code="cnc-basic",
        period=Period(noon, noon + timedelta(hours=1)),
        place="2층", seats=3, valid_days=365, good="", now=datetime.now(UTC),
    )  # fmt: skip
    thresholds = PowerThresholds(run_above=400, idle_below=200)
    plug = world.source(world.machine("mill-8"), "tasmota", base="plug-8", thresholds=thresholds)
    found: list[str] = []
    with person(
        browser, site, world.manager_email, size=size, theme=theme, language=language
    ) as page:
        for path in (
            "/machines",
            "/machines/mill-1",
            "/calendar",
            "/bookings",
            "/statements",
            "/floor",
            "/floor?wall=1",
            "/desk",
            "/centre",
            "/account",
            "/tariffs",
            f"/tariffs/{tariff}?month={month}",
            f"/tariffs/new?like={tariff}",
            "/rules",
            "/rules/linked",
            "/holidays",
            "/courses",
        ):
            page.goto(f"{site}{path}")
            found += faults(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
        for path in (
            "/month",
            "/reports",
            "/machines/mill-1/book?start=2027-01-05T10:00&minutes=60",
            "/notices",
            "/companies",
            f"/companies/{world.companies[0].id}",
            f"/statements/{drafted.id}",
            "/machines/mill-1/signals?hours=6",
            "/calendar/beside?m=mill-1&m=mill-9",
            "/at/mill-1",
            f"/machines/mill-8/sources/{plug.id}/power?hours=6",
        ):
            page.goto(f"{site}{path}")
            found += faults(page)
        page.goto(f"{site}/bookings")
        page.locator("main table a").first.click()
        page.wait_for_url("**/bookings/*")
        found += faults(page)
    assert found == []
