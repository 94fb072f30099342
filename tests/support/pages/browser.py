"""People in a real browser, and the faults that axe finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from deploy.stack import choice
from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.domain.access import Caller
from gadong.core.domain.period import Period
from gadong.machines.services import machines
from tests.support.world import PASSWORD, World

TELEPHONE, DESKTOP = (390, 800), (1440, 900)


Theme = Literal["light", "dark"]


@contextmanager
def person(
    browser: Browser,
    site: str,
    email: str,
    *,
    size: tuple[int, int] = DESKTOP,
    theme: Theme = "light",
    language: str = "ko-KR",
    but: str = "nothing",
) -> Iterator[Page]:
    """Somebody with a browser of their own, logged in.

    At its end the console was clean `but` for what was meant.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme=theme,
        timezone_id="America/New_York",
    )
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console",
        lambda m: said.append(f"{page.url}: {m.text}") if m.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda trouble: said.append(f"{page.url}: {trouble}"))
    page.goto(f"{site}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)
    yield page
    context.close()
    assert [line for line in said if but not in line] == []


def tomorrow(world: World, hour: int) -> datetime:
    """An hour of tomorrow on the centre's clock."""
    today = datetime.now(world.centre.zone).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def member_of(world: World, index: int = 0) -> tuple[Caller, str]:
    """Somebody of a company, and their address."""
    caller = world.member(world.companies[index])
    return caller, world.emails[caller.person_id]


def booked(world: World, who: Caller, hour: int, *, purpose: str = "") -> Booking:
    """Two hours of tomorrow on the mill."""
    start = tomorrow(world, hour)
    wish = Request(
        machine=machines.find(world.pool, who, "mill-1"),
        company=next(iter(who.companies)),
        period=Period(start, start + timedelta(hours=2)),
        purpose=purpose,
    )
    return bookings.request(world.pool, who, wish, now=datetime.now(UTC))[0]


def drag(page: Page, machine: str, day: str, since: float, until: float) -> None:
    """Draw from one hour of a lane of the week to another."""
    box = page.locator(f'.track[data-machine="{machine}"][data-day="{day}"]').bounding_box()
    first, last = (
        int(page.locator("#week").get_attribute(f"data-{name}") or 0) / 60
        for name in ("first", "last")
    )
    assert box
    scale, y = box["width"] / (last - first), box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + (since - first) * scale, y)
    page.mouse.down()
    page.mouse.move(box["x"] + (until - first) * scale, y, steps=8)
    page.mouse.up()


def faults(page: Page) -> list[str]:
    """Return axe-core's serious and critical findings."""
    source = (choice.STACK / "axe/axe.min.js").read_text()
    page.evaluate(source)
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{page.url} {v['id']}: {v['nodes'][0]['html'][:120]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
    ]
