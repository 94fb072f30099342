"""Bookings: asked for, moved, given up, begun and ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from api.errors import told
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.booking_requests import booking_request
from api.v1.booking.bookings_schemas import EditIn
from api.v1.schemas import BrokenRule, FreePeriod, Instant, Slug, period_of
from gadong.billing.services.prices import quotes
from gadong.billing.services.prices.quotes import Estimate
from gadong.booking.domain.booking import Booking, Reach
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Edit, Hand
from gadong.booking.services.bookings import Request
from gadong.booking.services.staff import technicians
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Invalid
from gadong.machines.services import machines

router = APIRouter(tags=["bookings"])

IfMatch = Annotated[
    str | None, Header(description='The ETag you read, as in `"3"`; refused with 412 if it is outdated.')
]
IdempotencyKey = Annotated[
    str | None,
    Header(min_length=8, max_length=200, description="Repeat a request under one key: it is done once."),
]


@router.post("/bookings", status_code=201)
def request_booking(
    response: Response,
    body: schemas.BookingIn,
    who: Who,
    pool: Connections,
    idempotency_key: IdempotencyKey = None,
) -> schemas.BookingOut:
    """Reserve one or (`also`) several machines. A refusal lists broken rules and alternatives."""
    made = bookings.request(pool, who, _wanted(pool, who, body, key=idempotency_key), now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/bookings/{made[0].id}"
    return answer(response, made[0], made if len(made) > 1 else ())


@router.post("/bookings/series")
def request_series(
    body: schemas.SeriesIn, who: Who, pool: Connections, idempotency_key: IdempotencyKey = None
) -> list[schemas.OccurrenceOut]:
    """Reserve the same hour on many days. What cannot be is said date by date; the others are booked."""
    found = bookings.request_series(
        pool,
        who,
        _wanted(pool, who, body, key=idempotency_key),
        every=timedelta(days=body.every_days),
        count=body.count,
        now=datetime.now(UTC),
    )
    return [
        schemas.OccurrenceOut(
            start=o.period.start,
            end=o.period.end,
            booking=_booking(o.booking, o.parts if len(o.parts) > 1 else ()) if o.booking else None,
            problems=[BrokenRule.model_validate(told(p)) for p in o.problems],
            alternatives=[free_period(c) for c in o.alternatives],
        )
        for o in found
    ]


@router.post("/bookings/quote")
def quote_booking(body: schemas.BookingIn, who: Who, pool: Connections) -> schemas.QuoteOut:
    """Return the answer and the cost of a booking request; nothing is booked or stored."""
    found = quotes.quote(pool, who, _wanted(pool, who, body), now=datetime.now(UTC))
    return schemas.QuoteOut(
        is_possible=not found.problems,
        problems=[BrokenRule.model_validate(told(p)) for p in found.problems],
        alternatives=[free_period(c) for c in found.alternatives],
        needs_approval=found.needs_approval,
        free_cancellation_until=found.free_cancellation_until,
        used=_estimate(found.used),
        unused=_estimate(found.unused),
    )


@router.get("/bookings")
def list_bookings(
    who: Who,
    pool: Connections,
    machine: Annotated[Slug | None, Query()] = None,
    centre: Annotated[UUID | None, Query()] = None,
    start: Annotated[Instant | None, Query()] = None,
    end: Annotated[Instant | None, Query()] = None,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.BookingOut]:
    """Your companies' bookings, or all of the centres you manage; the latest made first."""
    if (start is None) != (end is None):
        raise Invalid("Give both start and end, or neither", field="end")
    in_centre = CentreId(centre) if centre else None
    on = machines.find(pool, who, machine, centre=in_centre).id if machine else None
    found = bookings.page(
        pool,
        who,
        centre=in_centre,
        machine=on,
        during=period_of(start, end) if start and end else None,
        before=paging.before_id(cursor),
        most=limit,
    )
    return paging.Page(items=[_booking(b) for b in found], next=paging.next_id(found, limit))


@router.get("/bookings/{booking_id}")
def get_booking(booking_id: UUID, response: Response, who: Who, pool: Connections) -> schemas.BookingDetail:
    """Return a booking and its history."""
    booking, events = bookings.find(pool, who, BookingId(booking_id))
    response.headers["ETag"] = f'"{booking.version}"'
    history = [
        schemas.EventOut(
            version=e.version,
            action=e.action,
            actor=e.actor_id,
            reason=e.reason,
            recorded_at=e.recorded_at,
        )
        for e in events
    ]
    parts = bookings.made_together(pool, who, booking)
    assigned = technicians.of_bookings(pool, who, [booking.id])
    return schemas.BookingDetail(
        **_booking(booking, parts).model_dump(),
        technician=assigned.get(booking.id),
        history=history,
    )


def _hand(booking_id: UUID, who: Who, if_match: IfMatch = None) -> Hand:
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
def edit_booking(response: Response, hand: OnBooking, body: EditIn, pool: Connections) -> schemas.BookingOut:
    """Say anew what a booking is for, what the centre asked, or how it is used, until it begins."""
    wanted = Edit(purpose=body.purpose, answers=body.answers, usage_mode=body.usage_mode)
    return answer(
        response, booking_changes.edit(pool, hand, wanted, override=body.override, now=datetime.now(UTC))
    )


