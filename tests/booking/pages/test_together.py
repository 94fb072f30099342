"""Groups, series and the waiting list on pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.services import booking_lists
from gadong.booking.services.waiting import waiting_list
from gadong.booking.services.waiting.waiting_list import WaitingRequest
from gadong.core.domain.period import Period
from tests.support.booking.bookings import TOMORROW
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_a_series_is_booked_shown_and_given_up_on_its_page(visit: Visit, world: World) -> None:
    machine = world.machine()
    who = visit(world.member(world.company()))
    form = {
        "start": f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "every_days": "7",
        "count": "3",
        "key": uuid4().hex,
    }
    made = who.post(f"/machines/{machine.slug}/book", data=form)
    assert made.status_code == 303, made.text
    path = made.headers["location"]
    page = who.get(path).text
    assert "함께 예약한 것 (3)" in page
    assert "이 날짜와 그 뒤" in page
    assert who.post(f"{path}/cancel", data={"version": "1", "reach": "all"}).status_code == 303
    assert who.get(path).text.count("취소됨") + who.get(path).text.count("취소") >= 3


def test_the_waiting_list_has_a_page_on_which_one_waits_no_more(visit: Visit, world: World) -> None:
    machine, member = world.machine(), world.member(world.company())
    day = Period(TOMORROW, TOMORROW + timedelta(hours=4))
    world.booked(machine, world.company(), TOMORROW, 4)
    request = WaitingRequest(
        machine=machine, company=world.companies[0].id, period=day, length=timedelta(hours=1)
    )
    entry = waiting_list.join(world.pool, member, request, now=TOMORROW - timedelta(hours=12))
    who = visit(member)
    assert "대기 중" in who.get("/waiting").text
    assert who.post(f"/waiting/{entry.id}/leave").status_code == 303
    assert "대기 취소" in who.get("/waiting").text
    # A second click is the same leave.
    assert who.post(f"/waiting/{entry.id}/leave").status_code == 303


def test_several_machines_are_booked_and_waited_for_on_the_form(visit: Visit, world: World) -> None:
    first, second = world.machine(), world.machine()
    who = visit(world.member(world.company()))
    start = TOMORROW.astimezone(world.ZONE)
    form = {
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "also": second.slug,
        "key": uuid4().hex,
    }
    path = f"/machines/{first.slug}"
    assert f'name="also" value="{second.slug}"' in who.get(f"{path}/book").text
    made = who.post(f"{path}/book", data=form)
    assert made.status_code == 303, made.text
    assert "함께 예약한 것 (2)" in who.get(made.headers["location"]).text
    latest = start + timedelta(hours=4)
    waits = who.post(f"{path}/wait", data={**form, "until": f"{latest:%Y-%m-%dT%H:%M}"})
    assert (waits.status_code, waits.headers["location"]) == (303, "/waiting")
    listed = who.get("/waiting").text
    assert listed.count("밀링 + 밀링") == 1
    assert "제안" in listed
    too_short = who.post(f"{path}/wait", data={**form, "until": f"{start:%Y-%m-%dT%H:%M}"})
    assert too_short.status_code == 409


def test_a_group_is_extended_edited_and_handed_over_on_its_page(visit: Visit, world: World) -> None:
    first, second = world.machine(), world.machine(approval="manual")
    company = world.company()
    member, colleague = world.member(company), world.member(company)
    who, desk = visit(member), visit(None)
    start = TOMORROW.astimezone(world.ZONE)
    form = {
        "start": f"{start:%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "also": second.slug,
        "key": uuid4().hex,
    }
    path = who.post(f"/machines/{first.slug}/book", data=form).headers["location"]
    # One of the two machines is approved by the desk, so that both wait.
    assert who.get(path).text.count("승인 대기") >= 2

    def act(where: Any, step: str, **fields: str) -> None:
        page = where.get(path).text
        version = page.split('name="version" value="')[1].split('"')[0]
        done = where.post(f"{path}/{step}", data={"version": version, **fields})
        assert done.status_code == 303, done.text

    act(who, "edit", purpose="공동 시제품")
    act(who, "transfer", person=str(colleague.person_id))
    act(desk, "approve", reason="확인")
    act(desk, "extend", end=f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    for one in booking_lists.page(world.pool, world.manager, BookingFilter(), most=5):
        assert (one.state, one.purpose) == ("confirmed", "공동 시제품")
        assert one.person_id == colleague.person_id
        assert one.period == Period(TOMORROW, TOMORROW + timedelta(hours=2))
