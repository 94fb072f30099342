"""The first visit of each main page, as a browser with an empty cache sees it.

A telephone opens the pages of its bottom bar, and a desk the manager's first page. Each is loaded
with the processor slowed down, so that this machine stands in for a cheap telephone.

Computers differ and are busy. So each page's largest paint stands beside that of a bare page of the
same run. That page is one sentence without a style, from a server that does nothing else.

The shift is that of a second look without our fonts. This machine has no Korean letters of its own.
The arrival of ours would move every line here, as on no telephone in Korea.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from threading import Thread
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from tests.support.pages.browser import DESKTOP, TELEPHONE
from tests.support.world import PASSWORD

#: The budget: bytes over the wire but fonts, and when the largest part is painted.
MOST_BYTES, MOST_MILLISECONDS = 250_000, 1_000
#: Below this nobody sees a shift: a pixel of a line of text.
MOST_SHIFT = 0.001
SLOWED = 4
BARE_VISITS = 3
BAR = ("/machines", "/bookings", "/at", "/statements")
DESK = ("/desk",)
# Kept from the first paint on; the page's policy lets no script of another be added later.
WATCH = """
    window.shift = 0; window.painted = 0; window.blocked = 0;
    new PerformanceObserver((seen) => seen.getEntries().forEach((one) => {
        window.blocked += one.duration;
    })).observe({ type: "longtask", buffered: true });
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
    """One page's first visit: what was sent, how far it moved, and when its largest part stood.

    `blocked_ms` is the sum of the tasks of more than 50 ms, in which nothing else is drawn.
    `bare_ms` is the largest paint of a bare page of the same run.
    """

    path: str
    sent_bytes: int
    shift: float
    painted_ms: float
    blocked_ms: float
    bare_ms: float

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
            f"{self.shift:.3f}, largest paint after {self.painted_ms:.0f} ms at {SLOWED} x slower, "
            f"{self.painted_ms / self.bare_ms:.1f} x a bare page ({self.bare_ms:.0f} ms), "
            f"long tasks {self.blocked_ms:.0f} ms; {verdict}"
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
    bare_ms = bare_paint(browser, size, slowed)
    found = []
    for path in paths:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            storage_state=state,
            locale="ko-KR",
            is_mobile=size == TELEPHONE,
            service_workers="block",
        )
        found.append(_visit(context.new_page(), site, path, slowed, bare_ms))
        context.close()
    return found


def members(browser: Browser, site: str, email: str) -> list[FirstVisit]:
    """Visit the pages of the bottom bar on a telephone."""
    return visits(browser, site, email, BAR, TELEPHONE)


def managers(browser: Browser, site: str, email: str) -> list[FirstVisit]:
    """Visit the manager's first page on a desk."""
    return visits(browser, site, email, DESK, DESKTOP)


def bare_paint(browser: Browser, size: tuple[int, int], slowed: int) -> float:
    """Return the largest paint of a page of one sentence, the median of some empty caches."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _BarePage)
    Thread(target=server.serve_forever, daemon=True).start()
    times = []
    for _ in range(BARE_VISITS):
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = context.new_page()
        protocol = page.context.new_cdp_session(page)
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.add_init_script(WATCH)
        times.append(_settled(page, f"http://127.0.0.1:{server.server_port}/").painted)
        context.close()
    server.shutdown()
    server.server_close()
    return median(times)


class _BarePage(BaseHTTPRequestHandler):
    """A server of one page, which nothing dresses."""

    def do_GET(self) -> None:
        """Answer every address with the page."""
        body = "<!doctype html><title>-</title><p>오늘 빈 시간을 보고 예약합니다.".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Say nothing."""


def _visit(page: Page, site: str, path: str, slowed: int, bare_ms: float) -> FirstVisit:
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
    first = _settled(page, f"{site}{path}")
    sent_bytes = sum(size for request, size in sent.items() if request not in fonts)
    protocol.send("Network.setBlockedURLs", {"urls": ["*.woff2"]})
    shift = _settled(page, f"{site}{path}").shift
    return FirstVisit(
        path=path,
        sent_bytes=sent_bytes,
        shift=shift,
        painted_ms=first.painted,
        blocked_ms=first.blocked,
        bare_ms=bare_ms,
    )


class _Seen(NamedTuple):
    """The measures of a page's own observers, until it rested."""

    shift: float
    painted: float
    blocked: float


def _settled(page: Page, address: str) -> _Seen:
    """Open a page, wait until nothing comes any more, and return what was seen."""
    page.goto(address, wait_until="load")
    if address.endswith(DESK):
        page.locator(".tiles").wait_for()
    page.evaluate(SETTLED)
    seen = page.evaluate("[window.shift, window.painted, window.blocked]")
    return _Seen(*(float(value) for value in seen))
