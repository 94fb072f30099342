"""Asking for a machine: a form with the price and every rule's answer before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from api.identity import Connections
from api.pages.booking.booking_fields import (
    company_field,
    hours_in_words,
    mode_field,
    wanted_request,
)
from api.pages.booking.booking_form_values import BookingForm, FormByBody, FormByQuery
from api.pages.booking.time_picker import picker_of
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page, render
from api.pages.frame.problem_page import reasons
from api.v1 import schemas
from api.v1.booking.booking_requests import waiting_request
from gadong.billing.services.prices import quotes
from gadong.billing.services.prices.quotes import Quote
from gadong.booking.domain.applications.window import open_window
from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.domain.equipment.equipment import Equipment, EquipmentNeed
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.services import bookings, timeline
from gadong.booking.services.applications import applications
from gadong.booking.services.bookings import Request as Wanted
from gadong.booking.services.equipment import equipment
from gadong.booking.services.rules import rulebook
from gadong.booking.services.together import booking_series
from gadong.booking.services.waiting import waiting_list
from gadong.core.domain.access import Right
from gadong.core.domain.period import whole_minutes
from gadong.core.domain.problem import GadongError, Invalid, NotFound, Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.people.domain.person import Person
from gadong.people.domain.pledge import Pledge
from gadong.people.services import accounts, members, pledges

router = APIRouter(include_in_schema=False)

# Half an hour to a month, in minutes; a machine's form offers those that its rules allow.
HOURS = (2, 3, 4, 6, 8, 12, 24, 36, 48, 72, 120, 168, 336, 744)
LENGTHS = (30, 60, 90, *(60 * hours for hours in HOURS))


@router.get("/machines/{slug}/book")
def form(
    request: Request, slug: str, asked: FormByQuery, looking: Looking, pool: Connections
) -> HTMLResponse:
    """Show the form; with a time in it, the price and the answer of every rule beside it."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    quote, why, choices = quoted(looking, pool, machine, asked)
    return _form(request, looking, pool, machine, asked, quote=quote, why=why, choices=choices)


