"""The page of page counters: the desk reads one at the start and at the end of a use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.choices import chosen_booking, chosen_company
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing
from api.pages.frame.problem_page import reasons
from api.pages.training.goods import offered
from gadong.billing.domain.counters.counter_use import MOST_READING, CounterUse
from gadong.billing.domain.tariff_terms import GoodKind, Measure
from gadong.billing.services.counters import counter_uses
from gadong.billing.services.counters.counter_uses import ReadingAt
from gadong.booking.domain.booking import Booking
from gadong.booking.services import bookings, timeline
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.problem import GadongError, Invalid
from gadong.core.domain.typed_number import whole_number
from gadong.machines.services import machines
from gadong.people.services import accounts

router = APIRouter(include_in_schema=False)

# A press has some ten uses a day; a season's are listed.
MOST_LISTED = 1000
STATE_NAMES = {
    "open": "its end is not read yet",
    "ended": "charged",
    "taken_back": "was taken back",
}
#: A count with its separators; empty is what the machine sent.
Count = Annotated[str, Form(max_length=20)]


class CounterUseForm(BaseModel):
    """The start of a use, and its end where it is known, as the form holds them."""

    machine: Annotated[str, Field(max_length=63)]
    company: Annotated[str, Field(max_length=36)]
    booking: Annotated[str, Field(max_length=36)] = ""
    good: Annotated[str, Field(max_length=60)]
    counter: Annotated[str, Field(max_length=60)] = ""
    start: Annotated[str, Field(max_length=40)]
    reading: Annotated[str, Field(max_length=20)] = ""
    end: Annotated[str, Field(max_length=40)] = ""
    end_reading: Annotated[str, Field(max_length=20)] = ""
    is_replaced: bool = False


@router.get("/counters")
def every(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    machine: Annotated[str, Query(max_length=63)] = "",
    booking: Annotated[str, Query(max_length=36)] = "",
) -> HTMLResponse:
    """Show uses of page counters, the latest first: everything to the desk, a company its own."""
    return _every(request, looking, pool, asked=asked, machine=machine, booking=booking)


@router.post("/counters")
def start(
    request: Request, looking: Looking, pool: Connections, form: Annotated[CounterUseForm, Form()]
) -> Response:
    """Record the reading with which a use begins; with an end also what it is charged."""

    def work() -> None:
        centre = looking.need(Right.DESK_WORK)
        if (company := chosen_company(form.company)) is None:
            raise Invalid("Choose the company from the list", field="company")
        counter_uses.start(
            pool,
            looking.who,
            centre=centre.id,
            machine=machines.find(pool, looking.who, form.machine, centre=centre.id),
            company=company,
            booking=chosen_booking(form.booking),
            good=form.good,
            counter=form.counter,
            is_replaced=form.is_replaced,
            first=_reading(looking, form.start, form.reading),
            last=_reading(looking, form.end, form.end_reading) if form.end else None,
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work, "Recorded.", booking=form.booking)


@router.post("/counters/{counter_use_id}/end")
def end(
    request: Request,
    counter_use_id: UUID,
    looking: Looking,
    pool: Connections,
    end: Annotated[str, Form(max_length=40)],
    end_reading: Count = "",
) -> Response:
    """Record the reading with which a use ends, with its charge."""

    def work() -> None:
        last, now = _reading(looking, end, end_reading), datetime.now(UTC)
        counter_uses.end(pool, looking.who, counter_use_id, last, now=now)

    return _done(request, looking, pool, work, "Recorded.")


@router.post("/counters/{counter_use_id}/take-back")
def take_back(
    request: Request,
    counter_use_id: UUID,
    looking: Looking,
    pool: Connections,
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Take a use back, with its charge."""

    def work() -> None:
        counter_uses.take_back(pool, looking.who, counter_use_id, reason=reason)

    return _done(request, looking, pool, work, "Taken back, with what was charged.")


def _reading(looking: Look, at: str, value: str) -> ReadingAt:
    """Return a reading of a form; an empty value is the machine's own."""
    digits = value.replace(",", "").strip()
    count = whole_number(digits, MOST_READING) if digits else None
    if digits and count is None:
        raise Invalid(f"A reading is between 0 and {MOST_READING:,}", field="reading")
    return ReadingAt(at=instant(looking, at), value=count)


def _done(
    request: Request,
    looking: Look,
    pool: Pool,
    work: Callable[[], None],
    said: str,
    *,
    booking: str = "",
) -> Response:
    try:
        work()
    except GadongError as trouble:
        # The typed fields are filled in again; the booking stands in a hidden field of the page.
        why = reasons(trouble, looking.words)
        return _every(request, looking, pool, booking=booking, why=why)
    return go("/counters", said=looking.words.say(said))


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    machine: str = "",
    booking: str = "",
    why: list[str] | None = None,
) -> HTMLResponse:
    centre = looking.need_centre()
    works = looking.may(Right.DESK_WORK)
    held = _booking(looking, pool, booking) if works else None
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    companies = dict(looking.companies)
    if looking.may(Right.DESK_SEE):
        companies |= {c.id: c.name for c in accounts.companies(pool, looking.who, centre.id)}
    goods = offered(looking, pool, {Measure.PIECE}, first=GoodKind.COMMISSION)

    def text(use: CounterUse) -> str:
        named = hall.get(use.machine_id)
        return f"{named.slug if named else ''} {companies.get(use.company_id, '')} {use.counter}"

    found = counter_uses.shown(pool, looking.who, centre.id, most=MOST_LISTED)
    chosen = hall[held.machine_id].slug if held and held.machine_id in hall else machine
    listed = listing("/counters", found, asked or ListSearch(), text=text)
    return page(
        request,
        looking,
        "billing/counters.html",
        status=409 if why else 200,
        reasons=why or [],
        listed=listed,
        uncounted=counter_uses.uncounted(pool, looking.who, centre.id, listed.rows)
        if looking.may(Right.DESK_SEE)
        else {},
        hall=hall,
        companies=companies,
        goods=goods,
        names=dict(goods),
        states=STATE_NAMES,
        chosen=chosen,
        held=held,
        now=datetime.now(UTC),
    )


def _booking(looking: Look, pool: Pool, booking: str) -> Booking | None:
    """Return the booking from which the form was asked for."""
    found = chosen_booking(booking)
    return bookings.find(pool, looking.who, found)[0] if found else None
