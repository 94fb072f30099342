"""Booked time: the booking that an activity is of by its start, and what others booked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.usage import AttributionLimits
from gadong.core.domain.ids import BookingId, CompanyId
from gadong.core.domain.period import Period


def booked_at(held: Sequence[Booking], instant: datetime) -> Booking | None:
    """Return the booking that holds the instant; `held` is in order of time."""
    for booking in held:
        if instant < booking.period.end:
            return booking if booking.period.start <= instant else None
    return None


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


def in_the_way(
    bookings: Iterable[Booking], missed: Collection[BookingId], limits: AttributionLimits
) -> Iterator[tuple[Booking, Period]]:
    """Yield the time in which each booking is in the way of others.

    Of a no-show (`missed`) that is until it was certain, whether or not anybody has freed its time
    by then.
    """
    for booking in bookings:
        if claimed := booking.claimed:
            certain = booking.period.start + limits.no_show_after
            is_cut = booking.id in missed and certain < claimed.end
            yield booking, Period(claimed.start, certain) if is_cut else claimed


class BookedTimes:
    """The times in which a machine's bookings are in the way of others.

    Those of other companies are gathered once for all sessions of a company.
    """

    def __init__(self, claims: Iterable[tuple[Booking, Period]]) -> None:
        """Keep each booking's time."""
        self._claims = [(booking.companies, booking.shares, p) for booking, p in claims]
        self._others: dict[tuple[frozenset[CompanyId], bool], tuple[Period, ...]] = {}

    def of_others(self, companies: frozenset[CompanyId], *, shares: bool) -> tuple[Period, ...]:
        """Return the times of the bookings that are of none of these companies.

        Those who share a room are not in each other's way, but in that of who takes all of it.
        """
        key = companies, shares
        if key not in self._others:
            self._others[key] = tuple(
                period
                for theirs, they_share, period in self._claims
                if companies.isdisjoint(theirs) and not (shares and they_share)
            )
        return self._others[key]
