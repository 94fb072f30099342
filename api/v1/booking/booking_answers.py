"""Bookings, free periods and estimates as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from fastapi import Response

from api.v1.booking import bookings_schemas as schemas
from api.v1.machine_names import slugs
from api.v1.schemas import FreePeriod
from gadong.billing.services.prices.quotes import Estimate
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.services import bookings
from gadong.booking.services.booking_changes import Hand
from gadong.core.database import Pool
from gadong.core.domain.ids import MachineId


def free_period(choice: FreeSlot) -> FreePeriod:
    """A choice on the wire."""
    return FreePeriod(
        machine=choice.machine_id,
        machine_slug=choice.machine,
        start=choice.period.start,
        end=choice.period.end,
    )


def together(response: Response, pool: Pool, hand: Hand, booking: Booking) -> schemas.BookingOut:
    """Answer with all that was made together."""
    return answer(response, pool, booking, bookings.made_together(pool, hand.who, booking))


def answer(
    response: Response, pool: Pool, booking: Booking, parts: Sequence[Booking] = ()
) -> schemas.BookingOut:
    """Answer with a booking and its version."""
    response.headers["ETag"] = f'"{booking.version}"'
    return shown(booking, names_of(pool, [booking, *parts]), parts)


def names_of(pool: Pool, found: Iterable[Booking]) -> Mapping[MachineId, str]:
    return slugs(pool, [b.machine_id for b in found])


def shown(
    booking: Booking, names: Mapping[MachineId, str], parts: Sequence[Booking] = ()
) -> schemas.BookingOut:
    return schemas.BookingOut(
        id=booking.id,
        machine=booking.machine_id,
        machine_slug=names[booking.machine_id],
        centre=booking.centre_id,
        company=booking.company_id,
        person=booking.person_id,
        start=booking.period.start,
        end=booking.period.end,
        state=booking.state,
        version=booking.version,
        purpose=booking.purpose,
        checked_in_at=booking.checked_in_at,
        checked_out_at=booking.checked_out_at,
        freed_from=booking.freed_from,
        expires_at=booking.expires_at,
        group=booking.joined,
        override=booking.override,
        answers=dict(booking.answers),
        usage_mode=booking.usage_mode,
        equipment=list(booking.equipment),
        competes=booking.competes,
        seats=booking.seats,
        shares=booking.shares,
        parts=[
            schemas.GroupedBookingOut(
                id=part.id,
                machine=part.machine_id,
                machine_slug=names[part.machine_id],
                start=part.period.start,
                end=part.period.end,
                state=part.state,
            )
            for part in parts
        ],
    )


def estimate(found: Estimate | None) -> schemas.EstimateOut | None:
    if found is None:
        return None
    return schemas.EstimateOut(
        lines=[
            schemas.EstimateLineOut.model_validate(line, from_attributes=True)
            for line in found.lines
        ],
        supply=found.totals.supply,
        vat=found.totals.vat,
        total=found.totals.total,
        subsidy=found.totals.subsidy,
        payable=found.totals.payable,
    )
