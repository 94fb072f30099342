"""The pages of closures: whom one hits is seen before it is made."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, expect

from api.pages.frame.listing import ROWS
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.domain.period import Period
from tests.support.booking.closures import HOURS, booked, close, closing
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import person
from tests.support.world import World

FIELD = "%Y-%m-%dT%H:%M"


def test_a_manager_sees_whom_a_closure_hits_then_closes_and_opens_again(
    browser: Browser, site: str, world: World
) -> None:
    machine, _sister = world.machine("mill-a"), world.machine("mill-b")
    booking = booked(world, machine, world.member(world.company(name="한솔정밀")))
    start, end = (i.astimezone(world.ZONE).strftime(FIELD) for i in (HOURS.start, HOURS.end))
    with person(browser, site, world.manager_email, language="en-GB") as page:
        page.goto(f"{site}/closures")
        page.select_option("#machine", machine.slug)
        page.fill("#start", start)
        page.fill("#end", end)
        page.fill("#reason", "spindle")
        page.get_by_role("button", name="Show whom it hits").click()
        main = page.locator("main")
        expect(main).to_contain_text("한솔정밀")
        expect(main).to_contain_text("What would do instead: Mill ")
        page.get_by_role("button", name="Close, and tell them").click()
        expect(main).to_contain_text("1 bookings fall into it")
        page.goto(f"{site}/bookings/{booking.id}")
        expect(page.locator("main")).to_contain_text("The machine is closed in this time: spindle.")
        page.goto(f"{site}/closures")
        page.locator("main ul.plain li a").first.click()
        page.fill("#lift-reason", "done")
        page.get_by_role("button", name="Open again").click()
        expect(page.locator("main")).to_contain_text("Nothing is closed or to be closed.")


def test_a_change_that_cannot_be_comes_back_with_its_reason(visit: Visit, world: World) -> None:
    closure = close(world, world.machine()).closure
    start, end = (i.astimezone(world.ZONE).strftime(FIELD) for i in (HOURS.start, HOURS.end))
    manager = visit(None)
    answer = manager.post(
        f"/closures/{closure.id}", data={"start": start, "end": end, "reason": " ", "do": "keep"}
    )
    assert answer.status_code == 409
    later = (HOURS.end + timedelta(hours=1)).astimezone(world.ZONE).strftime(FIELD)
    answer = manager.post(
        f"/closures/{closure.id}",
        data={"start": start, "end": later, "reason": "늦음", "do": "keep"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/closures/{closure.id}")
    assert visit(world.member(world.company())).get("/closures").status_code in {403, 404}


def test_a_closure_that_began_between_two_minutes_gets_another_end(
    visit: Visit, world: World
) -> None:
    now = datetime.now(UTC)
    begin = now.replace(second=now.second or 1, microsecond=0) - timedelta(minutes=5)
    begun = Period(begin, begin + timedelta(days=2))
    closure = closures.close(
        world.pool, world.manager, closing(world, world.machine(), begun), now=begin
    ).closure
    manager = visit(None)
    page = manager.get(f"/closures/{closure.id}").text
    (start,) = re.findall(r'name="start"[^>]*value="([^"]+)"', page)
    later = (begin + timedelta(days=3)).astimezone(world.ZONE).strftime(FIELD)
    answer = manager.post(
        f"/closures/{closure.id}",
        data={"start": start, "end": later, "reason": "늦음", "do": "keep"},
    )
    assert answer.status_code == 303, answer.text


def test_past_closures_stay_listed_and_a_list_is_searched(visit: Visit, world: World) -> None:
    machine = world.machine("mill-a")
    now = datetime.now(UTC)

    def closed(days: int, reason: str) -> None:
        start = now + timedelta(days=days)
        wanted = Closing(
            centre=world.centre.id,
            machine=machine,
            period=Period(start, start + timedelta(hours=1)),
            kind="maintenance",
            reason=reason,
        )
        closures.close(world.pool, world.manager, wanted, now=now)

    closed(-400, "주축 교체")
    closed(-3, "누유 수리")
    for day in range(1, ROWS + 2):
        closed(day, f"점검 {day}")
    manager = visit(None)
    coming = manager.get("/closures").text
    assert coming.index("점검 2\n") < coming.index("점검 10\n")
    assert "주축 교체" not in coming
    assert f"점검 {ROWS + 1}\n" not in coming
    assert f"점검 {ROWS + 1}\n" in manager.get("/closures?order=start&page=2").text
    past = manager.get("/closures?when=past").text
    assert past.index("누유 수리") < past.index("주축 교체")
    assert "점검 1\n" not in past
    found = manager.get("/closures", params={"when": "past", "q": "mill-a 주축"}).text
    assert ("주축 교체" in found, "누유 수리" in found) == (True, False)
    assert 'href="/closures?when=past">모두 보기' in found
