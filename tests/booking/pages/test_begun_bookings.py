"""The page of a booking that has begun offers its end, and its cancelling to a manager with a
reason only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.pages.frame.texts import Words
from gadong.booking.services import attendance
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from tests.support.page_fixtures import Visit
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
