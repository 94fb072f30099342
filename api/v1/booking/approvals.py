"""A manager's word on bookings: approved, declined, taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.approvals_schemas import CompetingRequestOut
from api.v1.booking.booking_answers import names_of, shown, together
from api.v1.booking.booking_changes import OnBooking, Reached
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import approvals, booking_changes, competing_requests
from gadong.core.domain.ids import BookingId

router = APIRouter(tags=["bookings"])


@router.get("/bookings/{booking_id}/competing")
def list_competing_requests(
    booking_id: UUID, who: Who, pool: Connections
) -> paging.Page[CompetingRequestOut]:
    """Return a request and all others for any of its time, the first made first; for the desk.

    Approving one declines those that compete for its time. Empty for what waits for nobody.
    """
    rivals = competing_requests.rivals(pool, who, BookingId(booking_id), now=datetime.now(UTC))
    names = names_of(pool, [rival.booking for rival in rivals])
    items = [
        CompetingRequestOut(
            booking=shown(rival.booking, names),
            requested_at=rival.requested_at,
            is_trained=rival.is_trained,
            minutes=rival.minutes,
            missed=rival.missed,
        )
        for rival in rivals
    ]
    return paging.Page(items=items, next=None)


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
    """Say no to a request with all that was asked for together, and why; for managers.

    Of a booking that was approved before its people extended it, the change alone is declined.
    """
    declined = approvals.decline(pool, hand, reason=body.reason, reach=reach, now=datetime.now(UTC))
    return together(response, pool, hand, declined)


@router.post("/bookings/{booking_id}/release")
def release_booking(
    response: Response, hand: OnBooking, body: schemas.ReasonIn, pool: Connections
) -> schemas.BookingOut:
    """Take a booking back on its machine, and say why; never charged; for managers."""
    released = booking_changes.release(pool, hand, reason=body.reason, now=datetime.now(UTC))
    return together(response, pool, hand, released)
