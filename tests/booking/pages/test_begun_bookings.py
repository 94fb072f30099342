"""The page of a booking that has begun offers its end, and its cancelling to a manager with a
reason only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
