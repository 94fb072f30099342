"""A manager's word on bookings: approved, declined, taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from api.identity import Connections
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.booking_answers import answer, together
from api.v1.booking.bookings import OnBooking, Reached
from gadong.booking.domain.booking import Reach
from gadong.booking.services import approvals, booking_changes

router = APIRouter(tags=["bookings"])


@router.post("/bookings/{booking_id}/approve")
def approve_booking(
    response: Response,
    hand: OnBooking,
    body: schemas.BookingApprovalIn,
    pool: Connections,
    reach: Reached = Reach.ALL,
) -> schemas.BookingOut:
    """Approve a request with all that was asked for together, by the rules as they are now.

    For managers.
    """
    approved = approvals.approve(
        pool, hand, reason=body.reason, override=body.override, reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, approved)


@router.post("/bookings/{booking_id}/decline")
def decline_booking(
    response: Response,
    hand: OnBooking,
    body: schemas.ReasonIn,
    pool: Connections,
    reach: Reached = Reach.ALL,
) -> schemas.BookingOut:
    """Say no to a request with all that was asked for together, and why; for managers."""
    declined = approvals.decline(pool, hand, reason=body.reason, reach=reach, now=datetime.now(UTC))
    return together(response, pool, hand, declined)


@router.post("/bookings/{booking_id}/release")
def release_booking(
    response: Response, hand: OnBooking, body: schemas.ReasonIn, pool: Connections
) -> schemas.BookingOut:
    """Take a booking back, and say why; never charged; for managers."""
    return answer(
        response,
        pool,
        booking_changes.release(pool, hand, reason=body.reason, now=datetime.now(UTC)),
    )
