"""The page of a booking that was moved late says what cancelling it gives up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.core.database import many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period
from tests.support.page_fixtures import Visit
from tests.support.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("hours", "is_late"), [(23, True), (25, False)])
def test_a_late_move_is_named_with_its_price_before_cancelling(
    visit: Visit, world: World, hours: int, is_late: bool
) -> None:
    tiers = [{"lead_seconds": 86400, "pct": "0"}, {"lead_seconds": 0, "pct": "50"}]
    world.tariff(basis="booked", late_cancel=tiers)
    machine, who = world.machine("mill-1"), world.member(world.company())
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + hours * HOUR
    start += HOUR if hours == 25 else timedelta(0)
    wanted = Request(
        machine=machine,
        company=world.companies[0].id,
        period=Period(start, start + 2 * HOUR),
    )
    now = datetime.now(UTC)
    booking = bookings.request(world.pool, who, wanted, now=now)[0]
    to = Period(start + 20 * DAY, start + 20 * DAY + 2 * HOUR)
    hand = Hand(who=who, booking=booking.id)
    booking_changes.move(world.pool, hand, to, now=now)
    client = visit(who)
    page = client.get(f"/bookings/{booking.id}").text
    assert ("지금 취소하면 30,000원" in page) is is_late
    assert ("지금 취소하면 요금이 없습니다." in page) is not is_late
    assert ("무료 취소 기한이 지난 뒤에" in page) is is_late
    if is_late:
        clock = f"{start.astimezone(world.ZONE):%H:%M}"
        assert clock in page.split("무료 취소 기한이 지난 뒤에")[1][:60]
    given = client.post(f"/bookings/{booking.id}/cancel", data={"version": "2"})
    assert given.status_code == 303
    after = client.get(f"/bookings/{booking.id}").text
    assert ("그 뒤의 취소는 옮긴 때에 취소한 것으로 봅니다." in after) is is_late
    with transaction(world.pool, SYSTEM) as tx:
        (told,) = many(tx, "select data from outbox where kind = 'booking.cancelled'")
    # The notice names the time that they gave up on the page.
    assert told["data"]["start"] == write_instant(to.start)