@router.get("/machines/{slug}/quote")
def quote_part(slug: str, asked: FormByQuery, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show the price and the answers alone, as the form changes."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    quote, why, choices = quoted(looking, pool, machine, asked)
    text = render(
        "booking/quote.html",
        looking.words,
        machine=machine,
        asked=asked,
        quote=quote,
        reasons=why,
        choices=choices,
        called=called(looking, pool),
    )
    return HTMLResponse(text)


@router.get("/machines/{slug}/people")
def people_part(slug: str, asked: FormByQuery, looking: Looking, pool: Connections) -> HTMLResponse:
    """Show whom the desk may book for alone, as another company is chosen."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    fields = {"machine": machine, "people": _people(looking, pool, asked), "asked": asked}
    return HTMLResponse(
        render("booking/for_whom.html", looking.words, look=looking, companies=[], **fields)
    )


@router.post("/machines/{slug}/wait")
def wait(
    request: Request, slug: str, asked: FormByBody, looking: Looking, pool: Connections
) -> Response:
    """Wait for the length anywhere between the start and the latest end, on all machines that are
    marked.
    """
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    now = datetime.now(UTC)
    try:
        wanted = wanted_request(looking, pool, machine, asked, key=None)
        latest = instant(looking, asked.until) if asked.until else wanted.period.end
        entry = waiting_request(
            wanted,
            period=schemas.period_of(wanted.period.start, latest),
            length=wanted.period.length,
        )
        waiting_list.join(pool, looking.who, entry, now=now)
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _form(
            request, looking, pool, machine, asked, quote=None, why=why, choices=[], status=409
        )
    return go("/waiting", said=looking.words.say("You are on the waiting list."))


@router.post("/machines/{slug}/apply")
def apply(
    request: Request, slug: str, asked: FormByBody, looking: Looking, pool: Connections
) -> Response:
    """Apply for time of next month, which a draw answers."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    try:
        wanted = wanted_request(looking, pool, machine, asked, key=None)
        applications.apply(pool, looking.who, wanted, now=datetime.now(UTC))
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _form(
            request, looking, pool, machine, asked, quote=None, why=why, choices=[], status=409
        )
    return go("/monthly-applications", said=looking.words.say("You applied. The draw follows."))


@router.post("/machines/{slug}/book")
def book(
    request: Request,
    slug: str,
    asked: FormByBody,
    looking: Looking,
    pool: Connections,
    key: Annotated[str, Form(min_length=8, max_length=200)],
) -> Response:
    """Book it once, or show all problems and alternatives. Sent twice, it is booked once."""
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    try:
        wanted = wanted_request(looking, pool, machine, asked, key=key)
        if asked.count > 1:
            return _series(request, looking, pool, machine, asked, wanted)
        made = bookings.request(pool, looking.who, wanted, now=datetime.now(UTC))
    except GadongError as trouble:
        choices = (
            [c for c in trouble.alternatives if isinstance(c, FreeSlot)]
            if isinstance(trouble, Refused)
            else []
        )
        why = reasons(trouble, looking.words)
        return _form(
            request, looking, pool, machine, asked, quote=None, why=why, choices=choices, status=409
        )
    said = (
        "Booked."
        if made[0].state is BookingState.CONFIRMED
        else "Asked for. The centre will answer."
    )
    return go(f"/bookings/{made[0].id}", said=looking.words.say(said))


def _series(
    request: Request,
    looking: Look,
    pool: Connections,
    machine: Machine,
    asked: BookingForm,
    wanted: Wanted,
) -> Response:
    """Book every date that can be; where none can, show why the first cannot."""
    every = timedelta(days=asked.every_days)
    found = booking_series.request_series(
        pool, looking.who, wanted, every=every, count=asked.count, now=datetime.now(UTC)
    )
    made = [one.booking for one in found if one.booking]
    if not made:
        why = reasons(Refused(list(found[0].problems)), looking.words)
        choices = list(found[0].alternatives)
        return _form(
            request, looking, pool, machine, asked, quote=None, why=why, choices=choices, status=409
        )
    said = looking.words.say("{n} of {all} dates were booked.", n=len(made), all=len(found))
    return go(f"/bookings/{made[0].id}", said=said)


def _form(
    request: Request,
    looking: Look,
    pool: Connections,
    machine: Machine,
    asked: BookingForm,
    *,
    quote: Quote | None,
    why: Sequence[str],
    choices: Sequence[FreeSlot],
    status: int = 200,
) -> HTMLResponse:
    fields = request_fields(looking, pool, machine, asked)
    return page(
        request,
        looking,
        "booking/book.html",
        status=status,
        picker=picker_of(looking, pool, machine, fields["asked"]),
        quote=quote,
        reasons=list(why),
        choices=list(choices),
        **fields,
    )


def request_fields(
    looking: Look, pool: Connections, machine: Machine, asked: BookingForm
) -> dict[str, Any]:
    """Return what the fields of a request are drawn with, on its page and on a calendar's card."""
    rules = _rules(looking, pool, machine, asked)
    lengths = _lengths(rules, asked)
    if asked.minutes not in lengths:
        asked = replace(asked, minutes=_nearest(lengths, asked.minutes))
    serves = looking.may(Right.DESK_WORK)
    return {
        "machine": machine,
        "asked": asked,
        "companies": accounts.companies(pool, looking.who, machine.centre_id) if serves else [],
        "lengths": lengths,
        "modes": rules.usage_modes,
        "people": _people(looking, pool, asked),
        "questions": rules.questions,
        "hours": hours_in_words(looking, rules),
        "needs": _needs(looking, pool, machine, rules, asked),
        "pledge": _pledge(looking, pool, rules),
        "has_list": rules.waiting_list != "off",
        "window": open_window(rules, looking.need_centre().zone, datetime.now(UTC)),
        "key": uuid4().hex,
        "called": called(looking, pool),
    }


def _needs(
    looking: Look, pool: Connections, machine: Machine, rules: Rules, asked: BookingForm
) -> list[tuple[EquipmentNeed, list[Equipment]]]:
    """Return the needs of a booking in the mode that is asked for,
    each with what there is of it.
    """
    mode = None
    with suppress(Invalid):
        mode = rules.mode(mode_field(asked))
    found = equipment.choices(pool, looking.who, machine, mode)
    return [(need, [one for one in every if one.units]) for need, every in found]


def called(looking: Look, pool: Connections) -> dict[str, str]:
    """Return the names of the centre's machines by their slugs."""
    hall = (s.machine for s in timeline.seen(pool, looking.who, centre=looking.need_centre().id))
    return {m.slug: looking.words.either(m.name_ko, m.name_en) for m in hall}


def _lengths(rules: Rules, asked: BookingForm) -> list[int]:
    """Return the lengths to choose from in minutes: those that the rules allow, and the one that
    was typed.
    """
    step, shortest, longest = (
        whole_minutes(x) for x in (rules.step, rules.shortest, rules.longest)
    )
    edges = {-(-shortest // step) * step, longest // step * step}
    allowed = {n for n in LENGTHS if shortest <= n <= longest and n % step == 0} | edges
    return sorted(allowed | ({asked.minutes} if asked.start or asked.day else set()))


def _nearest(lengths: Sequence[int], minutes: int) -> int:
    """Return the first allowed length that is not shorter, else the longest."""
    return next((n for n in lengths if n >= minutes), lengths[-1])


def quoted(
    looking: Look, pool: Connections, machine: Machine, asked: BookingForm
) -> tuple[Quote | None, list[str], list[FreeSlot]]:
    """Return the answer to what is asked for so far; nothing where no time is."""
    if not asked.start:
        return None, [], []
    try:
        wanted = wanted_request(looking, pool, machine, asked, key=None)
        quote = quotes.quote(pool, looking.who, wanted, now=datetime.now(UTC))
    except GadongError as trouble:
        return None, reasons(trouble, looking.words), []
    refusal = Refused(quote.problems)
    return (
        quote,
        reasons(refusal, looking.words) if quote.problems else [],
        list(quote.alternatives),
    )


def _people(looking: Look, pool: Connections, asked: BookingForm) -> list[Person]:
    """Return who may be booked for: at the desk the people of the company that was chosen."""
    if not looking.may(Right.DESK_WORK):
        return []
    with suppress(Invalid, NotFound):
        company = company_field(looking, pool, asked)
        if company:
            return members.members(pool, looking.who, looking.need_centre().id, company)
    return []


def _pledge(looking: Look, pool: Connections, rules: Rules) -> Pledge | None:
    """Return the text to be accepted with the request; the desk records it for whom it books."""
    centre = looking.need_centre().id
    if looking.may(Right.DESK_WORK):
        every = pledges.of_centre(pool, looking.who, centre)
        return next((p for p in every if p.version == rules.terms), None)
    return pledges.pledge_to_accept(pool, looking.who, centre, rules.terms)


def _rules(looking: Look, pool: Connections, machine: Machine, asked: BookingForm) -> Rules:
    """Return the rules for the form: today's, unless the typed values name a day and a company."""
    company, at = None, datetime.now(UTC)
    with suppress(Invalid):
        company = company_field(looking, pool, asked)
    with suppress(Invalid):
        at = instant(looking, asked.start) if asked.start else at
    return rulebook.rules_of(pool, looking.who, machine, company=company, at=at)
