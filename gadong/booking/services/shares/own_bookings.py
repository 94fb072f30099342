"""Bookings of other companies that a caller's company has a part of: its people come for them, too
(ADR 50).
"""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking import Booking
from gadong.booking.store import bookings, cost_shares
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import BookingId, CentreId


def has_part(tx: Tx, who: Caller, booking: Booking) -> bool:
    """Return whether a company of the caller's has consented to a part of a booking's cost."""
    if booking.company_id in who.companies:
        return False
    return any(part.company_id in who.companies for part in cost_shares.fixed_of(tx, booking))


def shared_with(tx: Tx, who: Caller) -> list[BookingId]:
    """Return the bookings of other companies that the caller's companies have a part of, also those
    that are over.
    """
    if not who.companies:
        return []
    ids = cost_shares.consented_by(tx, who.companies)
    return [one for one in ids if (b := bookings.by_id(tx, one)) and has_part(tx, who, b)]


def with_part(pool: Pool, who: Caller, centre: CentreId, *, now: datetime) -> list[Booking]:
    """Return the bookings of other companies that are not over and that the caller's companies have
    a part of, by their start.
    """
    if not who.companies:
        return []
    with transaction(pool, who.reach()) as tx:
        ids = cost_shares.asked_of(tx, who.companies, now=now)
        found = [b for one in ids if (b := bookings.by_id(tx, one)) and b.centre_id == centre]
        own = [b for b in found if has_part(tx, who, b)]
    return sorted(own, key=lambda b: (b.period.start, b.id))
