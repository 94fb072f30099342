"""Sister machines for a displaced booking, with the difference in price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.billing.services.prices.quotes import full_use
from gadong.booking.services import bookings
from gadong.booking.services.displaced import sister_machines
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

# As many as a page shows at a glance.
MOST_SISTERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SisterOffer:
    """A sister machine that is free for a booking's time, with its price in whole won with VAT.

    `difference` is the price less that of the booking's own machine. Both are estimates of full
    use, and None where no published tariff prices a machine.
    """

    machine: Machine
    period: Period
    total: int | None
    difference: int | None


def sisters(pool: Pool, who: Caller, booking_id: BookingId, *, now: datetime) -> list[SisterOffer]:
    """Return what a displaced booking may move to, the cheapest first and the unpriced last."""
    booking = bookings.find(pool, who, booking_id)[0]
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        free = sister_machines.free_for(tx, booking, now=now)
        own = machines.by_id(tx, booking.machine_id)
        if not free or own is None:
            return []
        totals = full_use(tx, who, booking, [own, *free])
    present = totals.get(own.id)
    offers = [
        SisterOffer(
            machine=machine,
            period=booking.period,
            total=total,
            difference=None if total is None or present is None else total - present,
        )
        for machine in free
        for total in [totals.get(machine.id)]
    ]
    offers.sort(key=lambda o: (o.total is None, o.total or 0, o.machine.slug))
    return offers[:MOST_SISTERS]
