"""A booking, and what can be done to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections, link
from api.pages.booking.booking_fields import period_of
from api.pages.booking.booking_page import is_running, show_booking
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, Proven, go, page
from api.pages.frame.problem_page import reasons
from gadong.booking.domain.booking import (
    Booking,
)
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.domain.together.reach import Reach
from gadong.booking.services import approvals, booking_changes, booking_edits, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.centre_calendar import calendar_feeds
from gadong.core.domain.access import Right
from gadong.core.domain.ids import BookingId, PersonId
from gadong.core.domain.problem import GadongError, Invalid, Refused

router = APIRouter(include_in_schema=False)


@router.post("/bookings/feed")
def feed(request: Request, looking: Proven, pool: Connections) -> HTMLResponse:
    """Make a calendar feed of one's bookings; its address is shown this once."""
    _, secret = calendar_feeds.create(pool, looking.who, now=datetime.now(UTC))
    shown = link(request, f"/calendar/{secret}.ics")
    return page(request, looking, "booking/feed.html", address=shown)


@router.get("/bookings/{booking_id}/calendar.ics")
def calendar_file(booking_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Return a booking as a file that any calendar adds."""
    written = calendar_feeds.one(pool, looking.who, BookingId(booking_id))
    return Response(
        written,
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="booking.ics"'},
    )


@router.get("/bookings/{booking_id}")
def one(request: Request, booking_id: UUID, looking: Looking, pool: Connections) -> Response:
    """Show a booking, and what can be done to it now; to a company with a part its shares."""
    if is_of_others(looking, pool, BookingId(booking_id)):
        return go(f"/bookings/{booking_id}/cost-shares")
    return show_booking(request, looking, pool, BookingId(booking_id))


@router.post("/bookings/{booking_id}/move")
def move(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    version: Annotated[int, Form()],
    start: Annotated[str, Form(max_length=25)],
    minutes: Annotated[int, Form(ge=1, le=44_640)],
    reach: Annotated[Reach, Form()] = Reach.ONE,
    override: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Give it another time, with what was made together as far as the reach says.

    A manager with an `override` corrects what has begun or ended, too.
    """

    def act(hand: Hand, now: datetime) -> Booking:
        period = period_of(looking, start, minutes)
        return booking_changes.move(pool, hand, period, override=override, reach=reach, now=now)

    return acted(request, looking, pool, booking_id, version, act, "Moved.")


@router.post("/bookings/{booking_id}/extend")
def extend(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    end: Annotated[str, Form(max_length=25)],
    reach: Annotated[Reach, Form()] = Reach.ONE,
    override: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep the machine for longer, with what was made together as far as the reach says."""

    def act(hand: Hand, now: datetime) -> Booking:
        later = instant(looking, end)
        return booking_changes.extend(pool, hand, later, override=override, reach=reach, now=now)

    return acted(request, looking, pool, booking_id, version, act, "Extended.")


@router.post("/bookings/{booking_id}/transfer")
def transfer(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    person: Annotated[UUID, Form()],
    reach: Annotated[Reach, Form()] = Reach.ONE,
) -> Response:
    """Hand it to a colleague, with what was made together as far as the reach says."""

    def act(hand: Hand, now: datetime) -> Booking:
        return booking_edits.transfer(pool, hand, PersonId(person), reach=reach, now=now)

    return acted(request, looking, pool, booking_id, version, act, "Handed over.")


@router.post("/bookings/{booking_id}/approve")
@router.post("/bookings/{booking_id}/decline")
def judge(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    reason: Annotated[str, Form(min_length=1, max_length=200)],
    override: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Approve or decline a request; an `override` passes what stands in the way of a yes."""
    is_yes = request.url.path.endswith("/approve")

    def act(hand: Hand, now: datetime) -> Booking:
        if is_yes:
            return approvals.approve(pool, hand, reason=reason, override=override, now=now)
        return approvals.decline(pool, hand, reason=reason, now=now)

    return acted(
        request, looking, pool, booking_id, version, act, "Approved." if is_yes else "Declined."
    )


@router.post("/bookings/{booking_id}/cancel")
def cancel(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=200)] = "",
    reach: Annotated[Reach, Form()] = Reach.ONE,
) -> Response:
    """Give it up; once it has begun, only a manager with a reason does."""

    def act(hand: Hand, now: datetime) -> Booking:
        return booking_changes.cancel(pool, hand, reason=reason, reach=reach, now=now)

    return acted(
        request, looking, pool, booking_id, version, act, "Cancelled. Its time is free again."
    )


