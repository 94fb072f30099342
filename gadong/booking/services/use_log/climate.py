"""The room's climate beside a booking's use of a machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.booking.domain.booking import Booking
from gadong.booking.services.machine_ledger import open_ledger
from gadong.booking.services.shares import own_bookings
from gadong.core.database import Pool, cutoff, transaction
from gadong.core.domain.access import Caller, Right, system_for
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound
from gadong.machines.store import machines
from gadong.metering.domain.room_climate import Climate
from gadong.metering.services.room_climate import climate_of


def of_booking(pool: Pool, who: Caller, booking: Booking, *, now: datetime) -> Sequence[Climate]:
    """Return the climate during a booking's use so far; for whoever sees the booking.

    Of a booking that nobody came to it is that of the booked time.
    """
    if not who.may_see(booking.centre_id, booking.company_id, Right.DESK_SEE):
        with transaction(pool, who.reach()) as tx:
            if not own_bookings.has_part(tx, who, booking):
                raise NotFound
    if booking.period.start >= now:
        return []
    # Without a cutoff the run of a machine that still runs would last for ever.
    before = cutoff(pool, booking.centre_id)
    # The register and the limits are the centre's own; a company reads this much of them.
    with transaction(pool, system_for(who.known, who.origin)) as tx:
        machine = machines.by_id(tx, booking.machine_id)
        if machine is None:
            raise NotFound
        ledger = open_ledger(
            tx, machine, booking.period, recorded_before=before, of=booking.company_id
        )
        used = next(
            (s.occupied for s in ledger.sessions if s.booking and s.booking.id == booking.id), None
        )
        whole = used or booking.period
        if whole.start >= now:
            return []
        period = Period(whole.start, min(whole.end, now))
        return climate_of(tx, machine, period, recorded_before=before)
