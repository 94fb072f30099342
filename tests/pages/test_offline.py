"""The pages without a network: an honest page, one's bookings as they were, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from api.pages.frame.layout import STATIC
from gadong.people.services.accounts import SESSION_LENGTH
from gadong.settings import Settings
from tests.support.pages.browser import TELEPHONE, booked, faults, member_of, person
from tests.support.programs import serving_program
from tests.support.waiting import until
from tests.support.world import World

#: What the browser itself writes of a server that is gone.
GONE = "net::ERR_"


def is_kept(page: Page, path: str) -> None:
    """Wait until the browser keeps a page."""
    kept = "async (path) => Boolean(await caches.match(path, { cacheName: 'gadong-kept' }))"
    until(lambda: page.evaluate(kept, path), what=f"{path} is kept")


def test_ones_bookings_are_read_without_a_network_and_by_nobody_after_the_logout(
    browser: Browser, settings: Callable[..., Settings], tmp_path: Path, world: World
) -> None:
    world.tariff()
    world.machine("mill-1")
    world.company()
    caller, email = member_of(world)
    booking = booked(world, caller, 10, purpose="시제품 가공")
    own = f"/bookings/{booking.id}"
    with (
        serving_program(settings(), tmp_path) as (program, site),
        person(browser, site, email, size=TELEPHONE, but=GONE) as page,
    ):
        controls = "() => navigator.serviceWorker.controller !== null"
        until(lambda: page.evaluate(controls), what="the service worker controls the page")
        for path in ("/bookings", "/bookings?when=past", "/at/mill-1"):
            page.goto(f"{site}{path}")
            is_kept(page, path.partition("?")[0])
        # The list was seen; the booking was not opened.
        is_kept(page, own)

        program.stop()
        page.goto(f"{site}{own}")
        expect(page.get_by_role("status").first).to_contain_text("연결되지 않았습니다")
        expect(page.locator("main")).to_contain_text("시제품 가공")
        page.goto(f"{site}/at/mill-1")
        expect(page.get_by_role("status").first).to_contain_text("연결되지 않았습니다")
        # Pages that were not opened, or are never kept, are not pretended.
        page.goto(f"{site}/machines")
        expect(page.locator("h1").first).to_have_text("연결되지 않음")
        assert faults(page) == []
        page.get_by_role("link", name="내 예약").click()
        expect(page.locator("main table").first).to_contain_text("밀링")
        expect(page.locator("main h2").first).to_have_text("다가오는 예약")

        program.again()
        answered = "async () => { try { return (await fetch('/healthz')).ok } catch { return 0 } }"
        until(lambda: page.evaluate(answered), within=60, what="the API answers again")
        page.goto(f"{site}/bookings")
        expect(page.get_by_role("status")).to_have_count(0)
        page.evaluate("document.querySelector('form[action=\"/logout\"]').requestSubmit()")
        page.wait_for_url("**/login**")
        program.stop()
        page.goto(f"{site}{own}")
        expect(page.locator("h1").first).to_have_text("연결되지 않음")
        assert "시제품 가공" not in page.content()


def test_what_is_refused_stays_a_page_where_the_browser_keeps_pages(
    browser: Browser, site: str, world: World
) -> None:
    world.company()
    _, email = member_of(world)
    with person(browser, site, email, but="404") as page:
        controls = "() => navigator.serviceWorker.controller !== null"
        until(lambda: page.evaluate(controls), what="the service worker controls the page")
        page.goto(f"{site}/nothing-here")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("header.top")).to_be_visible()
        # A session that ended leads to the login, and from there back.
        page.context.clear_cookies()
        page.goto(f"{site}/bookings")
        page.wait_for_url("**/login?next=/bookings")
        expect(page.locator("#password")).to_be_visible()


#: The browser's program on a server that answers when it is told to, with the browser's own caches.
ASKED = """
async () => {
  const told = {}, answers = {};
  const self = {
    addEventListener: (name, act) => { told[name] = act; },
    skipWaiting: () => {}, clients: { claim: () => {} },
  };
  const fetch = (request) => new Promise((resolve) => { answers[request.url] = resolve; });
  (() => {
    PROGRAM
  })();
  const waited = [];
  const open = (path, method = "GET") => {
    const request = { url: new URL(path, location).href, method, mode: "navigate" };
    told.fetch({
      request, respondWith: (answer) => waited.push(answer), waitUntil: (work) => waited.push(work),
    });
    return () => answers[request.url]?.(new Response("private", { status: 200 }));
  };
  const kept = async () => {
    for (let done = 0; done < waited.length; done += 1) await waited[done];
    return (await (await caches.open("gadong-kept")).keys()).length;
  };
  const found = [];
  const first = open("/bookings");
  first();
  found.push(await kept());
  for (const way of ["/logout", "/login", "/login/return?code=x", "/recover/word"]) {
    const page = open("/bookings");
    const leaving = open(way);
    page();
    leaving();
    found.push(await kept());
  }
  return found;
}
"""


def test_a_page_on_its_way_is_not_kept_for_the_next_person(
    browser: Browser, site: str, world: World
) -> None:
    world.company()
    _, email = member_of(world)
    with person(browser, site, email) as page:
        # One page is kept; then somebody else comes before the next has arrived.
        program = (STATIC / "service-worker.js").read_text(encoding="utf-8")
        assert page.evaluate(ASKED.replace("PROGRAM", program)) == [1, 0, 0, 0, 0]


#: Makes a kept page older than it is.
OLDER = """
async ([path, hours]) => {
  const kept = await caches.open("gadong-kept");
  const page = await kept.match(path);
  const headers = new Headers(page.headers);
  headers.set("x-gadong-kept-at", new Date(Date.now() - hours * 3_600_000).toISOString());
  await kept.put(path, new Response(await page.blob(), { headers }));
}
"""


def test_a_kept_page_is_shown_no_longer_than_a_session_lasts(
    browser: Browser, settings: Callable[..., Settings], tmp_path: Path, world: World
) -> None:
    world.company()
    _, email = member_of(world)
    assert timedelta(hours=12) == SESSION_LENGTH
    with (
        serving_program(settings(), tmp_path) as (program, site),
        person(browser, site, email, but=GONE) as page,
    ):
        controls = "() => navigator.serviceWorker.controller !== null"
        until(lambda: page.evaluate(controls), what="the service worker controls the page")
        page.goto(f"{site}/bookings")
        is_kept(page, "/bookings")
        program.stop()
        for hours, heading in ((11.9, "내 예약"), (12.1, "연결되지 않음"), (0, "연결되지 않음")):
            if hours:
                page.evaluate(OLDER, ["/bookings", hours])
            page.goto(f"{site}/bookings")
            expect(page.locator("h1").first).to_have_text(heading)
