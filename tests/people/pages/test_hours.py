"""The page of a centre's opening hours, its name and its zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.support.page_fixtures import Visit
from tests.support.pages.browser import person
from tests.support.world import World

LATER = datetime.now(World.ZONE).date() + timedelta(days=10)


def today() -> date:
    """The day on the centre's clock, which may end while the tests run."""
    return datetime.now(World.ZONE).date()


def test_a_manager_changes_the_week_from_a_day_on(
    browser: Browser, site: str, world: World
) -> None:
    with person(browser, site, world.manager_email, language="en-GB") as page:
        page.goto(f"{site}/hours")
        page.locator("summary", has_text="as text").click()
        page.fill("#week", "Mon,Tue 18:00-02:00")
        page.fill("#since", LATER.isoformat())
        page.locator("form", has=page.locator("#week")).get_by_role("button").click()
        main = page.locator("main")
        expect(main).to_contain_text("to come")
        expect(main.locator("ul").first).to_contain_text("Mon,Tue 18:00-02:00")


def test_the_grid_sets_a_week_without_a_script(visit: Visit) -> None:
    manager = visit(None)
    form = {
        "since": LATER.isoformat(),
        "weekday": ["0", "0", "1", "4", "6"],
        "opens": ["09:00", "13:00", "09:00", "22:00", ""],
        "closes": ["12:00", "18:00", "24:00", "02:00", ""],
    }
    assert manager.post("/hours", data=form).status_code == 303
    page = manager.get("/hours").text
    for line in ("월 09:00-12:00", "월 13:00-18:00", "화 09:00-00:00", "금 22:00-02:00"):
        assert line in page
    # Friday's night goes on until two on Saturday.
    assert 'y="73" width="24.0"' in page
    assert 'y="87" width="24.0"' in page
    # The fields begin with the week that comes last.
    assert 'value="22:00"' in page


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        ("09:00", "", "여는 시각과 닫는 시각을 09:00, 18:00처럼 함께 적으세요"),
        ("", "18:00", "여는 시각과 닫는 시각을 09:00, 18:00처럼 함께 적으세요"),
        ("25:00", "18:00", "여는 시각과 닫는 시각을 09:00, 18:00처럼 함께 적으세요"),
        ("11:00", "18:00", "운영시간이 겹칩니다: Mon 09:00-12:00, Mon 11:00-18:00"),
    ],
)
def test_a_grid_that_is_no_week_comes_back_filled(
    visit: Visit, opens: str, closes: str, said: str
) -> None:
    form = {
        "since": today().isoformat(),
        "weekday": ["0", "0"],
        "opens": ["09:00", opens],
        "closes": ["12:00", closes],
    }
    answer = visit(None).post("/hours", data=form)
    assert answer.status_code == 409
    assert said in answer.text
    assert f'value="{opens or closes}"' in answer.text


def test_an_empty_grid_closes_the_centre_from_its_day_on(visit: Visit) -> None:
    manager = visit(None)
    before = manager.get("/hours").text.count("휴관")
    form = {"since": LATER.isoformat(), "weekday": ["0"], "opens": [""], "closes": [""]}
    assert manager.post("/hours", data=form).status_code == 303
    assert manager.get("/hours").text.count("휴관") == before + 1


def test_a_week_that_overlaps_comes_back_with_its_reason(visit: Visit) -> None:
    manager = visit(None)
    answer = manager.post(
        "/hours", data={"week": "월 09:00-18:00\n월 17:00-20:00", "since": today().isoformat()}
    )
    assert answer.status_code == 409
    assert "운영시간이 겹칩니다: Mon 09:00-18:00, Mon 17:00-20:00" in answer.text
    # The typed values are still there.
    assert "월 17:00-20:00" in answer.text


def test_a_name_and_a_zone_are_changed(visit: Visit, world: World) -> None:
    manager = visit(None)
    answer = manager.post("/hours/name", data={"name": "새 센터", "since": today().isoformat()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/hours")
    assert manager.post("/hours/zone", data={"zone": "Asia/Tokyo"}).status_code == 303
    page = manager.get("/hours").text
    assert "새 센터" in page
    assert "Asia/Tokyo" in page
    assert manager.post("/hours/zone", data={"zone": "Nowhere"}).status_code == 409


def test_a_member_does_not_see_it(visit: Visit, world: World) -> None:
    member = visit(world.member(world.company()))
    assert member.get("/hours").status_code in {403, 404}
