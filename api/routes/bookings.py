"""Bookings: asked for, moved, given up, begun and ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import AwareDatetime

from api import paging, schemas
from api.errors import told
from api.identity import Connections, Who
from gadong.domain.access import Caller
from gadong.domain.booking import Booking
from gadong.domain.ids import BookingId, CentreId, CompanyId
from gadong.domain.problem import Invalid
from gadong.services import bookings, machines, quoting
from gadong.services.bookings import Request
from gadong.services.quoting import Estimate

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
    """Reserve a machine. A refusal lists every broken rule and the nearest times that would do."""
    centre = CentreId(body.centre) if body.centre else None
    machine = machines.find(pool, who, body.machine, centre=centre)
    wanted = Request(
        machine=machine,
        company=_company(who, body.company),
        period=body.period(),
        purpose=body.purpose,
        override=body.override,
        key=idempotency_key,
    )
    booking = bookings.request(pool, who, wanted, now=datetime.now(UTC))
    return _answer(response, booking)


@router.post("/bookings/quote")
def quote_booking(body: schemas.BookingIn, who: Who, pool: Connections) -> schemas.QuoteOut:
    """What a booking would be answered and would cost; nothing is booked, and nothing is kept of the question."""
    machine = machines.find(pool, who, body.machine, centre=CentreId(body.centre) if body.centre else None)
    wanted = Request(
        machine=machine, company=_company(who, body.company), period=body.period(), override=body.override
    )
    found = quoting.quote(pool, who, wanted, now=datetime.now(UTC))
    return schemas.QuoteOut(
        is_possible=not found.problems,
        problems=[schemas.BrokenRule.model_validate(told(p)) for p in found.problems],
        alternatives=[schemas.FreePeriod(start=p.start, end=p.end) for p in found.alternatives],
        used=_estimate(found.used),
        unused=_estimate(found.unused),
    )


@router.get("/bookings")
def list_bookings(
    who: Who,
    pool: Connections,
    machine: Annotated[schemas.Slug | None, Query()] = None,
    centre: Annotated[UUID | None, Query()] = None,
    start: Annotated[AwareDatetime | None, Query()] = None,
    end: Annotated[AwareDatetime | None, Query()] = None,
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
        during=schemas.period_of(start, end) if start and end else None,
        before=paging.before_id(cursor),
        most=limit,
    )
    return paging.Page(items=[_booking(b) for b in found], next=paging.next_id(found, limit))


@router.get("/bookings/{booking_id}")
def get_booking(booking_id: UUID, response: Response, who: Who, pool: Connections) -> schemas.BookingDetail:
    """A booking and its history."""
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
    return schemas.BookingDetail(**_booking(booking).model_dump(), history=history)


@router.post("/bookings/{booking_id}/move")
def move_booking(
    booking_id: UUID,
    response: Response,
    body: schemas.MoveIn,
    who: Who,
    pool: Connections,
    if_match: IfMatch = None,
) -> schemas.BookingOut:
    """Give a booking another time; it keeps the old one if that is refused."""
    moved = bookings.move(
        pool,
        who,
        BookingId(booking_id),
        body.period(),
        version=_version(if_match),
        override=body.override,
        now=datetime.now(UTC),
    )
    return _answer(response, moved)


@router.post("/bookings/{booking_id}/cancel")
def cancel_booking(
    booking_id: UUID, response: Response, who: Who, pool: Connections, if_match: IfMatch = None
) -> schemas.BookingOut:
    """Give a booking up; its time is free at once."""
    cancelled = bookings.cancel(
        pool, who, BookingId(booking_id), version=_version(if_match), now=datetime.now(UTC)
    )
    return _answer(response, cancelled)


@router.post("/bookings/{booking_id}/check-in")
def check_in(
    booking_id: UUID, response: Response, who: Who, pool: Connections, if_match: IfMatch = None
) -> schemas.BookingOut:
    """Say that you are at the machine."""
    booking = bookings.check_in(
        pool, who, BookingId(booking_id), version=_version(if_match), now=datetime.now(UTC)
    )
    return _answer(response, booking)


@router.post("/bookings/{booking_id}/check-out")
def check_out(
    booking_id: UUID, response: Response, who: Who, pool: Connections, if_match: IfMatch = None
) -> schemas.BookingOut:
    """Say that you are done."""
    booking = bookings.check_out(
        pool, who, BookingId(booking_id), version=_version(if_match), now=datetime.now(UTC)
    )
    return _answer(response, booking)


def _company(who: Caller, given: UUID | None) -> CompanyId:
    if given:
        return CompanyId(given)
    if len(who.companies) != 1:
        raise Invalid("Name the company you book for", field="company")
    return next(iter(who.companies))


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match == "*":
        return None
    text = if_match.removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise Invalid('If-Match is an ETag of ours, as in "3"', field="If-Match")
    return int(text)


def _answer(response: Response, booking: Booking) -> schemas.BookingOut:
    response.headers["ETag"] = f'"{booking.version}"'
    return _booking(booking)


def _booking(booking: Booking) -> schemas.BookingOut:
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
    )


def _estimate(found: Estimate | None) -> schemas.EstimateOut | None:
    if found is None:
        return None
    return schemas.EstimateOut(
        lines=[schemas.EstimateLineOut(ko=ko, en=en, amount=amount) for ko, en, amount in found.sentences],
        supply=found.totals.supply,
        vat=found.totals.vat,
        total=found.totals.total,
    )
