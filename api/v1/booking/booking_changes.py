"""Changes of a booking that stands: edited, moved, extended, handed over, given up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from api.identity import Connections, Who
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.booking_answers import together
from api.v1.booking.bookings_schemas import EditIn
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import booking_changes, booking_edits
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.booking_edits import Edit
from gadong.core.domain.ids import BookingId, PersonId
from gadong.core.domain.problem import Invalid
from gadong.core.domain.typed_number import whole_number

router = APIRouter(tags=["bookings"])

# The largest number of the database's integer columns.
LARGEST_VERSION = 2**31 - 1
IfMatch = Annotated[
    str | None,
    Header(description='The ETag you read, as in `"3"`; refused with 412 if it is outdated.'),
]


async def _hand(booking_id: UUID, who: Who, if_match: IfMatch = None) -> Hand:
    """Return the caller's change of a booking, with the version that they saw."""
    return Hand(who=who, booking=BookingId(booking_id), version=_version(if_match))


OnBooking = Annotated[Hand, Depends(_hand)]
Reached = Annotated[
    Reach,
    Query(
        description="Extent within a group: one machine alone (part), this date with all its"
        " machines (one), this date and later (later), or all."
    ),
]


@router.patch("/bookings/{booking_id}")
def edit_booking(
    response: Response,
    hand: OnBooking,
    body: EditIn,
    pool: Connections,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Say anew what a booking is for, what the centre asked, or how it is used, until it begins.

    What was made together is changed with it, as far as the reach says.
    """
    wanted = Edit(purpose=body.purpose, answers=body.answers, usage_mode=body.usage_mode)
    edited = booking_edits.edit(
        pool, hand, wanted, override=body.override, reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, edited)


@router.post("/bookings/{booking_id}/move")
def move_booking(
    response: Response,
    hand: OnBooking,
    body: schemas.MoveIn,
    pool: Connections,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Give a booking another time, with what was made together: all of it, or nothing if any is
    refused.
    """
    moved = booking_changes.move(
        pool, hand, body.period(), override=body.override, reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, moved)


@router.post("/bookings/{booking_id}/extend")
def extend_booking(
    response: Response,
    hand: OnBooking,
    body: schemas.ExtendIn,
    pool: Connections,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Keep the machine for longer, also while it runs, with what was made together.

    Refused for all where somebody holds any of the machines next.
    """
    extended = booking_changes.extend(
        pool, hand, body.end, override=body.override, reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, extended)


@router.post("/bookings/{booking_id}/transfer")
def transfer_booking(
    response: Response,
    hand: OnBooking,
    body: schemas.TransferIn,
    pool: Connections,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Hand a booking to a colleague, until it starts, with what was made together."""
    handed = booking_edits.transfer(
        pool, hand, PersonId(body.person), reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, handed)


@router.post("/bookings/{booking_id}/cancel")
def cancel_booking(
    response: Response,
    hand: OnBooking,
    pool: Connections,
    body: schemas.ReasonIn | None = None,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Give up a booking before it starts, a request or an offer; its time is free at once.

    A group is given up whole, of a series what is reached. A booking that has begun is ended by
    `check-out`. Only a manager with a `reason` cancels it still.
    """
    reason = body.reason if body else ""
    cancelled = booking_changes.cancel(
        pool, hand, reason=reason, reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, cancelled)


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    version = whole_number(if_match.removeprefix("W/").strip('"'), LARGEST_VERSION)
    if version is None:
        raise Invalid('If-Match is an ETag of ours, as in "3"', field="If-Match")
    return version
