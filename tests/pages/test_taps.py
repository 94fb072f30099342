"""Stories by telephone, counted: every tap, choice and typed field, and every screen on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, Locator, Page, expect

from gadong.machines.domain.capability import Abilities
from gadong.machines.services import machines
from tests.support.pages.browser import TELEPHONE, member_of, person, tomorrow
from tests.support.pages.thumb import Thumb
from tests.support.world import World

# More than a page's links, days and slots before the button that books.
MOST_TABS = 150


def test_petg_is_found_booked_moved_and_cancelled_in_few_taps(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    for slug, material in (("mill-1", "PLA"), ("mill-2", "PETG")):
        machines.describe(
            world.pool, world.manager, world.machine(slug), Abilities(materials=(material,))
        )
    world.company()
    _, email = member_of(world)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    with person(browser, site, email, size=TELEPHONE) as page:
        thumb = Thumb(page)
        thumb.opens(f"{site}/machines")
        thumb.types("#material", "PETG")
        thumb.taps_on("form[role=search] button", leads_on=True)
        thumb.taps_on("main a[href^='/machines/mill-2/book']", leads_on=True)
        found = thumb.has_spent()
        thumb.taps_on(f'.day[value="{day}"]')
        thumb.taps_on(f'.slot[value="{day}T14:00"]')
        thumb.sends("예약하기")
        booked = thumb.has_spent()
        # The booking that was made is the page one stands on.
        thumb.types("#move-start", f"{day}T16:00")
        thumb.sends("시간 변경")
        moved = thumb.has_spent()
        thumb.sends("예약 취소")
        cancelled = thumb.has_spent()
    spent = {"find": found, "book": booked, "move": moved, "cancel": cancelled}
    assert spent == {"find": (3, 3), "book": (3, 1), "move": (2, 1), "cancel": (1, 1)}


def test_a_booking_of_last_week_is_booked_again_in_three_taps(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    company = world.company()
    past = datetime.now(UTC) - timedelta(days=7)
    world.booked(world.machine("mill-1"), company, past, now=past - timedelta(days=1))
    _, email = member_of(world)
    with person(browser, site, email, size=TELEPHONE) as page:
        thumb = Thumb(page)
        thumb.opens(f"{site}/bookings")
        thumb.taps_on("main a[href*='/book?minutes=']", leads_on=True)
        thumb.taps_on(".slot")
        thumb.sends("예약하기")
        taps, screens = thumb.has_spent()
    assert (taps, screens) == (3, 3)


def test_tomorrow_is_booked_from_the_keyboard_alone(
    browser: Browser, site: str, world: World
) -> None:
    world.tariff(minimum_seconds=0)
    world.machine("mill-1")
    world.company()
    _, email = member_of(world)
    day = f"{tomorrow(world, 0):%Y-%m-%d}"
    with person(browser, site, email) as page:
        page.goto(f"{site}/machines")
        tabs_to(page, page.locator("main a[href^='/machines/mill-1/book']").first)
        page.keyboard.press("Enter")
        page.wait_for_url("**/book**")
        tabs_to(page, page.locator(f'.day[value="{day}"]'))
        page.keyboard.press("Enter")
        slot = page.locator(f'.slot[value="{day}T14:00"]')
        expect(slot).to_be_visible()
        tabs_to(page, slot)
        page.keyboard.press("Enter")
        expect(page.locator("#start")).to_have_value(f"{day}T14:00")
        tabs_to(page, page.get_by_role("button", name="예약하기", exact=True))
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("예약했습니다")
        assert "/bookings/" in page.url


def tabs_to(page: Page, place: Locator) -> None:
    """Press the tabulator until a place has the focus, and shows that it has."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if place.evaluate("it => it === document.activeElement"):
            break
    assert place.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
