"""What a booking would be answered and would cost, without making it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from gadong.domain.access import Caller
from gadong.domain.attribution import CheckIn, Limits, Witnesses, attribute
from gadong.domain.booking import Booking, BookingState
from gadong.domain.ids import BookingId, new_id
from gadong.domain.metering import Run
from gadong.domain.policy import needs_approval
from gadong.domain.problem import NotFound, Problem
from gadong.domain.rating import Price, rate
from gadong.domain.session import sessions
from gadong.domain.state import Grade, State
from gadong.domain.statement import Totals, totals
from gadong.domain.wish import Choice
from gadong.domain.wording import sentences
from gadong.services.bookings import Request, wish_for
from gadong.services.documents import price_on
from gadong.services.wishes import book, need_bounded, weigh
from gadong.store import money, people
from gadong.store.database import END_OF_TIME, Pool, transaction

# Runs around the wished time decide whether anybody came and whether somebody overran.
MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What would be charged: each line as a statement would say it, and the sums with VAT."""

    sentences: tuple[tuple[str, str, int], ...]
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """All that stands in the way, what would do instead, and the price if the time is used whole, or not at all.

    The estimates are None where no published tariff prices the machine on that day.
    """

    problems: list[Problem]
    alternatives: list[Choice]
    needs_approval: bool
    free_cancellation_until: datetime
    used: Estimate | None
    unused: Estimate | None


def quote(pool: Pool, who: Caller, wanted: Request, *, now: datetime) -> Quote:
    """Answer a wish as `bookings.request` would, with its price, and change nothing.

    What another holds is said, and nothing of whose it is.
    """
    machine, period = wanted.machine, wanted.period
    who.need_company(machine.centre_id, wanted.company)
    need_bounded(period)
    with transaction(pool) as tx:
        centre = people.centre(tx, machine.centre_id)
        if centre is None or wanted.company not in {c.id for c in people.companies(tx, machine.centre_id)}:
            raise NotFound("The centre serves no such company")
        wish = wish_for(wanted, machine, who)
        known = book(tx, centre.id, wanted.company, at=period.start)
        weighed = weigh(tx, who, machine, wish, override=wanted.override, now=now, shared=known)
        published = [t for t in money.tariffs(tx, centre.id) if t.published_at]
        day = period.start.astimezone(centre.zone).date()
        version, price = price_on(tx, centre, wanted.company, machine, day, published, END_OF_TIME)
        limits = known.limits(machine, period.start)
    booking = Booking(
        id=BookingId(new_id()),
        centre_id=machine.centre_id,
        machine_id=machine.id,
        company_id=wanted.company,
        person_id=who.person_id,
        period=period,
        state=BookingState.CONFIRMED,
    )
    used = unused = None
    if version and price:
        unit = version.tariff.document_unit
        used = _estimate(booking, [State.IDLE, State.RUNNING, State.IDLE], limits, price, unit)
        unused = _estimate(booking, [State.IDLE, State.IDLE, State.IDLE], limits, price, unit)
    return Quote(
        problems=weighed.problems,
        alternatives=weighed.alternatives,
        needs_approval=needs_approval(wish, weighed.facts, now),
        free_cancellation_until=period.start - weighed.facts.rules.free_cancellation,
        used=used,
        unused=unused,
    )


def _estimate(booking: Booking, states: Sequence[State], limits: Limits, price: Price, unit: int) -> Estimate:
    """What the booking would cost if the machine were in these states before, during and after it."""
    whole = booking.period.widened(before=MARGIN, after=MARGIN)
    edges = [whole.start, booking.period.start, booking.period.end, whole.end]
    runs = [
        Run(start=start, end=end, state=state, grade=Grade.SIGNAL)
        for (start, end), state in zip(pairwise(edges), states, strict=True)
    ]
    came = State.RUNNING in states
    check_in = CheckIn(
        at=booking.period.start,
        until=booking.period.end,
        company_id=booking.company_id,
        person_id=booking.person_id,
        booking_id=booking.id,
    )
    witnesses = Witnesses(bookings=[booking], check_ins=[check_in] if came else [])
    usages = attribute(runs, witnesses, limits, bounds=whole)
    found = sessions(booking.machine_id, usages, runs, witnesses, limits)
    charges = [charge for session in found for charge in rate(session, price, whole)]
    said = tuple((*sentences(charge, price.zone), charge.amount) for charge in charges)
    return Estimate(sentences=said, totals=totals(charges, unit=unit))
