"""The desk and the floor say what stands still, and the desk's list is live."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, expect

from gadong.booking.services.staff import staff_calls
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.services import ingestion
from gadong.operations.services import checks
from gadong.operations.services.checks import Sights
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import faults, member_of, person
from tests.support.world import World

NOTHING = Sights(memory_file=Path("/nowhere"))
WIDTH = "document.querySelector('.desk-todo').getBoundingClientRect().width"


def test_the_desk_says_what_stands_still_and_no_longer_when_it_works(
    visit: Visit, world: World, pool: Pool
) -> None:
    world.machine("mill-1")
    client = visit(None)
    checks.evaluate(pool, NOTHING)
    page = client.get("/desk").text
    assert page.count("data-standstill") == 1
    assert "장비에서 아무것도 수신되지 않습니다." in page
    day = datetime.now(UTC).astimezone(world.centre.zone)
    assert f"{day:%m/%d}" in page
    assert 'href="/checks"' in page
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    checks.evaluate(pool, NOTHING)
    assert "data-standstill" not in client.get("/desk").text


def test_the_floor_says_that_the_scheduler_stands_still(
    visit: Visit, world: World, pool: Pool
) -> None:
    world.machine("mill-1")
    ingestion.begin_listening(pool, world.centre.id, session_kept=True)
    client = visit(None)
    checks.evaluate(pool, NOTHING)
    assert "data-standstill" not in client.get("/floor").text
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update check_states set seen_at = seen_at - interval '10 minutes'")
    assert client.get("/floor").text.count("data-standstill") == 1


def test_a_member_is_not_told_of_the_service(visit: Visit, world: World, pool: Pool) -> None:
    world.machine("mill-1")
    world.company()
    member, _ = member_of(world)
    checks.evaluate(pool, NOTHING)
    assert "data-standstill" not in visit(member).get("/machines").text
    assert visit(member).get("/desk/waiting").status_code == 403


def test_a_call_appears_on_the_open_desk(browser: Browser, site: str, world: World) -> None:
    machine = world.machine("mill-1")
    world.company()
    member, _ = member_of(world)
    with person(browser, site, world.manager_email) as page:
        page.goto(f"{site}/desk")
        expect(page.locator("#stream")).to_have_text("● 실시간")
        expect(page.get_by_text("드릴이 걸렸어요")).to_have_count(0)
        staff_calls.call(world.pool, member, machine, words="드릴이 걸렸어요")
        expect(page.get_by_text("드릴이 걸렸어요")).to_be_visible(timeout=20_000)
        assert faults(page) == []
        page.locator("#todo-called button").click()
        expect(page.get_by_text("드릴이 걸렸어요")).to_have_count(0, timeout=20_000)


def test_the_floor_moves_nothing_when_it_comes(browser: Browser, site: str, world: World) -> None:
    world.machine("mill-1")
    with person(browser, site, world.manager_email) as page:
        page.goto(f"{site}/desk")
        whole = page.evaluate(WIDTH)
        # A browser paints the to-do before it has read the floor, the last part of the page.
        page.evaluate("document.getElementById('todo-floor').remove()")
        assert page.evaluate(WIDTH) == whole < page.evaluate("innerWidth") * 0.6


def test_the_first_machine_of_a_hall_appears_on_the_open_desk(
    browser: Browser, site: str, world: World
) -> None:
    with person(browser, site, world.manager_email) as page:
        page.goto(f"{site}/desk")
        expect(page.locator("#stream")).to_have_text("● 실시간")
        alone = page.evaluate(WIDTH)
        world.machine("mill-1")
        expect(page.locator("#todo-floor .mini")).to_have_count(1, timeout=20_000)
        expect(page.locator("#stream")).to_have_text("● 실시간")
        assert page.evaluate(WIDTH) < alone * 0.7, "and it has its column"
        assert faults(page) == []
