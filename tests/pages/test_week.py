"""A week of several machines: a draft drawn on free time, its card, and the booking."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.support.page_fixtures import Visit
from tests.support.pages.browser import (
    TELEPHONE,
    booked,
    drag,
    faults,
    member_of,
    person,
    tomorrow,
)
from tests.support.world import PASSWORD, World

SHIFTS = """new Promise((done) => new PerformanceObserver((seen) => done(seen.getEntries()
    .filter((one) => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)))
    .observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 300))"""


@pytest.fixture
def hall(world: World) -> World:
    """Two mills with a price, open from eight to six, and two companies."""
    world.tariff(minimum_seconds=0)
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    world.company(), world.company()
    return world


def free_of(html: str, machine: str, day: str) -> list[tuple[int, int]]:
    """Return a lane's free stretches in minutes from midnight."""
    lane = re.search(rf'<svg id="lane-{machine}-{day}">(.*?)</svg>', html, re.DOTALL)
    assert lane
    found = re.findall(r'class="free".*?data-first="(\d+)" data-last="(\d+)"', lane[1], re.DOTALL)
    return [(int(first), int(last)) for first, last in found]


def test_a_week_shows_what_is_free_taken_and_ones_own(visit: Visit, hall: World) -> None:
    own, _ = member_of(hall)
    booking = booked(hall, own, 10, purpose="시제품")
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    address = "/calendar/beside?m=mill-1&m=mill-2"
    mine = visit(own).get(address).text
    assert mine.count('class="week-day') == 7
    assert free_of(mine, "mill-1", day) == [(0, 600), (720, 1440)]
    assert free_of(mine, "mill-2", day) == [(0, 1440)]
    assert f'<a href="/bookings/{booking.id}" class="own"' in mine
    # Another firm sees that it is taken, and neither whose it is nor what for.
    others = visit(member_of(hall, 1)[0]).get(address).text
    assert 'class="taken"' in others
    assert "시제품" not in others
    assert str(booking.id) not in others
    # Free time leads to the form with its start, also without a script.
    first = re.search(rf'href="(/machines/mill-1/book\?start={day}[^"]*)"', others)
    assert first
    assert first[1] == f"/machines/mill-1/book?start={day}T00%3A00&amp;minutes=120"


def test_without_a_choice_the_week_shows_some_and_at_most_eight(visit: Visit, hall: World) -> None:
    for number in range(3, 8):
        hall.machine(f"mill-{number}")
    client = visit(None)
    shown = client.get("/calendar/beside").text
    assert len(set(re.findall(r'data-machine="(mill-\d)"', shown))) == 4
    assert client.get("/calendar/beside?m=nothing").status_code == 404
    nine = "&".join(f"m=mill-{n}" for n in range(9))
    assert client.get(f"/calendar/beside?{nine}").status_code == 422


def test_the_lanes_show_opening_hours_and_the_grid_of_the_rules(visit: Visit, world: World) -> None:
    world.machine("mill-1", opening_hours=[{"since": "09:00", "until": "18:00"}])
    hour = timedelta(hours=1)
    hours = [{"since": "10:30", "until": "21:30"}]
    world.machine("mill-2", opening_hours=hours, step=hour, shortest=2 * hour)
    world.company()
    member, _ = member_of(world)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    page = visit(member).get("/calendar/beside?m=mill-1&m=mill-2").text
    assert 'data-first="540" data-last="1320"' in page
    assert free_of(page, "mill-1", day) == [(540, 1080)]
    assert free_of(page, "mill-2", day) == [(660, 1260)]
    # The day of all machines shows the same hours; no key draws on it, and it promises none.
    whole_day = visit(member).get("/calendar").text
    assert 'data-first="09:00" data-last="22:00"' in whole_day
    assert "키보드: Tab" not in whole_day
    assert "키보드: Tab" in page