PLAIN: dict[str, tuple[Callable[..., Booking], str]] = {
    "accept": (approvals.accept, "It is yours."),
    "check-in": (booking_changes.check_in, "You are checked in."),
    "check-out": (
        booking_changes.check_out,
        "You are checked out. What was left is free for others.",
    ),
}


@router.post("/bookings/{booking_id}/{action}")
def act(
    request: Request,
    booking_id: UUID,
    action: str,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    is_sure: Annotated[bool, Form()] = False,  # noqa: FBT002  # a form's own form
    at: Annotated[str, Form(max_length=60, pattern="[a-z0-9-]*")] = "",
) -> Response:
    """Do an action that needs no further answer: accept, check in, check out.

    Who checks out while the machine runs is asked once more. Who checks in `at` a machine stays on
    its page, where the job is seen as it goes.
    """
    if action not in PLAIN:
        raise Invalid(f"Nothing called {action} can be done to a booking", field="action")
    found = BookingId(booking_id)
    is_asked = action == "check-out" and not is_sure and not is_of_others(looking, pool, found)
    if is_asked and is_running(looking, pool, found):
        return show_booking(request, looking, pool, found, is_leaving=True)
    done, said = PLAIN[action]
    answer = acted(
        request,
        looking,
        pool,
        booking_id,
        version,
        lambda hand, now: done(pool, hand, now=now),
        said,
    )
    is_at_it = at and action == "check-in" and answer.status_code == HTTPStatus.SEE_OTHER
    return go(f"/at/{at}", said=looking.words.say(said)) if is_at_it else answer


def acted(
    request: Request,
    looking: Look,
    pool: Connections,
    booking_id: UUID,
    version: int,
    act: Callable[[Hand, datetime], Booking],
    said: str,
) -> Response:
    """Do the work and redirect, or show the booking with the reasons of a refusal."""
    hand = Hand(who=looking.who, booking=BookingId(booking_id), version=version)
    try:
        act(hand, datetime.now(UTC))
    except GadongError as trouble:
        return refused(request, looking, pool, hand.booking, trouble)
    where = f"/bookings/{booking_id}"
    where += "/cost-shares" if is_of_others(looking, pool, hand.booking) else ""
    return go(where, said=looking.words.say(said))


def is_of_others(looking: Look, pool: Connections, booking_id: BookingId) -> bool:
    """Return whether the viewer sees a booking only for a part of its cost; raise NotFound to
    those who see nothing of it.
    """
    booking, _ = bookings.find(pool, looking.who, booking_id, for_sharers=True)
    return not looking.who.may_see(booking.centre_id, booking.company_id, Right.DESK_SEE)


def refused(
    request: Request, looking: Look, pool: Connections, booking_id: BookingId, trouble: GadongError
) -> Response:
    """Show the booking with the reasons of a refusal and the alternatives."""
    given = trouble.alternatives if isinstance(trouble, Refused) else []
    choices = [c for c in given if isinstance(c, FreeSlot)]
    why = reasons(trouble, looking.words)
    if is_of_others(looking, pool, booking_id):
        return go(f"/bookings/{booking_id}/cost-shares", wrong=why[0])
    return show_booking(request, looking, pool, booking_id, why=why, choices=choices)
