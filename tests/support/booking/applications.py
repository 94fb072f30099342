"""Application rounds, applications and draws through the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from gadong.booking.domain.applications.draw import MonthlyApplication, Round
from gadong.booking.domain.applications.window import Window, window_of
from gadong.booking.domain.rules.limits import ApplicationDays
from gadong.booking.services.applications import applications, draws, rounds
from gadong.booking.services.bookings import Request
from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from tests.support.world import World

HOUR = timedelta(hours=1)


DAYS = {"first": 20, "last": 25}


# Two months on, so that the draw and the month lie ahead on every day of a month.
MONTH = Month.of(datetime.now(UTC), World.ZONE).following.following


WINDOW: Window = window_of(MONTH, ApplicationDays(first=20, last=25), World.ZONE)


OPENED, CLOSED = WINDOW.period.start, WINDOW.period.end


FIRST = MONTH.period(World.ZONE).start


TEN = FIRST + timedelta(days=4, hours=10)


def mill(world: World, **rules: Any) -> Machine:
    """A machine whose time is applied for."""
    return world.machine(application_days=DAYS, **rules)


def apply(
    world: World, machine: Machine, who: Caller, start: datetime = TEN, **more: Any
) -> MonthlyApplication:
    """Apply for an hour of the month."""
    request = Request(
        machine=machine,
        company=next(iter(who.companies)),
        period=Period(start, start + more.pop("length", HOUR)),
    )
    return applications.apply(world.pool, who, request, now=more.pop("now", OPENED + HOUR))


def draw(world: World, now: datetime = CLOSED) -> int:
    """The scheduler comes by after the window."""
    with transaction(world.pool, SYSTEM) as tx:
        return draws.draw_due(tx, now=now)


def the_round(world: World) -> Round:
    """The only round of the centre."""
    (found,) = rounds.of_centre(world.pool, world.manager, world.centre.id)
    return found


def members(world: World, number: int) -> list[Caller]:
    """Somebody of each of so many companies."""
    return [world.member(world.company()) for _ in range(number)]
