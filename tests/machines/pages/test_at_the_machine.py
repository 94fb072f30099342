"""At a machine: one's job as it goes, the staff called once and answered, and a wall that names
nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from gadong.booking.services.staff import staff_calls
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Role
from gadong.core.domain.problem import Conflict, NotFound
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import machines
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from gadong.settings import Settings
from tests.support.machines.at_the_machine import began, said
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import member_of, person
from tests.support.pages.pages import text_of
from tests.support.programs import serving_program
from tests.support.world import PASSWORD, World


def colleague(world: World, role: Role) -> str:
    """Somebody else who works at the centre."""
    email = f"{role}@{world.centre.slug}.example"
    members.create_person(
        world.pool,
        OPERATOR,
        email=email,
        name="동료",
        password=PASSWORD,
        centre=world.centre.id,
        roles={role},
    )
    return email


def test_a_call_is_told_once_shown_and_answered(visit: Visit, world: World, pool: Pool) -> None:
    world.machine("mill-1")
    member, other = (world.member(world.company()) for _ in range(2))
    own, desk = visit(member), visit(None)
    assert own.post("/at/mill-1/call", data={"words": "재료가 걸렸습니다"}).status_code == 303
    again = own.post("/at/mill-1/call", data={})
    assert (again.status_code, "이미 호출했습니다" in again.text) == (409, True)
    assert "직원을 호출했습니다" in text_of(own.get("/at/mill-1").text)
    assert "직원을 호출했습니다" not in text_of(visit(other).get("/at/mill-1").text)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
    told = [n.kind for n in jobs.notices(pool, world.manager, before=None, most=10)]
    assert told == ["machine.called"]
    waiting = text_of(desk.get("/desk").text)
    assert "재료가 걸렸습니다" in waiting
    assert "이용자가 직원을 기다립니다" in text_of(desk.get("/floor").text)
    (open_,) = staff_calls.waiting(pool, world.manager, world.centre.id)
    with pytest.raises(NotFound):
        staff_calls.answer(pool, member, open_.id)
    assert staff_calls.waiting(pool, other, world.centre.id) == []
    assert "담당자가 가고 있습니다" not in own.get("/at/mill-1/live").text
    assert desk.post(f"/calls/{open_.id}/answer").status_code == 303
    assert "담당자가 가고 있습니다" in own.get("/at/mill-1/live").text
    assert "담당자가 가고 있습니다" not in visit(other).get("/at/mill-1/live").text
    answered_at = datetime.now(UTC)
    machine = machines.find(pool, member, "mill-1")
    for minutes, is_shown in ((14, True), (16, False)):
        at = answered_at + timedelta(minutes=minutes)
        assert bool(staff_calls.answered(pool, member, machine, now=at)) is is_shown
    with pytest.raises(Conflict):
        staff_calls.answer(pool, world.manager, open_.id)
    assert "재료가 걸렸습니다" not in desk.get("/desk").text
    assert own.post("/at/mill-1/call", data={}).status_code == 303
    assert "담당자가 가고 있습니다" not in own.get("/at/mill-1/live").text


def test_one_sheet_holds_the_code_of_every_machine_in_use(visit: Visit, world: World) -> None:
    for slug in ("mill-1", "mill-2"):
        world.machine(slug)
    sheet = visit(None).get("/qr-codes").text
    assert sheet.count("<svg") >= 2
    assert re.findall(r'<p class="small">(mill-\d)</p>', sheet) == ["mill-1", "mill-2"]
    # A drawing without a viewBox does not grow with its box.
    codes = re.findall(r'<li class="qr">.*?(<svg[^>]*>)', sheet, re.DOTALL)
    assert len(codes) == 2
    assert all("viewBox" in code and "width" not in code for code in codes)
    assert visit(world.member(world.company())).get("/qr-codes").status_code == 403


def test_a_wall_shows_that_somebody_waits_and_not_who(
    visit: Visit, world: World, pool: Pool
) -> None:
    machine = world.machine("mill-1")
    member = world.member(world.company(name="비밀정밀"))
    world.booked(machine, world.companies[0], began(world.centre.id) - timedelta(hours=1), hours=3)
    staff_calls.call(pool, member, machine, words="비밀 도면")
    email = colleague(world, Role.KIOSK)
    desk = visit(None)
    assert "비밀정밀" in desk.get("/floor").text
    wall = visit(member)
    wall.post("/logout")
    wall.post("/login", data={"email": email, "password": PASSWORD, "next": "/floor"})
    shown = wall.get("/floor").text
    assert "이용자가 직원을 기다립니다" in text_of(shown)
    assert "비밀정밀" not in shown
    assert wall.get("/desk").status_code == 403
    technician = colleague(world, Role.TECHNICIAN)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
        row = tx.execute(
            "select count(*) as n from notices n join people p on p.id = n.person_id where "
            "p.email = %s",
            [technician],
        ).fetchone()
    assert row == {"n": 1}


def test_a_job_is_seen_as_it_goes_and_a_lost_connection_is_shown_as_lost(
    browser: Browser, settings: Callable[..., Settings], tmp_path: Path, world: World
) -> None:
    machine, company = world.machine("printer-1"), world.company()
    source = world.source(machine)
    _, email = member_of(world)
    said(world, source, -50, (Channel.ACTIVITY, "idle"))
    world.booked(machine, company, began(world.centre.id) - timedelta(minutes=40), hours=2)
    said(
        world,
        source,
        -30,
        (Channel.JOB, "jig.gcode"),
        (Channel.ACTIVITY, "running"),
        (Channel.PROGRESS, 40.0),
    )
    with ExitStack() as server:
        program, site = server.enter_context(serving_program(settings(), tmp_path))
        page = server.enter_context(person(browser, site, email, but="net::ERR"))
        page.goto(f"{site}/at/printer-1")
        here = page.locator("#here")
        expect(here).to_contain_text("가동")
        expect(here).to_contain_text("작업 jig.gcode")
        expect(here.locator("progress")).to_have_attribute("value", "40")
        expect(page.locator("#stream")).to_contain_text("실시간")
        said(world, source, -20, (Channel.PROGRESS, 80.0))
        expect(here.locator("progress")).to_have_attribute("value", "80")
        said(world, source, -10, (Channel.JOB_RESULT, "done"), (Channel.ACTIVITY, "idle"))
        expect(here).to_contain_text("끝났습니다")
        expect(here).to_contain_text("완료되었습니다")
        expect(page).to_have_title("✓ 밀링 · 가동")
        program.stop()
        expect(page.locator("#stream")).to_contain_text("연결이 끊겼습니다")


def test_of_anothers_job_nothing_is_told(visit: Visit, world: World) -> None:
    machine = world.machine("printer-1")
    source = world.source(machine)
    said(world, source, -50, (Channel.ACTIVITY, "idle"))
    world.booked(machine, world.company(), began(world.centre.id) - timedelta(minutes=40), hours=2)
    said(world, source, -30, (Channel.JOB, "secret.gcode"), (Channel.ACTIVITY, "running"))
    other = visit(world.member(world.company()))
    for path in ("/at/printer-1", "/at/printer-1/live"):
        assert "secret" not in other.get(path).text


def test_a_walls_stream_is_drawn_for_walls(site: str, world: World) -> None:
    machine = world.machine("mill-1")
    world.booked(
        machine,
        world.company(name="비밀정밀"),
        began(world.centre.id) - timedelta(hours=1),
        hours=3,
    )
    boards = []
    for email in (world.manager_email, colleague(world, Role.KIOSK), world.manager_email):
        with httpx2.Client(
            base_url=site, headers={"sec-fetch-site": "same-origin"}, timeout=20
        ) as client:
            client.post("/login", data={"email": email, "password": PASSWORD})
            with client.stream("GET", "/floor/events") as stream:
                boards.append(
                    "".join(takewhile(bool, stream.iter_lines()))
                )  # an event ends with an empty line
    assert [("비밀정밀" in board, "mill-1" in board) for board in boards] == [
        (True, True),
        (False, True),
        (True, True),
    ]


def test_who_scanned_no_code_finds_their_bookings_of_today_and_every_machine(
    visit: Visit, world: World
) -> None:
    mine, other = world.machine("mill-1"), world.machine("mill-2")
    first, second = world.company(), world.company()
    soon = datetime.now(UTC) + timedelta(hours=1)
    world.booked(mine, first, soon, hours=2)
    world.booked(other, second, soon, hours=2)
    bookings, _, every = visit(world.member(first)).get("/at").text.partition("모든 장비")
    assert f'href="/at/{mine.slug}"' in bookings
    assert f'href="/at/{other.slug}"' not in bookings
    assert f'href="/at/{other.slug}"' in every
