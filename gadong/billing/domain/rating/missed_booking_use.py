"""The seconds of a booking that nobody came for which others or the centre used, or which its
company is billed for all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from gadong.billing.domain.rating.billable_time import billed, is_noise, measured_time, quantity
from gadong.billing.domain.tariff import MAINTENANCE, RateItem
from gadong.booking.domain.session import Session
from gadong.core.domain.period import Period, total_seconds


def used_of(session: Session, booked: Period, item: RateItem) -> Iterator[Period]:
    """Yield what others used of a booking, and what its own company is billed for in it.

    Other sessions are measured by the basis of the booking's own item. The centre used what it
    maintained, where that is no time to be billed.
    """
    yield from session.taken
    if MAINTENANCE in item.excluded_states:
        yield from session.maintenance
    for other in session.beside:
        if other.company_id != session.company_id:
            yield from measured_time(other, item)[0]
    own = [session] if session.usages else []
    for one in [*own, *(s for s in session.beside if s.company_id == session.company_id)]:
        measured, _ = measured_time(one, item)
        seconds = total_seconds(measured)
        # Units of the day's clock are a price: the time in them is what was measured.
        bills = seconds if item.day_units else quantity(seconds, item)
        pieces = [] if is_noise(one, seconds, item) else billed(measured, bills)
        # A rounding is of the booking in which the second lies that it rounds.
        yield from (p.period for p in pieces if not p.is_rounding or booked.contains(p.counts_at))
