"""Competing requests on the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.v1.booking.bookings_schemas import BookingOut
from api.v1.schemas import Out


class CompetingRequestOut(Out):
    """A request beside others for the same time, with the figures by which a manager chooses."""

    booking: BookingOut
    requested_at: datetime
    is_trained: bool = Field(
        description="Whether its person holds every training that the machine asks at this time."
    )
    minutes: int = Field(
        description="Minutes that its company booked of the machine in the last three months."
    )
    missed: int = Field(description="No-shows of its person at the centre in that time.")
