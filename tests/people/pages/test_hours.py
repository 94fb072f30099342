"""The page of a centre's opening hours, its name and its zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import Browser, expect

from tests.pages.test_browser import person
from tests.support.page_fixtures import Visit
from tests.support.world import World

TODAY = datetime.now(World.ZONE).date()
LATER = TODAY + timedelta(days=10)


def test_a_manager_changes_the_week_from_a_day_on(
    browser: Browser, site: str, world: World
) -> None:
    with person(browser, site, world.manager_email, language="en-GB") as page:
        page.goto(f"{site}/hours")
        page.fill("#week", "Mon,Tue 18:00-02:00")
        page.fill("#since", LATER.isoformat())
        page.locator("form", has=page.locator("#week")).get_by_role("button").click()
        main = page.locator("main")
        expect(main).to_contain_text("to come")
        expect(main.locator("ul").first).to_contain_text("Mon,Tue 18:00-02:00")


def test_a_week_that_overlaps_comes_back_with_its_reason(visit: Visit) -> None:
    manager = visit(None)
    answer = manager.post(
        "/hours", data={"week": "월 09:00-18:00\n월 17:00-20:00", "since": TODAY.isoformat()}
    )
    assert answer.status_code == 409
    assert "운영시간이 겹칩니다: Mon 09:00-18:00, Mon 17:00-20:00" in answer.text
    # The typed values are still there.
    assert "월 17:00-20:00" in answer.text


def test_a_name_and_a_zone_are_changed(visit: Visit, world: World) -> None:
    manager = visit(None)
    answer = manager.post("/hours/name", data={"name": "새 센터", "since": TODAY.isoformat()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/hours")
    assert manager.post("/hours/zone", data={"zone": "Asia/Tokyo"}).status_code == 303
    page = manager.get("/hours").text
    assert "새 센터" in page
    assert "Asia/Tokyo" in page
    assert manager.post("/hours/zone", data={"zone": "Nowhere"}).status_code == 409


def test_a_member_does_not_see_it(visit: Visit, world: World) -> None:
    member = visit(world.member(world.company()))
    assert member.get("/hours").status_code in {403, 404}