def test_the_card_says_price_rules_and_fields(visit: Visit, hall: World) -> None:
    own, _ = member_of(hall)
    booked(hall, own, 10)
    client = visit(own)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    free = {"start": f"{day}T13:00", "minutes": "60", "purpose": "지그", "count": "3"}
    card = client.get("/machines/mill-1/draft", params=free).text
    assert "33,000원" in card
    assert "예약할 수 있습니다" in card
    assert 'value="지그"' in card
    assert re.search(r'name="count"[^>]*value="3"', card)
    assert 'name="also" value="mill-2"' in card
    assert f'name="start" value="{day}T13:00"' in card
    assert (
        "무료 취소 기한이 지났습니다"
        not in client.get(
            "/machines/mill-1/draft",
            params={**free, "start": f"{tomorrow(hall, 0).date() + timedelta(days=2)}T13:00"},
        ).text
    )
    soon = {
        **free,
        "start": f"{datetime.now(hall.centre.zone) + timedelta(hours=2):%Y-%m-%dT%H}:00",
    }
    assert "무료 취소 기한이 지났습니다" in client.get("/machines/mill-2/draft", params=soon).text
    taken = client.get("/machines/mill-1/draft", params={**free, "start": f"{day}T10:00"}).text
    assert "다른 예약" in taken
    assert 'class="choices"' in taken
    assert client.get("/machines/mill-1/draft", params={"start": "never"}).status_code == 422


def test_a_draft_is_drawn_pulled_and_booked_beside_its_card(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email, but="ERR_BLOCKED") as page:
        # Without our fonts, whose arrival moves every line on this machine alone.
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.send("Network.setBlockedURLs", {"urls": ["*.woff2"]})
        page.goto(f"{site}/calendar/beside?m=mill-1&m=mill-2")
        # Answers come late, when a move is no longer put down to the press before it.
        slow = {"latency": 900, "downloadThroughput": -1, "uploadThroughput": -1}
        protocol.send("Network.emulateNetworkConditions", {"offline": False, **slow})
        drag(page, "mill-2", day, 13.05, 14.9)
        body = page.locator(".draft-body")
        expect(body).to_have_attribute("aria-valuetext", re.compile("13:00–15:00$"))
        card = page.locator("#draft-card")
        expect(card).to_contain_text("66,000원")
        card.get_by_label("용도", exact=False).fill("도면 3호")
        # The end is pulled back by an hour; what was typed stays.
        edge = page.locator(".draft-edge.is-end").bounding_box()
        assert edge
        hour = page.locator(".track").first.bounding_box()["width"] / 24  # type: ignore[index]
        page.mouse.move(edge["x"] + 8, edge["y"] + 10)
        page.mouse.down()
        page.mouse.move(edge["x"] + 8 - hour, edge["y"] + 10, steps=5)
        page.mouse.up()
        expect(body).to_have_attribute("aria-valuetext", re.compile("13:00–14:00$"))
        expect(card).to_contain_text("33,000원")
        expect(card.get_by_label("용도", exact=False)).to_have_value("도면 3호")
        # A further machine at the same time is drawn in its own lane.
        card.get_by_text("같은 시간에 다른 장비도 함께").first.click()
        card.locator('[name="also"][value="mill-1"]').check()
        expect(
            page.locator(f'.track[data-machine="mill-1"][data-day="{day}"] .is-also')
        ).to_be_visible()
        expect(card).to_contain_text("66,000원")
        assert faults(page) == []
        assert page.evaluate(SHIFTS) < 0.001
        card.get_by_role("button", name="예약하기").click()
        expect(page.get_by_role("status").first).to_contain_text("예약했습니다")
        expect(page.locator("main")).to_contain_text("도면 3호")


