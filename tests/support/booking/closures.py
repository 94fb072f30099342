"""Closures through the API, and the letters about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings
from gadong.booking.services.bookings import Request
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.centre_calendar.closures import Closing, Made
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from tests.support.world import World

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


NOON = NOW + timedelta(days=3)


HOURS = Period(NOON, NOON + timedelta(hours=2))


HOUR = timedelta(hours=1)


def closing(world: World, machine: Machine | None, period: Period = HOURS) -> Closing:
    """The closure of a machine, or of the whole centre."""
    return Closing(
        centre=world.centre.id,
        machine=machine,
        period=period,
        kind="maintenance",
        reason="스핀들 교체",
    )


def close(world: World, machine: Machine | None, period: Period = HOURS) -> Made:
    """A closure that a manager makes."""
    return closures.close(world.pool, world.manager, closing(world, machine, period), now=NOW)


def booked(world: World, machine: Machine, who: Caller, period: Period = HOURS) -> Booking:
    """A booking that its person makes."""
    request = Request(machine=machine, company=next(iter(who.companies)), period=period)
    return bookings.request(world.pool, who, request, now=NOW)[0]


def letters(pool: Pool, kind: str) -> list[dict[str, Any]]:
    """Return the outbox's events of a kind."""
    with transaction(pool, SYSTEM) as tx:
        rows = many(
            tx, "select data from outbox where kind = %(kind)s order by created_at, id", kind=kind
        )
    return [row["data"] for row in rows]
