"""The end of one's time at a machine: minutes and won so far, and the sum that it came to.

The page asks a question before a person leaves a machine that runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from httpx2 import Response
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.dialects.domain.signal import Channel
from gadong.settings import Settings
from tests.support.machines.at_the_machine import began, said
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import member_of, person
from tests.support.programs import serving_program
from tests.support.world import World


def test_a_person_sees_the_cost_so_far_and_is_asked_before_leaving_a_running_machine(
    browser: Browser, settings: Callable[..., Settings], tmp_path: Path, world: World
) -> None:
    machine, company = world.machine("printer-1"), world.company()
    world.tariff()
    source = world.source(machine)
    _, email = member_of(world)
    said(world, source, -50, (Channel.ACTIVITY, "idle"))
    booking = world.booked(
        machine, company, began(world.centre.id) - timedelta(minutes=40), hours=2
    )
    came = Hand(who=world.manager, booking=booking.id, version=booking.version)
    booking_changes.check_in(world.pool, came, now=began(world.centre.id) - timedelta(minutes=39))
    said(world, source, -30, (Channel.ACTIVITY, "running"), (Channel.PROGRESS, 40.0))
    with ExitStack() as server:
        _, site = server.enter_context(serving_program(settings(), tmp_path))
        # The question before leaving is answered with 409, which the browser writes down.
        page = server.enter_context(person(browser, site, email, but="409"))
        page.goto(f"{site}/at/printer-1")
        cost = page.locator(".so-far")
        expect(cost).to_contain_text(re.compile(r"3\d분 가동"))
        said(world, source, -10, (Channel.ACTIVITY, "idle"))
        expect(cost).to_contain_text("20분 가동 → 20분 청구")
        expect(cost).to_contain_text("11,000원")
        said(world, source, -5, (Channel.ACTIVITY, "running"), (Channel.PROGRESS, 70.0))
        expect(page.locator("#here progress")).to_have_attribute("value", "70")
        page.get_by_role("button", name="사용 종료").click()
        question = page.get_by_role("alert").filter(has_text="장비가 아직 가동 중입니다")
        expect(question).to_contain_text("70 %")
        question.get_by_role("link", name="계속 사용").click()
        expect(page).to_have_url(f"{site}/at/printer-1")
        page.get_by_role("button", name="사용 종료").click()
        question.get_by_role("button", name="그래도 사용 종료").click()
        outcome = page.locator(".outcome")
        expect(outcome).to_contain_text("다음 예약이 없습니다")
        said(world, source, 0, (Channel.ACTIVITY, "idle"))
        page.reload()
        expect(outcome).to_contain_text("25분 가동")
        page.goto(f"{site}/at/printer-1")
        page.get_by_role("link", name="지난 이용 결과 보기").click()
        expect(page).to_have_url(f"{site}/bookings/{booking.id}")
        page.get_by_role("link", name="다시 예약").click()
        expect(page).to_have_url(f"{site}/machines/printer-1/book?minutes=120")


def left(own: TestClient, slug: str) -> Response:
    """Use the form of the machine's page twice: check in, then out."""
    answer: Response | None = None
    for step in ("check-in", "check-out"):
        form = re.search(
            rf'action="(/bookings/[^"]+/{step})">\s*<input [^>]*value="(\d+)"',
            own.get(f"/at/{slug}").text,
        )
        if form:
            answer = own.post(form[1], data={"version": form[2]})
    assert answer is not None
    return answer


def test_who_leaves_a_machine_at_rest_is_not_asked(visit: Visit, world: World) -> None:
    machine, company = world.machine("printer-1"), world.company()
    source = world.source(machine)
    said(world, source, -50, (Channel.ACTIVITY, "idle"))
    booking = world.booked(machine, company, began(world.centre.id) - timedelta(minutes=5), hours=2)
    later = world.booked(machine, company, began(world.centre.id) + timedelta(days=2))
    own = visit(world.member(company))
    assert left(own, machine.slug).headers["location"] == f"/bookings/{booking.id}"
    shown = own.get(f"/bookings/{booking.id}").text
    assert "이용 결과" in shown
    assert "가동하지 않았습니다" in shown
    assert "요금이 게시되지 않았습니다" in shown
    # The manager booked both in the manager's own name.
    assert f'href="/bookings/{later.id}"' in shown


def test_leaving_is_asked_about_while_it_runs_or_pauses_only(visit: Visit, world: World) -> None:
    company = world.company()
    own = visit(world.member(company))
    asked = {}
    for state in ("running", "paused", "idle", "setup"):
        machine = world.machine(f"printer-{state}")
        source = world.source(machine)
        world.booked(machine, company, began(world.centre.id) - timedelta(minutes=5), hours=2)
        said(world, source, -3, (Channel.ACTIVITY, state))
        answer = left(own, machine.slug)
        asked[state] = (answer.status_code, "장비가 아직 가동 중입니다" in answer.text)
    assert asked == {
        "running": (409, True),
        "paused": (409, True),
        "idle": (303, False),
        "setup": (303, False),
    }
