"""Sharing a booking's cost: asking other companies, their answers, and what each would pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.problem_page import reasons
from gadong.billing.services.prices import shared_costs
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.cost_shares import (
    MOST_COMPANIES,
    MOST_PARTS,
    AskedShare,
    ShareAct,
    ShareState,
    fixed_at,
)
from gadong.booking.services import timeline
from gadong.booking.services.booking_steps import Hand
from gadong.booking.services.shares import cost_shares
from gadong.booking.services.shares.cost_shares import AskedCompany
from gadong.booking.services.shares.shared_booking import SharedBooking
from gadong.core.domain.ids import BookingId, CompanyId
from gadong.core.domain.problem import GadongError, Invalid
from gadong.core.domain.typed_number import whole_number

router = APIRouter(include_in_schema=False)

Number = Annotated[list[str], Form(max_length=MOST_COMPANIES)]
#: The states of a share, as the catalogue has them.
STATES = {
    ShareState.ASKED: "asked for its consent",
    ShareState.CONSENTED: "consented",
    ShareState.REFUSED: "refused",
    ShareState.WITHDRAWN: "withdrew its consent",
    ShareState.TAKEN_BACK: "no longer asked",
    ShareState.OUTDATED: "to be asked again: the booking changed",
}


@router.get("/cost-shares")
def asked_of_me(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the bookings to come whose cost one's companies were asked to share."""
    centre = looking.need_centre()
    found = cost_shares.of_callers(pool, looking.who, now=datetime.now(UTC))
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    shown = [one for one in found if one.booking.machine_id in hall]
    return page(request, looking, "booking/shares/asked.html", found=shown, machines=hall)


@router.get("/bookings/{booking_id}/cost-shares")
def show(request: Request, booking_id: UUID, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show who shares a booking's cost."""
    return _shown(request, looking, pool, BookingId(booking_id))


@router.post("/bookings/{booking_id}/cost-shares")
def ask(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    booker_parts: Annotated[int, Form(ge=1, le=MOST_PARTS)],
    number: Number,
    parts: Number,
) -> Response:
    """Ask the companies of the filled rows, in place of those asked before."""
    hand = Hand(who=looking.who, booking=BookingId(booking_id), version=version)
    try:
        asked = [
            AskedCompany(registration_number=one, parts=_parts(count))
            for one, count in zip(number, parts, strict=False)
            if one.strip()
        ]
        cost_shares.ask(pool, hand, asked, booker_parts=booker_parts, now=datetime.now(UTC))
    except GadongError as trouble:
        return _shown(request, looking, pool, hand.booking, trouble)
    return go(f"/bookings/{booking_id}/cost-shares", said=looking.words.say("They were asked."))


@router.post("/bookings/{booking_id}/cost-shares/take-back")
def take_back(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
) -> Response:
    """Take back what was asked."""
    hand = Hand(who=looking.who, booking=BookingId(booking_id), version=version)
    try:
        cost_shares.take_back(pool, hand, now=datetime.now(UTC))
    except GadongError as trouble:
        return _shown(request, looking, pool, hand.booking, trouble)
    return go(f"/bookings/{booking_id}/cost-shares", said=looking.words.say("Taken back."))


@router.post("/bookings/{booking_id}/cost-shares/consent")
def consent(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    asked: Annotated[int, Form()],
    company: Annotated[UUID, Form()],
) -> Response:
    """Consent for one's company."""
    return _answered(request, booking_id, looking, pool, ShareAct.CONSENT, asked, company)


@router.post("/bookings/{booking_id}/cost-shares/refuse")
def refuse(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    asked: Annotated[int, Form()],
    company: Annotated[UUID, Form()],
) -> Response:
    """Refuse for one's company."""
    return _answered(request, booking_id, looking, pool, ShareAct.REFUSE, asked, company)


@router.post("/bookings/{booking_id}/cost-shares/withdraw")
def withdraw(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    asked: Annotated[int, Form()],
    company: Annotated[UUID, Form()],
) -> Response:
    """Withdraw one's company's consent."""
    return _answered(request, booking_id, looking, pool, ShareAct.WITHDRAW, asked, company)


def _answered(
    request: Request,
    booking_id: UUID,
    looking: Look,
    pool: Connections,
    given: ShareAct,
    asked: int,
    company: UUID,
) -> Response:
    booking = BookingId(booking_id)
    try:
        cost_shares.answer(
            pool,
            looking.who,
            booking,
            given,
            company=CompanyId(company),
            version=asked,
            now=datetime.now(UTC),
        )
    except GadongError as trouble:
        return _shown(request, looking, pool, booking, trouble)
    return go(f"/bookings/{booking_id}/cost-shares", said=looking.words.say("Answered."))


def _shown(
    request: Request,
    looking: Look,
    pool: Connections,
    booking_id: BookingId,
    trouble: GadongError | None = None,
) -> HTMLResponse:
    """Show the shares of a booking, with the reasons of a refusal."""
    found = cost_shares.find(pool, looking.who, booking_id, now=datetime.now(UTC))
    booking, who = found.booking, looking.who
    hall = timeline.seen(pool, who, centre=booking.centre_id)
    cost = shared_costs.of_full_use(pool, who, found)
    return page(
        request,
        looking,
        "booking/shares/shares.html",
        status=409 if trouble else 200,
        reasons=reasons(trouble, looking.words) if trouble else [],
        found=found,
        booking=booking,
        machine=next(s.machine for s in hall if s.machine.id == booking.machine_id),
        cost=cost,
        fixed=fixed_at(booking),
        pays={part.company_id: part.parts for part in found.parts},
        rows=_rows(found),
        states=STATES,
        mine=who.companies,
        may_ask=booking.company_id in who.companies and not found.is_fixed,
        may_answer=not found.is_fixed,
        has_part=found.has_part(who.companies),
        comes=comes(booking, datetime.now(UTC)) if found.has_part(who.companies) else "",
        most=MOST_COMPANIES,
        most_parts=MOST_PARTS,
    )


def comes(booking: Booking, now: datetime) -> str:
    """Return what the people of a company with a part may do now: check in, check out, or
    nothing.
    """
    is_due = booking.period.start - now < timedelta(hours=1) and now < booking.period.end
    if booking.state is BookingState.CONFIRMED and booking.usage_mode.wants_training and is_due:
        return "check-in"
    is_there = booking.state in {BookingState.CHECKED_IN, BookingState.IN_USE}
    return "check-out" if is_there else ""


def _rows(found: SharedBooking) -> Sequence[tuple[AskedShare, ShareState]]:
    """Return the shares with their states."""
    request = found.request
    return [(share, found.state(share)) for share in request.shares] if request else []


def _parts(count: str) -> int:
    """Return the parts that a row says; without a number one, and Invalid for anything else."""
    number = whole_number(count.strip() or "1", MOST_PARTS)
    if not number:
        raise Invalid(field="parts")
    return number
