"""The cost of full use of a booking that several companies share, and what each would pay of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gadong.billing.domain.rating.division import Division
from gadong.billing.services.prices.pricing import buyer
from gadong.billing.services.prices.quotes import shared_use
from gadong.billing.store import booker_facts
from gadong.booking.services.shares.shared_booking import SharedBooking
from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.problem import NotFound
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCost:
    """Whole won of full use, as lines say them: tax beside them is each statement's own.

    `parts` are of the companies if all consent that have not refused.
    """

    whole: int
    parts: Mapping[CompanyId, int]


def of_full_use(pool: Pool, who: Caller, found: SharedBooking) -> SharedCost | None:
    """Return the cost of a shared booking that the caller may see, used as it is booked.

    None where nobody is asked to share it, or no published tariff prices its machine.
    """
    booking, parts = found.booking, found.would_be
    if not parts:
        return None
    with transaction(pool, who.reach()) as tx:
        centre = people.centre(tx, booking.centre_id)
        if centre is None:
            raise NotFound
        known = buyer(tx, centre, booking.company_id, booking.period, END_OF_TIME)
        # The booker's discounts price every part, whoever asks.
        payer = replace(
            known,
            extras=booker_facts.extras(tx, centre.id, booking.company_id, END_OF_TIME),
            categories=booker_facts.categories(tx, centre.id, booking.company_id, END_OF_TIME),
        )
        charges = shared_use(tx, who, payer, booking)
    if charges is None:
        return None
    numbers = tuple(part.parts for part in parts)
    divisions = {
        part.company_id: Division(booker=booking.company_id, parts=numbers, place=place)
        for place, part in enumerate(parts)
    }
    return SharedCost(
        whole=sum(charge.amount for charge in charges),
        parts={
            company: sum(division.part_of(charge.amount) for charge in charges)
            for company, division in divisions.items()
        },
    )
