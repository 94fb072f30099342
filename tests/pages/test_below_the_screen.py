"""Long lists lay out what is near the screen, and what comes into view moves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser

from bench.first_visit import MOST_SHIFT, WATCH
from tests.support.pages.browser import TELEPHONE, faults, member_of, person
from tests.support.world import World

# Of a list: how many of its parts there are, and how many are laid out.
LAID_OUT = """
    (parts) => [parts.length, parts.filter((one) =>
        one.querySelector("a").checkVisibility({ contentVisibilityAuto: true })).length]
"""
FRAME = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
MANY = 20


def test_cards_below_the_screen_wait(browser: Browser, site: str, world: World) -> None:
    company = world.company()
    for number in range(MANY):
        machine = world.machine(f"mill-{number}")
        for day in range(2):
            start = datetime.now(UTC) + timedelta(days=day + 1, minutes=number)
            world.booked(machine, company, start, hours=1)
    _, email = member_of(world)
    with person(browser, site, email, size=TELEPHONE, but="ERR_FAILED") as page:
        # The arrival of our fonts moves lines on a machine without Korean letters of its own.
        page.route("**/*.woff2", lambda route: route.abort())
        page.add_init_script(WATCH)
        for path, part in (("/machines", ".catalogue > li"), ("/bookings", ".as-cards tbody tr")):
            page.goto(f"{site}{path}")
            count, laid_out = page.eval_on_selector_all(part, LAID_OUT)
            assert count >= MANY, path
            assert 0 < laid_out < count / 2, path
            # A person scrolls to the last one and sees nothing move.
            last = page.locator(part).last
            page.mouse.move(100, 400)
            while (box := last.bounding_box()) is None or box["y"] > TELEPHONE[1]:
                page.mouse.wheel(0, 400)
                page.evaluate(FRAME)
            assert last.locator("a").first.is_visible()
            assert page.evaluate("window.shift") <= MOST_SHIFT, path
            assert faults(page) == [], path
