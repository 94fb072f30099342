"""People who check out weeks after they came: every month between is read with their presence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.booking.domain.booking import Booking
from gadong.booking.services.machine_ledger import machines_touched, open_ledger
from gadong.booking.store import check_ins
from gadong.core.database import END_OF_TIME, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.store import machines
from tests.support.world import World

CAME = datetime(2026, 1, 20, 1, tzinfo=UTC)
LEFT = CAME + timedelta(days=60)


@pytest.fixture
def booking(world: World) -> Booking:
    """A booking of two hours; its people checked out sixty days later."""
    made = world.booked(
        world.machine("mill-1"), world.company(), CAME, hours=2, now=CAME - timedelta(hours=2)
    )
    with transaction(world.pool, SYSTEM) as tx:
        check_ins.insert(tx, made, kind="in", at=CAME, recorded_at=CAME)
        check_ins.insert(tx, made, kind="out", at=LEFT, recorded_at=LEFT)
    return made


def days(since: int, until: int) -> Period:
    """Return the days that lie so many after the arrival."""
    return Period(CAME + timedelta(days=since), CAME + timedelta(days=until))


@pytest.mark.parametrize(
    ("period", "is_touched"),
    [
        (days(-9, -3), False),
        (days(-9, 5), True),
        (days(12, 42), True),
        (days(42, 73), True),
        (days(63, 90), False),
    ],
    ids=["before", "they come", "between", "they leave", "after"],
)
def test_a_month_between_arrival_and_check_out_opens_the_machine(
    world: World, booking: Booking, period: Period, is_touched: bool
) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        touched = machines_touched(
            tx, booking.centre_id, booking.company_id, period, recorded_before=END_OF_TIME
        )
    assert (booking.machine_id in touched) is is_touched


@pytest.mark.parametrize(
    "period", [days(-9, 5), days(12, 42), days(42, 73)], ids=["first", "between", "last"]
)
def test_every_month_of_a_presence_reads_the_whole_of_it(
    world: World, booking: Booking, period: Period
) -> None:
    with transaction(world.pool, SYSTEM) as tx:
        machine = machines.by_id(tx, booking.machine_id)
        assert machine
        ledger = open_ledger(tx, machine, period, recorded_before=END_OF_TIME)
    assert [s.occupied for s in ledger.sessions] == [Period(CAME, LEFT)]
