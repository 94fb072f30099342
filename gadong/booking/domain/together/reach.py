"""The bookings that a step on one of them reaches: machines and dates that were made together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from gadong.booking.domain.booking import (
    BEFORE_START,
    TRANSITIONS,
    Action,
    Booking,
    BookingState,
)
from gadong.core.domain.clock import later
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotAllowed

#: The states of a part at which somebody has come: also before its start, from the early grace on.
BEGUN = frozenset({BookingState.CHECKED_IN, BookingState.IN_USE})


class Reach(StrEnum):
    """Reach of an act on bookings that were made together."""

    PART = "part"  # one machine of a group alone
    ONE = "one"  # this date, with all its machines
    LATER = "later"  # this date and those after it
    ALL = "all"


def group_of(booking: Booking, every: Sequence[Booking]) -> list[Booking]:
    """Return the bookings of the same date: those made together that start at the same time."""
    return [b for b in every if b.period.start == booking.period.start]


def reached(booking: Booking, every: Sequence[Booking], reach: Reach) -> list[Booking]:
    """Return the bookings that an act on one of them is about."""
    match reach:
        case Reach.PART:
            return [booking]
        case Reach.ONE:
            return group_of(booking, every)
        case Reach.LATER:
            return [b for b in every if b.period.start >= booking.period.start]
        case Reach.ALL:
            return list(every)


def still_takes(booking: Booking, action: Action, now: datetime) -> bool:
    """Return whether an action is a step of the booking's life that is not too late."""
    try:
        booking.after(action)
    except NotAllowed:
        return False
    return booking.too_late_for(action, now) is None


def begun(named: Booking, every: Sequence[Booking], action: Action) -> Booking | None:
    """Return the part of the named booking's date that has begun, where that forbids the action.

    Without it the rest would be given up or moved alone.
    """
    if action not in BEFORE_START:
        return None
    return next((b for b in group_of(named, every) if b.id != named.id and b.state in BEGUN), None)


def going_along(
    named: Booking, every: Sequence[Booking], action: Action, now: datetime
) -> list[Booking]:
    """Return the other bookings that an action on the named one changes too.

    Of those that were made together, what is over and each date that has begun stays as it is.
    """
    return [
        b
        for b in every
        if b.id != named.id and not begun(b, every, action) and _goes_along(b, named, action, now)
    ]


def shifted(period: Period, old: Period, new: Period, zone: ZoneInfo) -> Period:
    """Return the period moved as far on the centre's clock as the old one was to the new one."""
    if period.start == old.start:
        return new
    by = _clock_time(new.start, zone) - _clock_time(old.start, zone)
    start = later(period.start, by, zone)
    return Period(start, start + new.length)


def _goes_along(other: Booking, named: Booking, action: Action, now: datetime) -> bool:
    """Return whether an action on the named booking is one on another that it reaches.

    Parts that began together are given up or moved together, where that is excepted for one.
    """
    if still_takes(other, action, now):
        return True
    late = other.too_late_for(action, now)
    is_same = other.period.start == named.period.start and (other.state, action) in TRANSITIONS
    return is_same and late is not None and late.code == "booking.begun"


def _clock_time(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
