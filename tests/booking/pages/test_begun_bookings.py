"""The page of a booking that has begun offers its end, and its cancelling to a manager with a
reason only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.pages.frame.texts import Words
from gadong.booking.services import attendance, bookings
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import text_of
from tests.support.world import World


def test_a_begun_booking_is_ended_on_its_page(visit: Visit, world: World) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    company = world.company()
    booking = world.booked(world.machine("mill-1"), company, start)
    own, desk = visit(world.member(company)), visit(None)
    page = own.get(f"/bookings/{booking.id}").text
    assert f'action="/bookings/{booking.id}/cancel"' not in page
    assert f'action="/bookings/{booking.id}/check-out"' in page
    refused = own.post(f"/bookings/{booking.id}/cancel", data={"version": booking.version})
    assert (refused.status_code, "이미 시작된 예약입니다" in refused.text) == (409, True)
    assert 'name="reason"' in desk.get(f"/bookings/{booking.id}").text
    ended = own.post(f"/bookings/{booking.id}/check-out", data={"version": booking.version})
    assert ended.status_code == 303
    assert (
        f'action="/bookings/{booking.id}/check-out"' not in own.get(f"/bookings/{booking.id}").text
    )


@pytest.mark.parametrize("named", [0, 1])
def test_whom_a_closure_keeps_out_moves_on_the_page_after_the_start(
    visit: Visit, world: World, named: int
) -> None:
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    if datetime.now(UTC) - start > timedelta(minutes=30):
        start += timedelta(minutes=30)
    mill, probe = world.machine("mill-1"), world.machine("probe-1")
    company = world.company()
    who = world.member(company)
    wanted = Request(
        machine=mill,
        also=(probe,),
        company=company.id,
        period=Period(start, start + timedelta(hours=2)),
    )
    group = bookings.request(world.pool, who, wanted, now=start - timedelta(days=1))
    own, path = visit(who), f"/bookings/{group[named].id}"
    assert f'action="{path}/move"' not in own.get(path).text
    closing = Closing(
        centre=world.centre.id,
        machine=mill,
        period=Period(start, start + timedelta(hours=2)),
        kind="maintenance",
        reason="점검",
    )
    closures.close(world.pool, world.manager, closing, now=start - timedelta(hours=1))
    page = own.get(path).text
    assert f'action="{path}/move"' in page
    assert "예약을 다른 시간으로 옮길 수 있습니다" in text_of(page)
    later = (start + timedelta(days=1)).astimezone(world.ZONE)
    version = page.split('name="version" value="')[1].split('"')[0]
    form = {"version": version, "start": f"{later:%Y-%m-%dT%H:%M}", "minutes": "120"}
    moved = own.post(f"{path}/move", data=form)
    assert moved.status_code == 303, text_of(moved.text)
    shown = [bookings.find(world.pool, who, b.id)[0].period.start for b in group]
    assert shown == [start + timedelta(days=1)] * 2
    # A booking to come is moved as ever, without that sentence.
    assert "예약을 다른 시간으로 옮길 수 있습니다" not in text_of(own.get(path).text)


def test_a_booking_to_come_is_cancelled_on_its_page(visit: Visit, world: World) -> None:
    company = world.company()
    start = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
    booking = world.booked(world.machine("mill-1"), company, start)
    own = visit(world.member(company))
    page = own.get(f"/bookings/{booking.id}").text
    assert f'action="/bookings/{booking.id}/check-out"' not in page
    assert (
        own.post(f"/bookings/{booking.id}/cancel", data={"version": booking.version}).status_code
        == 303
    )


def test_what_ended_is_corrected_on_its_page_by_the_desk(visit: Visit, world: World) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(hours=5)
    company = world.company()
    booking = world.booked(world.machine("mill-1"), company, start)
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=datetime.now(UTC))
    own, desk = visit(world.member(company)), visit(None)
    assert f'action="/bookings/{booking.id}/move"' not in own.get(f"/bookings/{booking.id}").text
    page = desk.get(f"/bookings/{booking.id}").text
    assert "정정하기" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    local = start.astimezone(world.ZONE)
    form = {"version": version, "start": f"{local:%Y-%m-%dT%H:%M}", "minutes": "60"}
    refused = desk.post(f"/bookings/{booking.id}/move", data=form)
    assert (refused.status_code, "이미 끝난 예약" in refused.text) == (409, True)
    moved = desk.post(f"/bookings/{booking.id}/move", data={**form, "override": "한 시간만 씀"})
    assert moved.status_code == 303, moved.text
    shown = desk.get(f"/bookings/{booking.id}").text
    used = Period(start, start + timedelta(hours=1))
    assert Words("ko", world.ZONE).span(used) in shown
    assert "한 시간만 씀" in shown
