"""Changes of an approved booking: what stands while one waits, and what cancelling gives up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking, BookingState
from gadong.core.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """A booking with the approved time that its people gave up, and since when."""

    booking: Booking
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A booking as a manager or the rules last approved it.

    `left_at` is when its people then gave up its time, or a part of it, for another. `left_late`
    are the times that they ever left for another later than cancelling was free.
    """

    booking: Booking
    left_at: datetime | None = None
    left_late: tuple[GivenUp, ...] = ()


def as_approved(booking: Booking, approved: Approved | None) -> Booking | None:
    """Return a request as it was approved before its people changed it.

    None for a request that was never approved, and for one whose time was left for another.
    """
    if approved is None or approved.left_at is not None:
        return None
    return _with_terms_of(booking, approved.booking)


def is_late(period: Period, at: datetime, free_cancellation: timedelta) -> bool:
    """Return whether a time is given up later than cancelling it is free."""
    return at > period.start - free_cancellation


def leaves(before: Period, after: Period) -> bool:
    """Return whether a move from one time to another gives up any of the first."""
    return after.start > before.start or after.end < before.end


def given_up(
    booking: Booking, approved: Approved | None, now: datetime, free_cancellation: timedelta
) -> GivenUp | None:
    """Return what cancelling a booking now gives up; None for an offer or a mere request.

    A time that was left late for another is given up with it: else a late cancellation would be
    free in two steps. Of several the longest counts, and of equals the last: else a short booking
    in between would take the place of a long one.
    """
    present = _present(booking, approved, now)
    if present is None or approved is None:
        return present
    if booking.state is BookingState.CONFIRMED and now >= booking.period.start:
        # It was to be used: it is charged for its own time alone.
        return present
    late = [
        GivenUp(booking=_with_terms_of(booking, left.booking), at=left.at)
        for left in approved.left_late
    ]
    if is_late(present.booking.period, present.at, free_cancellation):
        late.append(present)
    return max(late, key=lambda left: (left.booking.period.seconds, left.at), default=present)


def _present(booking: Booking, approved: Approved | None, now: datetime) -> GivenUp | None:
    """Return the approved time that a booking has, or that its waiting move gave up when made."""
    if booking.state is BookingState.CONFIRMED:
        return GivenUp(booking=booking, at=now)
    if booking.state is not BookingState.PENDING or approved is None:
        return None
    return GivenUp(
        booking=_with_terms_of(booking, approved.booking), at=min(now, approved.left_at or now)
    )


def _with_terms_of(booking: Booking, approved: Booking) -> Booking:
    return replace(
        booking,
        period=approved.period,
        usage_mode=approved.usage_mode,
        override=approved.override,
        expires_at=None,
    )
