"""Booking: a form with the price and every rule's answer before it is sent, one's bookings, and what can be done to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.frame import Look, Looking, go, page, reasons, render
from api.pages.machines import payer
from gadong.domain.booking import Action, Booking, BookingState
from gadong.domain.ids import BookingId, CompanyId, PersonId
from gadong.domain.machine import Machine
from gadong.domain.period import Period, span
from gadong.domain.problem import GadongError, Invalid, NotAllowed, Refused
from gadong.domain.wish import Choice
from gadong.services import accounts, bookings, changes, machines, quoting
from gadong.services.bookings import Request as Wanted
from gadong.services.changes import Hand
from gadong.services.quoting import Quote

router = APIRouter(include_in_schema=False)

LENGTHS = (30, 60, 90, 120, 180, 240, 360, 480, 720, 1440)
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
MOST_SHOWN = 200
CHANGEABLE = frozenset(
    {BookingState.CONFIRMED, BookingState.PENDING, BookingState.CHECKED_IN, BookingState.IN_USE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a form says, as it was typed."""

    company: str = ""
    start: str = ""
    minutes: int = 120
    purpose: str = ""
    override: str = ""


def _asked_by_query(
    company: Annotated[str, Query(max_length=36)] = "",
    start: Annotated[str, Query(max_length=25)] = "",
    minutes: Annotated[int, Query(ge=1, le=44_640)] = 120,
    purpose: Annotated[str, Query(max_length=200)] = "",
    override: Annotated[str, Query(max_length=200)] = "",
) -> Asked:
    return Asked(company=company, start=start, minutes=minutes, purpose=purpose, override=override)


def _asked_by_form(
    start: Annotated[str, Form(max_length=25)],
    company: Annotated[str, Form(max_length=36)] = "",
    minutes: Annotated[int, Form(ge=1, le=44_640)] = 120,
    purpose: Annotated[str, Form(max_length=200)] = "",
    override: Annotated[str, Form(max_length=200)] = "",
) -> Asked:
    return Asked(company=company, start=start, minutes=minutes, purpose=purpose, override=override)


Query_ = Annotated[Asked, Depends(_asked_by_query)]
Form_ = Annotated[Asked, Depends(_asked_by_form)]


@router.get("/machines/{slug}/book")
def form(request: Request, slug: str, asked: Query_, looking: Looking, pool: Connections) -> HTMLResponse:
    """The form; with a time in it, the price and the answer of every rule beside it."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    quote, why, choices = _quoted(looking, pool, machine, asked)
    return _form(request, looking, pool, machine, asked, quote=quote, why=why, choices=choices)


@router.get("/machines/{slug}/quote")
def quote_part(slug: str, asked: Query_, looking: Looking, pool: Connections) -> HTMLResponse:
    """The price and the answers alone, as the form changes."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    quote, why, choices = _quoted(looking, pool, machine, asked)
    text = render("quote.html", looking.words, machine=machine, quote=quote, reasons=why, choices=choices)
    return HTMLResponse(text)


