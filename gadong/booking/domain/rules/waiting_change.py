"""A change of an approved booking that waits for a manager: what stands, and what is given up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.booking import Booking, BookingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A booking as a manager or the rules last approved it.

    `left_at` is when its people then gave up its time, or a part of it, for another.
    """

    booking: Booking
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """A booking with the approved time that its cancelling gives up, and since when."""

    booking: Booking
    at: datetime


def as_approved(booking: Booking, approved: Approved | None) -> Booking | None:
    """Return a request as it was approved before its people changed it.

    None for a request that was never approved, and for one whose time was left for another.
    """
    if approved is None or approved.left_at is not None:
        return None
    return _with_terms_of(booking, approved.booking)


def given_up(booking: Booking, approved: Approved | None, now: datetime) -> GivenUp | None:
    """Return what cancelling a booking now gives up; None for an offer or a mere request.

    A move that waits gave the approved time up when it was made: else a late cancellation would be
    free in two steps.
    """
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
