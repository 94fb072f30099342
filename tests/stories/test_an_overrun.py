"""A job runs past its time: it is never cut, the next one is told first, may go elsewhere at once,
and owes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import BookingState
from gadong.booking.services import attendance, booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.waiting import waiting_list
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.notices.services import notice_delivery
from tests.support.metering.metering import message
from tests.support.world import World


@pytest.fixture
def now() -> datetime:
    """This minute: what the machine does now is asked of the database's own clock."""
    return datetime.now(UTC).replace(second=0, microsecond=0)


def test_the_next_one_is_told_first_and_may_move_at_once(
    world: World, pool: Pool, now: datetime
) -> None:
    machine, company, rival = (
        world.machine(move_notice=timedelta(hours=2)),
        world.company(),
        world.company(),
    )
    source = world.source(machine, "gadong-json")
    late = world.booked(machine, company, now - timedelta(hours=2))
    nxt = world.booked(machine, rival, now + timedelta(minutes=5), hours=1)
    minutes = [now - timedelta(minutes=n) for n in range(119, -1, -1)]
    batch = [message(source, at, Channel.ACTIVITY, "running") for at in minutes]
    # It expects to go on for twenty minutes more.
    ends = message(source, now, Channel.REMAINING_SECONDS, 1200.0)
    ingestion.commit(pool, world.centre.id, [*batch, ends], [])
    metering.catch_up(pool)
    for _ in range(2):
        with transaction(pool, SYSTEM) as tx:
            attendance.settle_all(tx, now=now)
            notice_delivery.publish_outbox(tx)
    with transaction(pool, SYSTEM) as tx:
        told = many(
            tx,
            "select kind, data ->> 'booking' as booking from notices"
            " where kind in ('booking.at_risk', 'booking.overruns')",
        )
    assert sorted((t["kind"], t["booking"]) for t in told) == [
        ("booking.at_risk", str(nxt.id)),
        ("booking.overruns", str(late.id)),
    ]
    assert bookings.find(pool, world.manager, late.id)[0].state is BookingState.IN_USE
    later = Period(now + timedelta(hours=3), now + timedelta(hours=4))
    moved = booking_changes.move(
        pool, Hand(who=world.member(rival), booking=nxt.id), later, now=now
    )
    assert moved.period == later


def test_what_a_no_show_frees_is_told_to_who_asked(world: World, pool: Pool, now: datetime) -> None:
    machine, company, rival = world.machine(), world.company(), world.company()
    source = world.source(machine, "gadong-json")
    world.booked(machine, company, now - timedelta(minutes=30), hours=3)
    curious = world.member(rival)
    waiting_list.listen(pool, curious, machine, least=timedelta(hours=1), ahead=timedelta(days=1))
    minutes = [now - timedelta(minutes=n) for n in range(60, -1, -1)]
    batch = [message(source, at, Channel.ACTIVITY, "idle") for at in minutes]
    ingestion.commit(pool, world.centre.id, batch, [])
    with transaction(pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=now)
        notice_delivery.publish_outbox(tx)
        told = many(tx, "select data from notices where kind = 'machine.freed'")
    assert [(t["data"]["person"], datetime.fromisoformat(t["data"]["start"])) for t in told] == [
        (str(curious.person_id), now)
    ]
