"""Every page in a browser: no fault for axe, and no sideways scroll at 320 pixels.

One browser visits each page once for each kind of person. It looks at the page on a desk and on a
telephone, in the light and in the dark. The desk's zoom of 200 % and the narrowest telephone scroll
no page sideways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx2
from playwright.sync_api import Browser, BrowserContext, Page

from deploy.stack import choice
from tests.support.api.access import NOW, Stage, stage
from tests.support.pages.browser import DESKTOP, TELEPHONE, Theme
from tests.support.pages.routes import routes

__all__ = ["stage"]  # pytest finds fixtures by their names here

# The width of the oldest telephones, and of 1280 pixels at a zoom of 400 % (WCAG 1.4.10).
NARROW = (320, 640)
# A desk of 1440 × 900 at a zoom of 200 %.
ZOOMED = (720, 450)
#: What another theme or width may change: colours, what is cut or hidden, and what is small to tap.
#: The light on a desk is asked everything, and so is the light on a telephone.
COLOURS = {"runOnly": ["color-contrast", "scrollable-region-focusable"]}
LOOKS: tuple[tuple[Theme, tuple[int, int], dict[str, list[str]]], ...] = (
    ("light", DESKTOP, {}),
    ("dark", DESKTOP, COLOURS),
    ("dark", TELEPHONE, COLOURS),
    ("light", TELEPHONE, {}),
)
RUN = """async (options) =>
    (await axe.run(document, {resultTypes: ['violations'], ...options})).violations
        .map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`)"""
#: How many pages each kind of person sees at least, beside what is added later.
LEAST_SEEN = {"manager": 60, "owner": 30, "nobody": 5}
#: Answers that are no pages of ours: files, redirections and parts.
NO_PAGE = {"/", "/login/provider", "/login/return", "/service-worker.js"}


def test_everybody_can_use_every_page(browser: Browser, site: str, stage: Stage) -> None:
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for role in ("manager", "owner", "nobody"):
        context = visitor(browser, site, stage, role)
        page = context.new_page()
        for path in addresses(stage):
            if is_shown(page, f"{site}{path}"):
                seen[role] = seen.get(role, 0) + 1
                wrong += [f"{role} {path} {fault}" for fault in faults(page)]
        context.close()
    assert not wrong, "\n".join(wrong)
    # A page that fails to open would be left out in silence.
    assert {role: seen[role] >= least for role, least in LEAST_SEEN.items()} == dict.fromkeys(
        LEAST_SEEN, True
    ), seen


def visitor(browser: Browser, site: str, found: Stage, role: str) -> BrowserContext:
    """Return a browser of somebody who is logged in already, with axe on every page."""
    context = browser.new_context(locale="ko-KR", reduced_motion="reduce")
    if role in found.sessions:
        session = {"name": "gadong_session", "value": found.sessions[role], "url": site}
        context.add_cookies([session])  # type: ignore[list-item]  # a TypedDict of the library
    context.add_init_script(path=choice.STACK / "axe/axe.min.js")
    return context


def addresses(found: Stage) -> Iterator[str]:
    """Yield the address of every page that is read."""
    ids = {
        **found.ids,
        "company_id": found.ids["company"],
        "word": "none",
        "kind": "terms",
        "name": "notice_minutes",
        "moment": "before",
    }
    queries = {
        "/machines/{slug}/book": f"?start={NOW + timedelta(days=3):%Y-%m-%dT%H:%M}&minutes=60",
        "/calendar/beside": f"?m={found.ids['slug']}&m=bench",
    }
    for route in routes():
        if "GET" in (route.methods or ()) and route.path not in NO_PAGE:
            where = re.sub(r"\{(\w+)(:\w+)?\}", lambda name: ids.get(name[1], "none"), route.path)
            yield where + queries.get(route.path, "")


def is_shown(page: Page, address: str) -> bool:
    """Open an address on a desk, and return whether it is a page that this person may see.

    The browser opens only what is answered with a page. A refusal takes it as long to draw, and
    most addresses are not for most people.
    """
    if not is_page(page, address):
        return False
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    answer = page.goto(address)
    is_own = page.url == address  # others are led to the login, or to what is theirs
    return answer is not None and answer.ok and is_own and bool(page.query_selector("#main"))


def is_page(page: Page, address: str) -> bool:
    """Return whether an address answers this person with a page; its text is not waited for."""
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies(address)}
    told = {"accept": "text/html", "accept-language": "ko-KR"}
    with httpx2.stream("GET", address, headers=told, cookies=cookies) as answer:
        kind = answer.headers.get("content-type", "")
        return answer.is_success and kind.startswith("text/html")


def faults(page: Page) -> Iterator[str]:
    """Yield what is wrong with a page in each theme and width, and on the narrowest telephone."""
    for theme, (width, height), options in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": height})
        yield from (f"{theme} at {width} {fault}" for fault in page.evaluate(RUN, options))
    for most, height in (ZOOMED, NARROW):
        page.set_viewport_size({"width": most, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > most:
            yield f"is {wide} pixels wide on {most}"