@router.post("/machines/{slug}/book")
def book(
    request: Request,
    slug: str,
    asked: Form_,
    looking: Looking,
    pool: Connections,
    key: Annotated[str, Form(min_length=8, max_length=200)],
) -> Response:
    """Book it, or show everything that stands in the way and what would do. Sent twice, it is booked once."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    try:
        wanted = _wanted(looking, pool, machine, asked, key=key)
        made = bookings.request(pool, looking.who, wanted, now=datetime.now(UTC))
    except GadongError as trouble:
        choices = (
            [c for c in trouble.alternatives if isinstance(c, Choice)] if isinstance(trouble, Refused) else []
        )
        why = reasons(trouble, looking.words)
        return _form(request, looking, pool, machine, asked, quote=None, why=why, choices=choices, status=409)
    said = "Booked." if made[0].state is BookingState.CONFIRMED else "Asked for. The centre will answer."
    return go(f"/bookings/{made[0].id}", said=looking.words.say(said))


@router.get("/bookings")
def mine(request: Request, looking: Looking, pool: Connections, done: str = "") -> HTMLResponse:
    """One's company's bookings; a manager's are the centre's."""
    centre, now = looking.need_centre(), datetime.now(UTC)
    found = bookings.page(
        pool,
        looking.who,
        centre=centre.id,
        machine=None,
        during=Period(now - BACK, now + AHEAD),
        before=None,
        most=MOST_SHOWN,
    )
    hall = {s.machine.id: s.machine for s in machines.seen(pool, looking.who, centre=centre.id)}
    shown = [b for b in found if b.machine_id in hall]
    companies = accounts.companies(pool, looking.who, centre.id) if looking.manages else []
    return page(
        request,
        looking,
        "bookings.html",
        coming=sorted((b for b in shown if b.period.end > now and b.is_holding), key=lambda b: b.period),
        past=sorted(
            (b for b in shown if b.period.end <= now or not b.is_holding),
            key=lambda b: b.period,
            reverse=True,
        )[:50],
        machines=hall,
        names={c.id: c.name for c in companies},
        feed="",
        done=done,
    )


@router.get("/bookings/{booking_id}")
def one(
    request: Request, booking_id: UUID, looking: Looking, pool: Connections, done: str = ""
) -> HTMLResponse:
    """A booking, and what can be done to it now."""
    return _shown(request, looking, pool, BookingId(booking_id), done=done)


@router.post("/bookings/{booking_id}/move")
def move(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    start: Annotated[str, Form(max_length=25)],
    minutes: Annotated[int, Form(ge=1, le=44_640)],
) -> Response:
    """Give it another time."""

    def act(hand: Hand, now: datetime) -> Booking:
        return changes.move(pool, hand, _period(looking, start, minutes), now=now)

    return _acted(request, looking, pool, booking_id, version, act, "Moved.")


@router.post("/bookings/{booking_id}/extend")
def extend(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    end: Annotated[str, Form(max_length=25)],
) -> Response:
    """Keep the machine for longer."""

    def act(hand: Hand, now: datetime) -> Booking:
        return changes.extend(pool, hand, instant(looking, end), now=now)

    return _acted(request, looking, pool, booking_id, version, act, "Extended.")


@router.post("/bookings/{booking_id}/transfer")
def transfer(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    person: Annotated[UUID, Form()],
) -> Response:
    """Hand it to a colleague."""

    def act(hand: Hand, now: datetime) -> Booking:
        return changes.transfer(pool, hand, PersonId(person), now=now)

    return _acted(request, looking, pool, booking_id, version, act, "Handed over.")


@router.post("/bookings/{booking_id}/approve")
@router.post("/bookings/{booking_id}/decline")
def judge(
    request: Request,
    booking_id: UUID,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
    reason: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """A manager's word on a request."""
    is_yes = request.url.path.endswith("/approve")
    done = changes.approve if is_yes else changes.decline

    def act(hand: Hand, now: datetime) -> Booking:
        return done(pool, hand, reason=reason, now=now)

    return _acted(request, looking, pool, booking_id, version, act, "Approved." if is_yes else "Declined.")


PLAIN: dict[str, tuple[Callable[..., Booking], str]] = {
    "cancel": (changes.cancel, "Cancelled. Its time is free again."),
    "accept": (changes.accept, "It is yours."),
    "check-in": (changes.check_in, "You are checked in."),
    "check-out": (changes.check_out, "You are checked out. What was left is free for others."),
}


@router.post("/bookings/{booking_id}/{action}")
def act(
    request: Request,
    booking_id: UUID,
    action: str,
    looking: Looking,
    pool: Connections,
    version: Annotated[int, Form()],
) -> Response:
    """What needs no more than a word: cancel, accept, check in, check out."""
    if action not in PLAIN:
        raise Invalid(f"Nothing called {action} can be done to a booking", field="action")
    done, said = PLAIN[action]
    return _acted(
        request,
        looking,
        pool,
        booking_id,
        version,
        lambda hand, now: done(pool, hand, now=now),
        said,
    )


def _acted(
    request: Request,
    looking: Look,
    pool: Connections,
    booking_id: UUID,
    version: int,
    act: Callable[[Hand, datetime], Booking],
    said: str,
) -> Response:
    """Do it and go on; or show the booking with everything that stood in the way."""
    hand = Hand(who=looking.who, booking=BookingId(booking_id), version=version)
    try:
        act(hand, datetime.now(UTC))
    except GadongError as trouble:
        choices = (
            [c for c in trouble.alternatives if isinstance(c, Choice)] if isinstance(trouble, Refused) else []
        )
        return _shown(
            request,
            looking,
            pool,
            BookingId(booking_id),
            why=reasons(trouble, looking.words),
            choices=choices,
        )
    return go(f"/bookings/{booking_id}", said=looking.words.say(said))


