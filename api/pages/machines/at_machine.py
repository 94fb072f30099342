"""Standing at a machine: the code on it, one's own booking there, what its job does now, and
calling the staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup

from api.identity import Connections, link
from api.pages.frame.layout import Look, Looking, go, page, render
from api.pages.frame.listing import ListAsked, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.pages.machines.machines import NOW_STATES
from gadong.billing.services.prices import session_costs
from gadong.billing.services.prices.session_costs import SessionCost
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.domain.staff.staff_call import Call
from gadong.booking.services import booking_lists, timeline
from gadong.booking.services.safety import checklists
from gadong.booking.services.safety.checklists import AFTER_USE, DueChecklist
from gadong.booking.services.shares import own_bookings
from gadong.booking.services.staff import staff_calls
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.metering.domain.job import Job
from gadong.metering.domain.live_state import LiveState
from gadong.operations.services import health

router = APIRouter(include_in_schema=False)

# A person who comes a little early finds their booking.
EARLY = timedelta(minutes=30)
# Bookings that may be begun on this visit.
TODAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The page of a machine: its state, the viewer's booking, its last job, and the open call.

    The booking `is_own` where no other company made it. `cost` is that of the booking so far;
    without one, `ended` is their company's last of the day.
    """

    machine: Machine
    live: LiveState | None
    booking: Booking | None
    is_own: bool
    job: Job | None
    call: Call | None
    answer: Call | None
    checklists: Sequence[DueChecklist]
    cost: SessionCost | None
    ended: Booking | None
    reception: health.Reception
    now: datetime


