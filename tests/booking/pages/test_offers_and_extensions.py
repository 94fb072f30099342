"""On the pages: an accepted offer asks for its approval, an extension says until when.

Rules that contradict each other are refused with both named.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fastapi.testclient import TestClient

from api.pages.frame.texts import Words
from gadong.booking.domain.rules.rulebook import Setting
from gadong.booking.domain.waiting_entry import WaitingFilter
from gadong.booking.services import booking_changes
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.waiting import waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.booking.store import rulebook
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.services.machines import BEGINNING
from tests.support.booking.bookings import TOMORROW
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World

HOURS = Period(TOMORROW, TOMORROW + timedelta(hours=2))


def offered(world: World, pool: Pool, machine: Machine, who: Caller) -> str:
    """Somebody is offered the two hours that another had booked; the offer's page."""
    now = datetime.now(UTC)
    held = world.booked(machine, world.company(), HOURS.start, hours=2)
    company = next(iter(who.companies))
    wish = WaitingRequest(machine=machine, company=company, period=HOURS, length=HOURS.length)
    waiting_list.join(pool, who, wish, now=now)
    booking_changes.cancel(pool, Hand(who=world.manager, booking=held.id), reason="시험", now=now)
    (entry,) = waiting_list.page(pool, who, WaitingFilter(ended_since=now))
    assert entry.booking_id is not None
    return f"/bookings/{entry.booking_id}"


def version(page: TestClient, path: str) -> str:
    """Return the version that the forms of a booking's page carry."""
    found = re.search(r'name="version" value="(\d+)"', page.get(path).text)
    assert found
    return found.group(1)


def test_an_offer_that_is_taken_on_its_page_waits_for_the_approval(
    visit: Visit, world: World, pool: Pool
) -> None:
    machine, member = world.machine(approval="manual"), world.member(world.company())
    path, page = offered(world, pool, machine, member), visit(member)
    taken = page.post(f"{path}/accept", data={"version": version(page, path)})
    assert taken.status_code == 303, taken.text
    assert "승인 대기" in text_of(page.get(path).text)
    assert f'action="{path}/check-in"' not in page.get(path).text


def test_a_refused_extension_says_until_when_on_its_page(visit: Visit, world: World) -> None:
    machine, company = world.machine(), world.company()
    booking = world.booked(machine, company, TOMORROW, hours=1)
    world.booked(machine, world.company(), TOMORROW + timedelta(hours=3), hours=1)
    page, path = visit(world.member(company)), f"/bookings/{booking.id}"
    end = (TOMORROW + timedelta(hours=8)).astimezone(world.ZONE)
    form = {"version": version(page, path), "end": f"{end:%Y-%m-%dT%H:%M}"}
    refused = page.post(f"{path}/extend", data=form)
    assert refused.status_code == 409
    as_far = Period(TOMORROW, TOMORROW + timedelta(hours=3))
    assert Words("ko", world.ZONE).span(as_far) in text_of(refused.text)


def test_rules_that_contradict_each_other_are_refused_on_the_page(
    visit: Visit, world: World
) -> None:
    world.machine("mill-1")
    page = visit(None)
    form = {"level": "machine:mill-1", "reason": "시험"}
    for name, value in (("longest_minutes", "90"), ("shortest_minutes", "30")):
        assert page.post(f"/rules/{name}", data={**form, "value": value}).status_code == 303
    refused = page.post("/rules/step_minutes", data={**form, "value": "120"})
    assert refused.status_code == 409
    assert "mill-1: 예약 간격과 최대 예약 시간이 맞지 않습니다" in text_of(refused.text)


def test_rules_that_contradict_each_other_from_before_are_shown_on_the_page(
    visit: Visit, world: World
) -> None:
    machine, page = world.machine("mill-1"), visit(None)
    assert "서로 어긋나는 규칙" not in page.get("/rules").text
    standing = Setting(
        parameter="opening_hours",
        value=[{"since": "10:00", "until": "10:20"}],
        centre_id=world.centre.id,
        machine_id=machine.id,
        effective_from=BEGINNING,
        recorded_at=BEGINNING,
    )
    with transaction(world.pool, SYSTEM) as tx:
        rulebook.insert(tx, standing, by=world.manager.person_id)
    shown = text_of(page.get("/rules").text)
    assert "서로 어긋나는 규칙" in shown
    assert shown.count("운영 시간과 최소 예약 시간이 맞지 않습니다") == 1
    form = {"level": "machine:mill-1", "reason": "시험", "value": "5"}
    assert page.post("/rules/setup_minutes", data=form).status_code == 303
