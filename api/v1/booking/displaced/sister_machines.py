"""Sister machines for a booking whose machine is closed: offered with the price, and taken."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.booking_answers import answer
from api.v1.booking.booking_changes import OnBooking
from api.v1.booking.displaced.sister_machines_schemas import SisterIn, SisterOut
from api.v1.machine_names import needed
from gadong.billing.services.prices import sister_offers
from gadong.booking.services import bookings
from gadong.booking.services.displaced import sister_machines
from gadong.core.domain.ids import BookingId

router = APIRouter(tags=["bookings"])


@router.get("/bookings/{booking_id}/sisters")
def list_sisters(booking_id: UUID, who: Who, pool: Connections) -> paging.Page[SisterOut]:
    """Return the free machines of the same abilities for a booking into whose time a closure falls.

    The cheapest comes first. Empty where nothing closes the machine, or the booking has begun.
    """
    offers = sister_offers.sisters(pool, who, BookingId(booking_id), now=datetime.now(UTC))
    items = [
        SisterOut(
            machine=offer.machine.id,
            machine_slug=offer.machine.slug,
            start=offer.period.start,
            end=offer.period.end,
            total=offer.total,
            difference=offer.difference,
        )
        for offer in offers
    ]
    return paging.Page(items=items, next=None)


@router.post("/bookings/{booking_id}/sister", status_code=201)
def take_sister(
    response: Response, hand: OnBooking, body: SisterIn, pool: Connections
) -> schemas.BookingOut:
    """Move a booking to a sister machine at the same time.

    Its closed time is given up for nothing.
    """
    booking = bookings.find(pool, hand.who, hand.booking)[0]
    machine = needed(pool, hand.who, body.machine, body.machine_slug, booking.centre_id)
    made = sister_machines.take(pool, hand, machine.id, now=datetime.now(UTC))
    return answer(response, pool, made)
