"""Measure a first visit: bytes over the wire, layout shift and the largest paint.

    python -m bench.page_weight

A telephone opens each page with nothing kept, at a quarter of this processor's speed. Bytes are
what the reverse proxy sends, fonts aside, which come in the parts that a page needs. The
exit status is 1 where a page is beyond its budget.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Response, sync_playwright

from bench.database import own_database
from bench.pages import fill
from deploy.stack import choice
from deploy.stack.browser import chromium
from gadong.settings import Settings
from tests.support.pages.browser import TELEPHONE
from tests.support.programs import serving
from tests.support.world import PASSWORD, World

PATHS = ("/machines", "/machines/mill-0", "/machines/mill-0/book", "/bookings", "/desk", "/floor")
# On a telephone's 3G of 1.6 Mbit/s this is little more than a second.
MOST_BYTES = 250_000
# "Good" of the Web Vitals is 0.1; nothing of ours needs to move at all.
MOST_SHIFT = 0.01
# "Good" is 2.5 s on a telephone's network; here there is no network, and a quarter of a processor.
MOST_MILLISECONDS = 1000
SLOWER = 4
WATCH = """
    window.vitals = { shift: 0, paint: 0 };
    new PerformanceObserver((seen) => {
        for (const one of seen.getEntries())
            if (!one.hadRecentInput) window.vitals.shift += one.value;
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((seen) => {
        for (const one of seen.getEntries()) window.vitals.paint = one.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstVisit:
    """The cost of one page for a browser that had never seen the service."""

    path: str
    sent: int
    shift: float
    paint: float

    @property
    def is_within(self) -> bool:
        """Return whether the page keeps all budgets."""
        return (
            self.sent <= MOST_BYTES and self.shift <= MOST_SHIFT and self.paint <= MOST_MILLISECONDS
        )


def visit(browser: Browser, site: str, session: Any, path: str) -> FirstVisit:
    """Open a page in a browser that keeps nothing but the session."""
    width, height = TELEPHONE
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ko-KR")
    context.add_cookies(session)
    context.add_init_script(WATCH)
    page = context.new_page()
    answers: list[Response] = []
    # Playwright marks its handlers, and a built-in method takes no mark.
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{site}{path}", wait_until="load")
    page.wait_for_timeout(1500)
    vitals = page.evaluate("window.vitals")
    own = [a for a in answers if "/events" not in a.url and a.request.resource_type != "font"]
    sent = sum(_sent(a) for a in own if a.ok)
    context.close()
    return FirstVisit(path=path, sent=sent, shift=vitals["shift"], paint=vitals["paint"])


def _sent(answer: Response) -> int:
    """Return the bytes of an answer behind the proxy (deploy/containers/Caddyfile)."""
    body = answer.body()
    return len(gzip.compress(body)) if "/static/" in answer.url else len(body)


def measure(site: str, world: World) -> list[FirstVisit]:
    """Visit every page for the first time."""
    with chromium(choice.STACK) as address, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address)
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{site}/login")
        page.fill("#email", world.manager_email)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(lambda url: "/login" not in url)
        session = context.cookies()
        context.close()
        return [visit(browser, site, session, path) for path in PATHS]


def main() -> int:
    """Measure, and say which pages are beyond a budget."""
    with own_database() as pool, tempfile.TemporaryDirectory() as logs:
        world = fill(pool)
        settings = Settings(
            database_url=str(pool.conninfo), insecure_cookies=True, points_per_minute=1_000_000
        )
        with serving(settings, Path(logs)) as site:
            visits = measure(site, world)
    for one in visits:
        print(
            f"{one.path}: {one.sent / 1000:.0f} kB, shift {one.shift:.3f}, largest paint after "
            f"{one.paint:.0f} ms{'' if one.is_within else ' BEYOND'}"
        )
    return 0 if all(one.is_within for one in visits) else 1


if __name__ == "__main__":
    sys.exit(main())
