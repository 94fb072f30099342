"""A notice in Chromium: the service worker shows it, and leads to its page."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Browser, expect

from tests.support.pages.browser import TELEPHONE, member_of, person
from tests.support.waiting import until
from tests.support.world import World

TOLD = {
    "title": "예약 확정: 밀링 · 센터",
    "body": "밀링, 2026-12-01 10:00–12:00 예약이 확정되었습니다.",
    "lang": "ko",
    "url": "/bookings",
    "tag": "one",
}
#: Ends the workers that the site registered.
ENDED = """
async () => {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}
"""
#: What the worker does with a notice that is tapped, with the pages that it may open.
TAPPED = """
async ([program, path]) => {
  const acts = {}, opened = [];
  const self = {
    addEventListener: (name, act) => { acts[name] = act; },
    clients: { matchAll: async () => [], openWindow: async (url) => opened.push(url) },
  };
  new Function("self", "caches", program)(self, caches);
  let closed = false, work;
  const notification = { close: () => { closed = true; }, data: path };
  acts.notificationclick({ notification, waitUntil: (promise) => { work = promise; } });
  await work;
  return [closed, opened];
}
"""


def test_a_pushed_notice_is_shown_once_with_its_words(
    browser: Browser, site: str, world: World
) -> None:
    world.company()
    _, email = member_of(world)
    with person(browser, site, email, size=TELEPHONE) as page:
        page.context.grant_permissions(["notifications"], origin=site)
        ready = "async () => Boolean((await navigator.serviceWorker.ready).active)"
        until(lambda: page.evaluate(ready), what="the service worker is active")
        known: list[dict[str, Any]] = []
        cdp = page.context.new_cdp_session(page)
        cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: known.extend(event["registrations"]),
        )
        cdp.send("ServiceWorker.enable")
        until(lambda: bool(page.evaluate("1") and known), what="the registration is known")
        for _ in range(2):
            cdp.send(
                "ServiceWorker.deliverPushMessage",
                {
                    "origin": site,
                    "registrationId": known[0]["registrationId"],
                    "data": json.dumps(TOLD),
                },
            )
        shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
            .map(({ title, body, lang, tag, data }) => ({ title, body, lang, tag, url: data }))"""
        until(lambda: page.evaluate(shown), what="the notice is shown")
        assert page.evaluate(shown) == [TOLD]


def test_a_tapped_notice_opens_a_page_of_ours_and_no_other(
    browser: Browser, site: str, world: World
) -> None:
    world.company()
    _, email = member_of(world)
    with person(browser, site, email) as page:
        # The page's own rules let no text become a program; one without them does.
        program = page.evaluate("async () => (await fetch('/service-worker.js')).text()")
        # A worker's own requests are not routed, so this page's is ended first.
        page.evaluate(ENDED)
        page.route("**/empty", lambda route: route.fulfill(body="<!doctype html>"))
        page.goto(f"{site}/empty")
        assert page.evaluate(TAPPED, [program, "/bookings"]) == [True, [f"{site}/bookings"]]
        assert page.evaluate(TAPPED, [program, "https://elsewhere.example/"]) == [True, []]


def test_the_account_offers_notices_in_this_browser(
    browser: Browser, site: str, world: World
) -> None:
    world.company()
    _, email = member_of(world)
    with person(browser, site, email, size=TELEPHONE) as page:
        page.goto(f"{site}/account")
        expect(page.get_by_role("button", name="여기에서 알림 받기")).to_be_visible()