@router.post("/bookings/{booking_id}/move")
def move_booking(
    response: Response,
    hand: OnBooking,
    body: schemas.MoveIn,
    pool: Connections,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Give a booking another time, with what was made together: all of it, or nothing if any is refused."""
    moved = booking_changes.move(
        pool, hand, body.period(), override=body.override, reach=reach, now=datetime.now(UTC)
    )
    return together(response, pool, hand, moved)


@router.post("/bookings/{booking_id}/extend")
def extend_booking(
    response: Response, hand: OnBooking, body: schemas.ExtendIn, pool: Connections
) -> schemas.BookingOut:
    """Keep the machine for longer, also while it runs; refused where somebody holds it next."""
    extended = booking_changes.extend(pool, hand, body.end, override=body.override, now=datetime.now(UTC))
    return answer(response, extended)


@router.post("/bookings/{booking_id}/transfer")
def transfer_booking(
    response: Response, hand: OnBooking, body: schemas.TransferIn, pool: Connections
) -> schemas.BookingOut:
    """Hand a booking to a colleague, until it starts."""
    return answer(
        response, booking_changes.transfer(pool, hand, PersonId(body.person), now=datetime.now(UTC))
    )


@router.post("/bookings/{booking_id}/cancel")
def cancel_booking(
    response: Response,
    hand: OnBooking,
    pool: Connections,
    body: schemas.ReasonIn | None = None,
    reach: Reached = Reach.ONE,
) -> schemas.BookingOut:
    """Give up a booking before it starts, a request or an offer; its time is free at once.

    A group is given up whole, of a series what is reached. A booking that has begun is ended by `check-out`. Only a
    manager with a `reason` cancels it still.
    """
    reason = body.reason if body else ""
    cancelled = booking_changes.cancel(pool, hand, reason=reason, reach=reach, now=datetime.now(UTC))
    return together(response, pool, hand, cancelled)


@router.post("/bookings/{booking_id}/accept")
def accept_offer(
    response: Response, hand: OnBooking, pool: Connections, body: schemas.OfferAcceptanceIn | None = None
) -> schemas.BookingOut:
    """Take an offer of the waiting list, by the rules and approvals of a direct request."""
    answers = body.answers if body else {}
    accepted = booking_changes.accept(pool, hand, answers=answers, now=datetime.now(UTC))
    return together(response, pool, hand, accepted)


@router.post("/bookings/{booking_id}/check-in")
def check_in(response: Response, hand: OnBooking, pool: Connections) -> schemas.BookingOut:
    """Say that you are at the machine."""
    booking = booking_changes.check_in(pool, hand, now=datetime.now(UTC))
    return answer(response, booking)


@router.post("/bookings/{booking_id}/check-out")
def check_out(response: Response, hand: OnBooking, pool: Connections) -> schemas.BookingOut:
    """End a booking now, also one that nobody checked into; the rest of its time is free for others."""
    booking = booking_changes.check_out(pool, hand, now=datetime.now(UTC))
    return answer(response, booking)


def company_of(who: Caller, given: UUID | None) -> CompanyId:
    """Return the company named, or the only one the caller books for."""
    if given:
        return CompanyId(given)
    if len(who.companies) != 1:
        raise Invalid("Name the company you book for", field="company")
    return next(iter(who.companies))


def _wanted(pool: Connections, who: Caller, body: schemas.BookingIn, *, key: str | None = None) -> Request:
    centre = CentreId(body.centre) if body.centre else None
    machine = machines.find(pool, who, body.machine, centre=centre)
    return booking_request(
        pool,
        who,
        machine,
        also=body.also,
        company=company_of(who, body.company),
        person=body.person,
        contact=body.person_name or "",
        contact_phone=body.person_phone,
        period=body.period(),
        purpose=body.purpose,
        answers=body.answers,
        usage_mode=body.usage_mode,
        override=body.override,
        pledge=body.pledge,
        key=key,
    )


def free_period(choice: FreeSlot) -> FreePeriod:
    """Return a choice on the wire."""
    return FreePeriod(machine=choice.machine, start=choice.period.start, end=choice.period.end)


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    text = if_match.removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise Invalid('If-Match is an ETag of ours, as in "3"', field="If-Match")
    return int(text)


def together(response: Response, pool: Connections, hand: Hand, booking: Booking) -> schemas.BookingOut:
    """Answer with all that was made together."""
    return answer(response, booking, bookings.made_together(pool, hand.who, booking))


def answer(response: Response, booking: Booking, parts: Sequence[Booking] = ()) -> schemas.BookingOut:
    response.headers["ETag"] = f'"{booking.version}"'
    return _booking(booking, parts)


def _booking(booking: Booking, parts: Sequence[Booking] = ()) -> schemas.BookingOut:
    return schemas.BookingOut(
        id=booking.id,
        machine=booking.machine_id,
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
        joined=booking.joined,
        override=booking.override,
        answers=dict(booking.answers),
        usage_mode=booking.usage_mode,
        parts=[
            schemas.GroupedBookingOut(
                id=part.id,
                machine=part.machine_id,
                start=part.period.start,
                end=part.period.end,
                state=part.state,
            )
            for part in parts
        ],
    )


def _estimate(found: Estimate | None) -> schemas.EstimateOut | None:
    if found is None:
        return None
    return schemas.EstimateOut(
        lines=[schemas.EstimateLineOut.model_validate(line, from_attributes=True) for line in found.lines],
        supply=found.totals.supply,
        vat=found.totals.vat,
        total=found.totals.total,
        subsidy=found.totals.subsidy,
        payable=found.totals.payable,
    )
