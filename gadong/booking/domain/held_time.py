"""The booking that an activity is of, by the instant at which it begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking
from gadong.core.domain.ids import BookingId, CompanyId


def booked_at(held: Sequence[Booking], instant: datetime) -> Booking | None:
    """Return the booking that holds the instant."""
    return next((b for b in held if b.period.contains(instant)), None)


def next_after(held: Sequence[Booking], start: datetime, *, near: timedelta) -> Booking | None:
    """Return the first booking after an instant, if it begins so near to it."""
    following = next((b for b in held if b.period.start > start), None)
    is_near = following is not None and following.period.start - start <= near
    return following if is_near else None


def booking_of(
    held: Sequence[Booking],
    company_id: CompanyId,
    named: BookingId | None,
    start: datetime,
    *,
    near: timedelta,
) -> BookingId | None:
    """Return the booking of a company's activity: the one it starts in, else the named one, else
    the next.

    A booking that the company has a part of is its own (ADR 50). Booked time is its own booking's,
    whatever else was named (ADR 27).
    """
    own = [b for b in held if b.is_of(company_id)]
    if booked := booked_at(own, start):
        return booked.id
    following = None if named else next_after(own, start, near=near)
    return following.id if following else named


def payer_of(
    bookings: Sequence[Booking], found: BookingId | None, company_id: CompanyId
) -> CompanyId:
    """Return the company that an activity of a booking belongs to.

    That is the booker where `company_id` has a part of the booking, and else `company_id` itself.
    """
    booking = next((b for b in bookings if b.id == found), None)
    return booking.company_id if booking and booking.is_of(company_id) else company_id
