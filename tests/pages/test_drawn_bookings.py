"""A drawn booking over midnight, news of others beside it, and the desk's list of people."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.pages.browser import booked, drag, member_of, person, tomorrow
from tests.support.world import World


@pytest.fixture
def hall(world: World) -> World:
    """A mill and a printer that may be booked for three days, and two companies."""
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.machine("printer-1", longest=timedelta(hours=72))
    world.company(), world.company()
    return world


def track_of(machine: str, day: str) -> str:
    return f'.track[data-machine="{machine}"][data-day="{day}"]'


def test_a_draft_goes_over_midnight_by_its_edge_and_by_its_card(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    first = tomorrow(hall, 0)
    days = [f"{first + timedelta(days=n):%Y-%m-%d}" for n in range(4)]
    with person(browser, site, email) as page:
        page.goto(f"{site}/calendar/beside?m=printer-1")
        drag(page, "printer-1", days[0], 22.05, 23.9)
        body, card = page.locator(".draft-body"), page.locator("#draft-card")
        expect(body).to_have_attribute("aria-valuetext", re.compile("22:00–24:00$"))
        further = page.locator(".draft.is-also")
        expect(further).to_have_count(0)
        # From the keyboard the end goes on into the next day's lane.
        page.locator(".draft-edge.is-end").focus()
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        expect(body).to_have_attribute("aria-valuetext", re.compile(r"22:00–01:00 \(\+1\)$"))
        expect(page.locator(f"{track_of('printer-1', days[1])} .is-also")).to_have_count(1)
        expect(card).to_contain_text("3시간")
        # The card's length goes on for days, and keeps the keyboard's place.
        length = card.get_by_label("이용 시간", exact=True)
        length.focus()
        length.select_option("4320")
        expect(body).to_have_attribute("aria-valuetext", re.compile(r"22:00–22:00 \(\+3\)$"))
        expect(card).to_contain_text("72시간")
        expect(length).to_be_focused()
        for day in days[1:]:
            expect(page.locator(f"{track_of('printer-1', day)} .is-also")).to_have_count(1)
        # A move stays on the day of its lane.
        body.focus()
        page.keyboard.press("ArrowLeft")
        expect(body).to_have_attribute("aria-valuetext", re.compile(r"21:50–21:50 \(\+3\)$"))
        expect(card).to_contain_text("21:50")
        card.get_by_role("button", name="예약하기").click()
        expect(page.get_by_role("status").first).to_contain_text("예약했습니다")
        expect(page.locator("main")).to_contain_text("21:50")


def draw_on_the_day(page: Page, site: str, day: str) -> None:
    """Draw two hours of the mill from ten o'clock on the day of all machines."""
    page.goto(f"{site}/calendar?day={day}")
    lane = page.locator("#calendar .ec-body .ec-day").first
    expect(lane).to_be_visible()
    page.evaluate("document.querySelector('#calendar .ec-main').scrollLeft = 400")
    box = lane.bounding_box()
    assert box
    hour = box["width"] / 24
    page.mouse.move(box["x"] + 10 * hour + 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 12 * hour - 3, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()


def test_the_card_on_the_day_answers_what_others_book_meanwhile(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    other, _ = member_of(hall, 1)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email) as page:
        draw_on_the_day(page, site, day)
        card = page.locator("#draft-card")
        expect(card).to_contain_text("10:00–12:00")
        expect(card).to_contain_text("예약할 수 있습니다")
        length = card.get_by_label("이용 시간", exact=True)
        length.select_option("180")
        expect(card).to_contain_text("10:00–13:00")
        expect(page.locator("#calendar .is-draft")).to_have_count(1)
        booked(hall, other, 10)
        expect(card).to_contain_text("다른 예약")


def test_a_lost_connection_is_said_beside_the_week(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    with person(browser, site, email, but="ERR_FAILED") as page:
        page.route("**/calendar/news", lambda route: route.abort())
        page.goto(f"{site}/calendar/beside?m=mill-1")
        expect(page.locator("#week-said")).to_contain_text("연결이 끊겼습니다")
        page.unroute("**/calendar/news")
        # The browser tries again by itself.
        expect(page.locator("#week-said")).to_have_text("", timeout=20_000)


@pytest.mark.parametrize("where", ["card", "form"])
def test_at_the_desk_the_people_follow_the_company(
    browser: Browser, site: str, hall: World, where: str
) -> None:
    for index in (0, 1):
        member_of(hall, index)
    own, other = (str(company.id) for company in hall.companies[:2])
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, hall.manager_email) as page:
        if where == "card":
            page.goto(f"{site}/calendar/beside?m=mill-1")
            drag(page, "mill-1", day, 10.05, 11.9)
        else:
            page.goto(f"{site}/machines/mill-1/book?start={day}T10:00&minutes=120")
        page.locator("#company").select_option(own)
        choices = page.locator("#person option:not([value=''])")
        expect(choices).to_have_count(1)
        first = choices.get_attribute("value")
        page.locator("#person").select_option(first)
        page.locator("#company").select_option(other)
        expect(choices).not_to_have_attribute("value", str(first))
        expect(page.locator("#person")).to_have_value("")
