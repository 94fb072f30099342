"""Technicians held for assisted bookings: the least loaded one that is free for all of the time."""

from __future__ import annotations

from datetime import timedelta

from gadong.booking.domain.booking import Action, Booking
from gadong.booking.domain.time_grid import next_midnight
from gadong.booking.services.staff.roster import roster
from gadong.booking.store import technicians
from gadong.core.database import Tx
from gadong.core.domain import clock
from gadong.core.domain.ids import PersonId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Problem, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre
from gadong.people.store import people

#: The steps after which a booking may need another technician, or one for the first time.
CHANGING = frozenset(
    {
        Action.MOVE,
        Action.RESUBMIT,
        Action.REVERT,
        Action.EXTEND,
        Action.EDIT,
        Action.ACCEPT,
        Action.SUBMIT,
        Action.APPROVE,
    }
)


def release(tx: Tx, booking: Booking) -> PersonId | None:
    """Free the booking's technician, and return who that was."""
    present = technicians.of_bookings(tx, [booking.id]).get(booking.id)
    if present:
        technicians.unassign(tx, booking.id)
    return present


def hold(
    tx: Tx, machine: Machine, booking: Booking, *, present: PersonId | None = None
) -> PersonId | None:
    """Hold a technician for an assisted booking: the present one if they are free, else the least
    loaded.

    The constraint of the database decides between two bookings of one instant. Raise Refused where
    nobody is left, unless the booking passes rules by an override.
    """
    if booking.usage_mode is not UsageMode.ASSISTED or not booking.keeps_others_off:
        return None
    centre = people.centre(tx, booking.centre_id)
    if centre is None:
        return None
    week = week_around(booking.period, centre)
    found = roster(tx, centre, week.hull(booking.period), without=booking.id)
    if found is None:
        return None
    able = found.able(machine.kind, booking.period, week=week)
    for person in sorted(able, key=lambda one: one != present):
        if technicians.assign(tx, booking.id, person):
            return person
    if not booking.override:
        raise Refused([Problem(code="booking.no_technician", overridable_by="manager")])
    return None


def week_around(period: Period, centre: Centre) -> Period:
    """Return the week, from Monday on, in which the period starts on the centre's clock."""
    day = period.start.astimezone(centre.zone).date()
    monday = clock.midnight(day - timedelta(days=day.weekday()), centre.zone)
    end = monday
    for _ in range(7):
        end = next_midnight(end, centre.zone)
    return Period(monday, end)