def _shown(
    request: Request,
    looking: Look,
    pool: Connections,
    booking_id: BookingId,
    *,
    why: Sequence[str] = (),
    choices: Sequence[Choice] = (),
    done: str = "",
) -> HTMLResponse:
    booking, events = bookings.find(pool, looking.who, booking_id)
    seen = next(
        s
        for s in machines.seen(pool, looking.who, centre=booking.centre_id)
        if s.machine.id == booking.machine_id
    )
    now = datetime.now(UTC)
    words = looking.words
    doable = [
        (action, words.say(name))
        for action, does, name in (
            ("accept", Action.ACCEPT, "Take it"),
            ("check-in", Action.CHECK_IN, "Check in"),
            ("check-out", Action.CHECK_OUT, "Check out"),
        )
        if _may(booking, does)
        and (does is not Action.CHECK_IN or booking.period.start - now < timedelta(hours=1))
    ]
    return page(
        request,
        looking,
        "booking.html",
        status=409 if why else 200,
        booking=booking,
        machine=seen.machine,
        live=seen.live,
        events=events,
        reasons=list(why),
        choices=list(choices),
        doable=doable,
        may_change=booking.state in CHANGEABLE,
        may_judge=looking.manages and booking.state is BookingState.PENDING,
        colleagues=accounts.colleagues(pool, looking.who, booking.company_id),
        cost=quoting.cancelling(pool, looking.who, booking, now=now),
        done=done,
    )


def _may(booking: Booking, action: Action) -> bool:
    try:
        booking.after(action)
    except NotAllowed:
        return False
    return True


def _form(
    request: Request,
    looking: Look,
    pool: Connections,
    machine: Machine,
    asked: Asked,
    *,
    quote: Quote | None,
    why: Sequence[str],
    choices: Sequence[Choice],
    status: int = 200,
) -> HTMLResponse:
    served = accounts.companies(pool, looking.who, machine.centre_id) if looking.manages else []
    return page(
        request,
        looking,
        "book.html",
        status=status,
        machine=machine,
        asked=asked,
        companies=served,
        lengths=sorted({*LENGTHS, asked.minutes}),
        key=uuid4().hex,
        quote=quote,
        reasons=list(why),
        choices=list(choices),
    )


def _quoted(
    looking: Look, pool: Connections, machine: Machine, asked: Asked
) -> tuple[Quote | None, list[str], list[Choice]]:
    """The answer to what is asked for so far; nothing where no time is."""
    if not asked.start:
        return None, [], []
    try:
        wanted = _wanted(looking, pool, machine, asked, key=None)
        quote = quoting.quote(pool, looking.who, wanted, now=datetime.now(UTC))
    except GadongError as trouble:
        return None, reasons(trouble, looking.words), []
    refusal = Refused(quote.problems)
    return quote, reasons(refusal, looking.words) if quote.problems else [], list(quote.alternatives)


def _wanted(looking: Look, pool: Connections, machine: Machine, asked: Asked, *, key: str | None) -> Wanted:
    try:
        company = CompanyId(UUID(asked.company)) if asked.company else payer(looking, pool)
    except ValueError as trouble:
        raise Invalid("Choose the company from the list", field="company") from trouble
    if company is None:
        raise Invalid("Name the company you book for", field="company")
    return Wanted(
        machine=machine,
        company=company,
        period=_period(looking, asked.start, asked.minutes),
        purpose=asked.purpose,
        override=asked.override if looking.manages else "",
        key=key,
    )


def _period(looking: Look, start: str, minutes: int) -> Period:
    begins = instant(looking, start)
    found = span(begins, begins + timedelta(minutes=minutes))
    if found is None:
        raise Invalid("A booking ends after it starts", field="minutes")
    return found


def instant(looking: Look, text: str) -> datetime:
    """A time as a form holds it, on the centre's clock."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as trouble:
        raise Invalid("Write the time as in 2026-12-01T10:00", field="start") from trouble
    if not 2000 <= read.year < 3000:
        raise Invalid("Years from 2000 to 2999 are known here", field="start")
    return (read if read.tzinfo else read.replace(tzinfo=looking.words.zone)).astimezone(UTC)
