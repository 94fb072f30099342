"""The first hour of a centre on pages, from nothing to its first booking, without any script."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser

from gadong.core.database import Pool
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import DESKTOP, TELEPHONE, person
from tests.support.stories.first_hour import MANAGER, FirstHour, nothing_but_a_manager
from tests.support.world import World, registration_number

HALL = (
    ("cmm-1", "cmm", "3차원 측정기", "ledger"),
    ("printer-1", "3d-printer", "3D 프린터", "signal"),
    ("media-1", "room", "멀티미디어실", "neither"),
)


def test_hours_machines_and_firms_are_entered_without_a_script(world: World, visit: Visit) -> None:
    desk = visit(None)
    tomorrow = (datetime.now(world.centre.zone) + timedelta(days=1)).date()
    week = {
        "since": tomorrow.isoformat(),
        "weekday": [str(day) for day in range(5)],
        "opens": ["09:00"] * 5,
        "closes": ["18:00"] * 5,
    }
    assert desk.post("/hours", data=week).status_code == 303
    for slug, kind, name, observed in HALL:
        form = {"slug": slug, "kind": kind, "name_ko": name, "observed": observed}
        made = desk.post("/register", data=form)
        assert (made.status_code, made.headers["location"]) == (303, f"/register/{slug}")
    table = (
        "기업명\t사업자번호\t담당자\t전화번호\n"
        f"한빛정밀\t{registration_number(0)}\t이한빛\t010-1234-5678\n"
        f"대야금형\t{registration_number(1)}\t\t\n"
    )
    given = {"text": table, "since": tomorrow.isoformat(), "category": "small-manufacturer"}
    assert desk.post("/company-import", data={**given, "do": "keep"}).status_code in {200, 303}
    shown = desk.get("/machines").text
    assert all(name in shown for _, _, name, _ in HALL)
    firms = desk.get("/companies").text
    assert "한빛정밀" in firms
    assert "대야금형" in firms
    assert "월,화,수,목,금 09:00-18:00" in desk.get("/hours").text


@pytest.mark.parametrize("size", [TELEPHONE, DESKTOP])
def test_a_manager_goes_from_nothing_to_the_first_booking(
    browser: Browser, site: str, pool: Pool, size: tuple[int, int]
) -> None:
    nothing_but_a_manager(pool)
    with person(browser, site, MANAGER, size=size) as page:
        FirstHour(page).play()
