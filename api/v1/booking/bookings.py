"""Bookings: asked for, moved, given up, begun and ended."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from api.errors import told
from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking import bookings_schemas as schemas
from api.v1.booking.booking_answers import estimate, free_period, names_of, shown, together
from api.v1.booking.booking_changes import OnBooking
from api.v1.booking.booking_requests import requested
from api.v1.booking.climate_schemas import ClimateOut
from api.v1.machine_names import OfMachine, OfMachineSlug, chosen
from api.v1.schemas import BrokenRule, During
from gadong.billing.services.prices import quotes
from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_filter import BookingFilter, BookingOrder
from gadong.booking.services import (
    approvals,
    booking_changes,
    booking_lists,
    bookings,
)
from gadong.booking.services.staff import technicians
from gadong.booking.services.together import booking_series
from gadong.booking.services.use_log import climate
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, PersonId

router = APIRouter(tags=["bookings"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=8, max_length=200, description="Repeat a request under one key: it is done once."
    ),
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
    wanted = requested(pool, who, body, key=idempotency_key)
    made = bookings.request(pool, who, wanted, now=datetime.now(UTC))
    response.headers["Location"] = f"/api/v1/bookings/{made[0].id}"
    response.headers["ETag"] = f'"{made[0].version}"'
    names = {machine.id: machine.slug for machine in (wanted.machine, *wanted.also)}
    return shown(made[0], names, made if len(made) > 1 else ())


@router.post(
    "/bookings/series",
    status_code=201,
    responses={
        200: {
            "model": schemas.BookingSeriesOut,
            "description": "No date could be booked; each says why.",
        }
    },
)
def request_series(
    response: Response,
    body: schemas.SeriesIn,
    who: Who,
    pool: Connections,
    idempotency_key: IdempotencyKey = None,
) -> schemas.BookingSeriesOut:
    """Reserve the same hour on many days. What cannot be is said date by date.

    The others are booked.
    """
    found = booking_series.request_series(
        pool,
        who,
        requested(pool, who, body, key=idempotency_key),
        every=timedelta(days=body.every_days),
        count=body.count,
        now=datetime.now(UTC),
    )
    names = names_of(pool, [b for o in found for b in (o.booking, *o.parts) if b])
    group = next((o.booking.joined for o in found if o.booking), None)
    if group:
        response.headers["Location"] = f"/api/v1/bookings?group={group}"
    else:
        response.status_code = 200
    items = [
        schemas.OccurrenceOut(
            start=o.period.start,
            end=o.period.end,
            booking=shown(o.booking, names, o.parts if len(o.parts) > 1 else ())
            if o.booking
            else None,
            problems=[BrokenRule.model_validate(told(p)) for p in o.problems],
            alternatives=[free_period(c) for c in o.alternatives],
        )
        for o in found
    ]
    return schemas.BookingSeriesOut(group=group, items=items)


@router.post("/bookings/quote")
def quote_booking(body: schemas.BookingIn, who: Who, pool: Connections) -> schemas.QuoteOut:
    """Return the answer and the cost of a booking request; nothing is booked or stored."""
    found = quotes.quote(pool, who, requested(pool, who, body), now=datetime.now(UTC))
    return schemas.QuoteOut(
        is_possible=not found.problems,
        problems=[BrokenRule.model_validate(told(p)) for p in found.problems],
        alternatives=[free_period(c) for c in found.alternatives],
        needs_approval=found.needs_approval,
        free_cancellation_until=found.free_cancellation_until,
        used=estimate(found.used),
        unused=estimate(found.unused),
    )


def _only(
    who: Who,
    pool: Connections,
    *,
    state: Annotated[list[BookingState] | None, Query(description="Any of these states.")] = None,
    person: Annotated[UUID | None, Query(description="For whom it is.")] = None,
    company: Annotated[UUID | None, Query(description="Whose it is.")] = None,
    group: Annotated[
        UUID | None, Query(description="Made together: the `group` of a booking.")
    ] = None,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    centre: Annotated[UUID | None, Query(description="Where the machine is.")] = None,
    text: Annotated[
        str, Query(max_length=100, description="Words of names or of the purpose, in any order.")
    ] = "",
    during: During,
) -> BookingFilter:
    """Return the filter of a list of bookings."""
    named = chosen(pool, who, machine, machine_slug, centre)
    return BookingFilter(
        centre=CentreId(centre) if centre else None,
        machine=named.id if named else None,
        company=CompanyId(company) if company else None,
        person=PersonId(person) if person else None,
        group=group,
        states=state or (),
        during=during,
        text=text,
    )


@router.get("/bookings")
def list_bookings(
    who: Who,
    pool: Connections,
    only: Annotated[BookingFilter, Depends(_only)],
    order: Annotated[
        BookingOrder, Query(description="Which comes first.")
    ] = BookingOrder.LATEST_MADE,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.BookingOut]:
    """Your companies' bookings, those whose cost they share, or all of the centres you manage.

    `from` and `to` find those that touch the time.
    """
    if order is not BookingOrder.LATEST_MADE:
        found = booking_lists.page_by_start(
            pool,
            who,
            only,
            after=paging.before_moment(cursor),
            most=limit,
            is_latest_first=order is BookingOrder.LATEST_START,
            with_shared=True,
        )
        last = found[-1] if len(found) == limit else None
        following = paging.next_moment(last.period.start, last.id) if last else None
    else:
        before = paging.before_id(cursor)
        found = booking_lists.page(pool, who, only, before=before, most=limit, with_shared=True)
        following = paging.next_id(found, limit)
    names = names_of(pool, found)
    return paging.Page(items=[shown(b, names) for b in found], next=following)


@router.get("/bookings/{booking_id}")
def get_booking(
    booking_id: UUID, response: Response, who: Who, pool: Connections
) -> schemas.BookingDetail:
    """Return a booking and its history."""
    booking, events = bookings.find(pool, who, BookingId(booking_id), for_sharers=True)
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
    found = shown(booking, names_of(pool, [booking, *parts]), parts)
    around = climate.of_booking(pool, who, booking, now=datetime.now(UTC))
    return schemas.BookingDetail(
        **found.model_dump(),
        technician=assigned.get(booking.id),
        climate=[ClimateOut.model_validate(asdict(one)) for one in around],
        history=history,
    )


@router.post("/bookings/{booking_id}/accept")
def accept_offer(
    response: Response,
    hand: OnBooking,
    pool: Connections,
    body: schemas.OfferAcceptanceIn | None = None,
) -> schemas.BookingOut:
    """Take an offer of the waiting list, by the rules and approvals of a direct request."""
    answers = body.answers if body else {}
    accepted = approvals.accept(pool, hand, answers=answers, now=datetime.now(UTC))
    return together(response, pool, hand, accepted)


@router.post("/bookings/{booking_id}/check-in")
def check_in(response: Response, hand: OnBooking, pool: Connections) -> schemas.BookingOut:
    """Say that you are at the machine."""
    booking = booking_changes.check_in(pool, hand, now=datetime.now(UTC))
    return together(response, pool, hand, booking)


@router.post("/bookings/{booking_id}/check-out")
def check_out(response: Response, hand: OnBooking, pool: Connections) -> schemas.BookingOut:
    """End a booking now, also one that nobody checked into.

    The rest of its time is free for others.
    """
    booking = booking_changes.check_out(pool, hand, now=datetime.now(UTC))
    return together(response, pool, hand, booking)