def test_the_keyboard_alone_draws_and_books(browser: Browser, site: str, hall: World) -> None:
    _, email = member_of(hall)
    day = tomorrow(hall, 0) + timedelta(days=1)
    with person(browser, site, email) as page:
        page.goto(f"{site}/calendar/beside?m=mill-1&m=mill-2")
        lane = page.locator(f'.track[data-machine="mill-1"][data-day="{day:%Y-%m-%d}"]')
        lane.locator("a.free").focus()
        page.keyboard.press("Enter")
        body = page.locator(".draft-body")
        expect(body).to_be_focused()
        expect(body).to_have_attribute("aria-valuetext", re.compile("00:00–02:00$"))
        for _ in range(2):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        expect(body).to_have_attribute("aria-valuetext", re.compile("00:20–02:20$"))
        assert page.locator('.track[data-machine="mill-2"] .draft').count() == 1
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowLeft")
        expect(body).to_have_attribute("aria-valuetext", re.compile("00:20–02:10$"))
        page.keyboard.press("Escape")
        expect(page.locator(".draft")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(page.locator("#draft-card .btn-primary")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator("#draft-card .btn-primary")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("예약했습니다")


def test_what_another_books_meanwhile_is_refused_in_the_card(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    other, _ = member_of(hall, 1)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email) as page:
        page.goto(f"{site}/calendar/beside?m=mill-1")
        drag(page, "mill-1", day, 10.05, 11.9)
        expect(page.locator("#draft-card")).to_contain_text("예약할 수 있습니다")
        booked(hall, other, 10)
        expect(page.locator("#draft-card")).to_contain_text("다른 예약")
        page.locator(".choices a").first.click()
        expect(page.locator("#quote")).to_contain_text("예약할 수 있습니다")


def test_who_types_in_the_card_is_not_disturbed(browser: Browser, site: str, hall: World) -> None:
    _, email = member_of(hall)
    other, _ = member_of(hall, 1)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email) as page:
        page.goto(f"{site}/calendar/beside?m=mill-1")
        drag(page, "mill-1", day, 10.05, 11.9)
        purpose = page.locator("#draft-card").get_by_label("용도", exact=False)
        # News of others are answered in the card, and the field keeps its cursor.
        purpose.fill("도면")
        booked(hall, other, 10)
        expect(page.locator("#draft-card")).to_contain_text("다른 예약")
        expect(purpose).to_be_focused()
        # Words typed while the answer to another time is on its way stay.
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/draft?*", hold, times=1)
        with page.expect_request("**/draft?*"):
            drag(page, "mill-1", day, 15.05, 16.9)
        purpose.fill("도면 3호")
        page.wait_for_function("document.querySelector('#draft-card[aria-busy=true]')")
        held[0].continue_()
        expect(page.locator("#draft-card")).to_contain_text("15:00–17:00")
        expect(purpose).to_have_value("도면 3호")


@pytest.mark.parametrize("sent_to", ["", "/login?next=%2Fcalendar"])
def test_a_session_that_ended_is_logged_in_to_in_place(
    browser: Browser, site: str, hall: World, sent_to: str
) -> None:
    """A browser that sends no Sec-Fetch headers is sent to the login's page instead."""
    _, email = member_of(hall)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email, but="401") as page:
        page.goto(f"{site}/calendar/beside?m=mill-1")
        page.context.clear_cookies()
        if sent_to:
            to_login = {"status": 303, "headers": {"location": sent_to}}
            page.route("**/draft?*", lambda route: route.fulfill(**to_login), times=1)
        drag(page, "mill-1", day, 10.05, 11.9)
        dialog = page.get_by_role("dialog")
        dialog.locator("#again-email").fill(email)
        dialog.locator("#again-password").fill(PASSWORD)
        dialog.locator(".btn-primary").click()
        card = page.locator("#draft-card")
        expect(card).to_contain_text("10:00–12:00")
        expect(card).to_contain_text("예약할 수 있습니다")


def test_a_page_that_is_no_card_is_not_shown_in_the_card(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email) as page:
        page.goto(f"{site}/calendar/beside?m=mill-1")
        to_agree = {"status": 303, "headers": {"location": "/about"}}
        page.route("**/draft?*", lambda route: route.fulfill(**to_agree))
        drag(page, "mill-1", day, 10.05, 11.9)
        page.wait_for_url("**/machines/mill-1/book?**")


def test_on_a_telephone_free_time_leads_to_the_form(
    browser: Browser, site: str, hall: World
) -> None:
    _, email = member_of(hall)
    day = f"{tomorrow(hall, 0):%Y-%m-%d}"
    with person(browser, site, email, size=TELEPHONE) as page:
        page.goto(f"{site}/calendar/beside?m=mill-1&m=mill-2")
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE[0]
        assert faults(page) == []
        lane = page.locator(f'.track[data-machine="mill-1"][data-day="{day}"]')
        lane.locator("a.free").click()
        page.wait_for_url(f"**/machines/mill-1/book?start={day}T00%3A00&minutes=120")
