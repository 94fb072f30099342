"""The first visit of each main page, as a browser with an empty cache sees it.

A telephone opens the pages of its bottom bar, and a desk the manager's first page. Each is loaded
with the processor slowed down, so that this machine stands in for a cheap telephone.

The shift is that of a second look without our fonts. This machine has no Korean letters of its own.
The arrival of ours would move every line here, as on no telephone in Korea.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from tests.support.pages.browser import DESKTOP, TELEPHONE
from tests.support.world import PASSWORD

#: The budget: bytes over the wire but fonts, and when the largest part is painted.
MOST_BYTES, MOST_MILLISECONDS = 250_000, 1_000
#: Below this nobody sees a shift: a pixel of a line of text.
MOST_SHIFT = 0.001
SLOWED = 4
BAR = ("/machines", "/bookings", "/at", "/statements")
DESK = ("/desk",)
# Kept from the first paint on; the page's policy lets no script of another be added later.
WATCH = """
    window.shift = 0; window.painted = 0;
    new PerformanceObserver((seen) => seen.getEntries().forEach((one) => {
        if (!one.hadRecentInput) window.shift += one.value;
    })).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((seen) => {
        window.painted = seen.getEntries().at(-1).startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
"""
# Fonts may move text when they come, and a part of the page may be fetched after it.
SETTLED = """
    () => document.fonts.ready.then(() => new Promise((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200)))))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstVisit:
    """One page's first visit: what was sent, how far it moved, and when its largest part stood."""

    path: str
    sent_bytes: int
    shift: float
    painted_ms: float

    @property
    def row(self) -> str:
        """Return the visit as a line for a reader, with what misses the budget."""
        misses = [
            name
            for name, is_over in (
                ("bytes", self.sent_bytes > MOST_BYTES),
                ("shift", self.shift > MOST_SHIFT),
                ("paint", self.painted_ms > MOST_MILLISECONDS),
            )
            if is_over
        ]
        verdict = f"NOT MET: {', '.join(misses)}" if misses else "met"
        return (
            f"first visit of {self.path}: {self.sent_bytes / 1000:.0f} kB but fonts, layout shift "
            f"{self.shift:.3f}, largest paint after {self.painted_ms:.0f} ms at {SLOWED} x slower; "
            f"{verdict}"
        )


def visits(
    browser: Browser,
    site: str,
    email: str,
    paths: tuple[str, ...],
    size: tuple[int, int],
    *,
    slowed: int = SLOWED,
) -> list[FirstVisit]:
    """Visit each page with an empty cache, as somebody who is logged in."""
    door = browser.new_context()
    page = door.new_page()
    page.goto(f"{site}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)
    state = door.storage_state()
    door.close()
    found = []
    for path in paths:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            storage_state=state,
            locale="ko-KR",
            is_mobile=size == TELEPHONE,
            service_workers="block",
        )
        found.append(_visit(context.new_page(), site, path, slowed))
        context.close()
    return found


def members(browser: Browser, site: str, email: str) -> list[FirstVisit]:
    """Visit the pages of the bottom bar on a telephone."""
    return visits(browser, site, email, BAR, TELEPHONE)


def managers(browser: Browser, site: str, email: str) -> list[FirstVisit]:
    """Visit the manager's first page on a desk."""
    return visits(browser, site, email, DESK, DESKTOP)


def _visit(page: Page, site: str, path: str, slowed: int) -> FirstVisit:
    protocol = page.context.new_cdp_session(page)
    sent, fonts = {}, set()

    def on_answer(event: dict[str, Any]) -> None:
        if event["type"] == "Font":
            fonts.add(event["requestId"])

    def on_end(event: dict[str, Any]) -> None:
        sent[event["requestId"]] = int(event["encodedDataLength"])

    listeners: dict[str, Callable[[dict[str, Any]], None]] = {
        "Network.responseReceived": on_answer,
        "Network.loadingFinished": on_end,
    }
    for name, listener in listeners.items():
        protocol.on(name, listener)
    protocol.send("Network.enable")
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    page.add_init_script(WATCH)
    painted = _settled(page, f"{site}{path}")[1]
    sent_bytes = sum(size for request, size in sent.items() if request not in fonts)
    protocol.send("Network.setBlockedURLs", {"urls": ["*.woff2"]})
    shift = _settled(page, f"{site}{path}")[0]
    return FirstVisit(path=path, sent_bytes=sent_bytes, shift=shift, painted_ms=painted)


def _settled(page: Page, address: str) -> tuple[float, float]:
    """Open a page, wait until nothing comes any more, and return its shift and largest paint."""
    page.goto(address, wait_until="load")
    if address.endswith(DESK):
        page.locator(".tiles").wait_for()
    page.evaluate(SETTLED)
    shift, painted = page.evaluate("[window.shift, window.painted]")
    return float(shift), float(painted)