@router.get("/machines/{slug}/qr")
def qr_code(request: Request, slug: str, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the machine's page as a code to print and stick on it; for managers."""
    centre = looking.need(Right.FLOOR_SEE)
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    address = link(request, f"/at/{machine.slug}")
    code = _code(address)
    return page(request, looking, "machines/qr.html", machine=machine, address=address, code=code)


@router.get("/qr-codes")
def qr_sheet(request: Request, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the codes of all machines of the hall on sheets to print; for who sees the floor."""
    centre = looking.need(Right.FLOOR_SEE)
    hall = [
        seen.machine
        for seen in timeline.seen(pool, looking.who, centre=centre.id)
        if seen.machine.retired_at is None
    ]
    labels = [(machine, _code(link(request, f"/at/{machine.slug}"))) for machine in hall]
    return page(request, looking, "machines/qr_sheet.html", labels=labels)


def _code(address: str) -> Markup:
    """Return an address as a QR code that fills the box it is in."""
    code = segno.make(address, error="m").svg_inline(scale=6, border=2, omitsize=True)
    return Markup(code)  # noqa: S704  # segno's own drawing


@router.get("/at")
def at_which_machine(
    request: Request, looking: Looking, pool: Connections, asked: ListAsked
) -> HTMLResponse:
    """Show the viewer's bookings of today by machine, and every machine,
    for who scanned no code.
    """
    centre, now = looking.need_centre(), datetime.now(UTC)
    seen = timeline.seen(pool, looking.who, centre=centre.id)
    hall = {s.machine.id: s.machine for s in seen}
    held = booking_lists.page(
        pool,
        looking.who,
        BookingFilter(centre=centre.id, during=Period(now, now + TODAY)),
        most=50,
    )
    shared = own_bookings.with_part(pool, looking.who, centre.id, now=now)
    soon = [b for b in shared if b.period.start < now + TODAY]
    own = [b for b in held if b.company_id in looking.who.companies]
    own = [b for b in [*own, *soon] if b.state in NOW_STATES]
    return page(
        request,
        looking,
        "machines/at_which.html",
        hall=hall,
        machines=listing(
            "/at",
            list(hall.values()),
            asked.of("machines"),
            text=machine_text,
        ),
        own=sorted(own, key=lambda b: b.period.start),
    )


@router.get("/at/{slug}")
def at_the_machine(
    request: Request, slug: str, looking: Looking, pool: Connections
) -> HTMLResponse:
    """Show the page behind a machine's QR code: the viewer's booking there, else the machine."""
    return _at(request, slug, looking, pool)


@router.get("/at/{slug}/live")
def live(slug: str, looking: Looking, pool: Connections) -> HTMLResponse:
    """Return the machine's state as a fragment, for its page to replace."""
    return HTMLResponse(
        render("machines/at_live.html", looking.words, place=_here(looking, pool, slug))
    )


@router.post("/at/{slug}/call")
def call(
    request: Request,
    slug: str,
    looking: Looking,
    pool: Connections,
    words: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Have the staff come."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    try:
        staff_calls.call(pool, looking.who, machine, words=words)
    except GadongError as trouble:
        return _at(request, slug, looking, pool, why=reasons(trouble, looking.words))
    return go(f"/at/{slug}", said=looking.words.say("Called. The staff is told."))


@router.post("/calls/{call_id}/answer")
def answer(call_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Answer a call for the staff."""
    try:
        staff_calls.answer(pool, looking.who, call_id)
    except GadongError as trouble:
        return go("/desk", wrong=reasons(trouble, looking.words)[0])
    return go("/desk", said=looking.words.say("Answered."))


def _at(
    request: Request, slug: str, looking: Look, pool: Pool, *, why: list[str] | None = None
) -> HTMLResponse:
    return page(
        request,
        looking,
        "machines/at.html",
        status=409 if why else 200,
        place=_here(looking, pool, slug),
        reasons=why or [],
    )


def _here(looking: Look, pool: Pool, slug: str) -> Here:
    centre, now = looking.need_centre(), datetime.now(UTC)
    machine = machines.find(pool, looking.who, slug, centre=centre.id)
    held = booking_lists.page(
        pool,
        looking.who,
        BookingFilter(centre=centre.id, machine=machine.id, during=Period(now, now + EARLY)),
        most=10 * machine.seats,
    )
    own = [b for b in held if b.company_id in looking.who.companies and b.state in NOW_STATES]
    own = own or [
        b
        for b in own_bookings.with_part(pool, looking.who, centre.id, now=now)
        if b.machine_id == machine.id and b.state in NOW_STATES and b.period.start < now + EARLY
    ]
    # In a room with seats colleagues have bookings beside one's own.
    mine = [b for b in own if b.person_id == looking.who.person_id] if machine.seats > 1 else []
    booking = min(mine or own, key=lambda b: b.period.start, default=None)
    seen = timeline.seen(pool, looking.who, centre=centre.id)
    open_ = staff_calls.waiting(pool, looking.who, centre.id)
    call = next(
        (c for c in open_ if c.machine_id == machine.id and c.person_id == looking.who.person_id),
        None,
    )
    ended = _ended(looking, pool, machine, now)
    to_check = [b for b in ended if b.person_id == looking.who.person_id]
    return Here(
        machine=machine,
        live=next(s.live for s in seen if s.machine.id == machine.id),
        booking=booking,
        is_own=booking is not None and booking.company_id in looking.who.companies,
        job=_job(looking, pool, machine, booking, now),
        call=call,
        answer=None if call else staff_calls.answered(pool, looking.who, machine, now=now),
        checklists=checklists.due(
            pool, looking.who, machine, [*([booking] if booking else []), *to_check]
        ),
        cost=_cost(looking, pool, booking),
        ended=None if booking else max(ended, key=lambda b: b.period.start, default=None),
        reception=health.reception(pool, centre, now=now),
        now=now,
    )


def _cost(looking: Look, pool: Pool, booking: Booking | None) -> SessionCost | None:
    """Return the cost of a booking so far; a company that has a part of another's reads it on its
    statement.
    """
    if booking is None or booking.company_id not in looking.who.companies:
        return None
    return session_costs.of_booking(pool, looking.who, booking)


def _ended(looking: Look, pool: Pool, machine: Machine, now: datetime) -> list[Booking]:
    """Return the bookings of the viewer's companies here that ended within the last hours."""
    past = booking_lists.page(
        pool,
        looking.who,
        BookingFilter(
            centre=machine.centre_id, machine=machine.id, during=Period(now - AFTER_USE, now)
        ),
        most=20,
    )
    return [
        b
        for b in past
        if b.company_id in looking.who.companies and b.state is BookingState.COMPLETED
    ]


def _job(
    looking: Look, pool: Pool, machine: Machine, booking: Booking | None, now: datetime
) -> Job | None:
    """Return the last job that began in one's own booking."""
    if booking is None or booking.period.start >= now:
        return None
    told = timeline.timeline(pool, looking.who, machine, Period(booking.period.start, now), now=now)
    return max(
        (j for j in told.jobs if j.start >= booking.period.start),
        key=lambda j: j.start,
        default=None,
    )
