"""A measuring machine that is used with and without help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.billing.services.prices import tariffs
from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.core.domain.usage_mode import UsageMode
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.services import ingestion
from tests.support.metering.metering import message
from tests.support.world import World

HOUR = timedelta(hours=1)


PRICES: dict[str, Any] = {
    "effective_from": "2026-01-01",
    "items": [
        {"kind": "cmm", "rate_per_hour": "40000", "basis": "booked"},
        {"kind": "cmm", "usage_mode": "assisted", "rate_per_hour": "60000", "basis": "booked"},
        {"kind": "cmm", "usage_mode": "commissioned", "rate_per_hour": "0", "basis": "booked"},
    ],
    "goods": [
        {
            "code": "part",
            "kind": "commission",
            "name_ko": "3차원 측정",
            "name_en": "Measuring a part",
            "measure": "ea",
            "price": "30000",
        }
    ],
}


@pytest.fixture
def cmm(world: World) -> Machine:
    """A measuring machine that wants a training of who runs it, and is offered in every way."""
    return world.machine(
        "cmm-1",
        kind="cmm",
        qualification="cmm",
        approval="qualified",
        usage_modes=[m.value for m in UsageMode],
    )


def publish(world: World, prices: dict[str, Any] = PRICES) -> None:
    """Put the prices in force."""
    drafted = tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=prices)
    tariffs.publish(world.pool, world.manager, drafted.id)


def last_month(world: World) -> tuple[str, datetime]:
    """The month that is over, and ten o'clock on its tenth day."""
    month = Month.of(datetime.now(UTC), world.centre.zone).previous
    return str(month), month.period(world.centre.zone).start + timedelta(days=9, hours=10)


def came(world: World, machine: Machine, mode: UsageMode) -> Booking:
    """Two hours of last month, in which the machine ran all the time."""
    _, start = last_month(world)
    wanted = Request(
        machine=machine,
        company=world.company().id,
        period=Period(start, start + 2 * HOUR),
        usage_mode=mode,
        override="시험",
    )
    made = bookings.request(world.pool, world.manager, wanted, now=datetime.now(UTC))[0]
    source = world.source(machine)
    said = [
        (start - HOUR, "idle"),
        (start, "running"),
        (start + 2 * HOUR, "idle"),
        (start + 3 * HOUR, "idle"),
    ]
    batch = [message(source, at, Channel.ACTIVITY, word) for at, word in said]
    ingestion.commit(world.pool, world.centre.id, batch, [])
    return made
