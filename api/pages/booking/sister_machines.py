"""Taking a sister machine on the page of a booking whose machine is closed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.identity import Connections
from api.pages.booking.bookings import refused
from api.pages.frame.layout import Looking, go
from gadong.booking.services import bookings
from gadong.booking.services.booking_steps import Hand
from gadong.booking.services.displaced import sister_machines
from gadong.core.domain.ids import BookingId
from gadong.core.domain.problem import GadongError
from gadong.machines.services import machines

router = APIRouter(include_in_schema=False)


@router.post("/bookings/{booking_id}/sister")
def take_sister(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    machine: Annotated[str, Form(max_length=60)],
) -> Response:
    """Move the booking to the machine, and show the booking that it became."""
    hand = Hand(who=looking.who, booking=BookingId(booking_id), version=version)
    booking = bookings.find(pool, looking.who, hand.booking)[0]
    chosen = machines.find(pool, looking.who, machine, centre=booking.centre_id)
    try:
        made = sister_machines.take(pool, hand, chosen.id, now=datetime.now(UTC))
    except GadongError as trouble:
        return refused(request, looking, pool, hand.booking, trouble)
    return go(f"/bookings/{made.id}", said=looking.words.say("Moved."))
