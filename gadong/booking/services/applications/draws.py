"""The draw of a round: each application is answered once, by every rule of a direct request."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.applications import draw
from gadong.booking.domain.applications.draw import ApplicationState, MonthlyApplication, Round
from gadong.booking.domain.applications.kept_problem import kept
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.services.booking_steps import tell_made
from gadong.booking.services.bookings import Request, named, reserve, wish_for
from gadong.booking.services.evaluation import weigh
from gadong.booking.services.request_bounds import need_seats
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.waiting.offers import bring_up_to_date
from gadong.booking.store import applications
from gadong.core.database import Tx, attempt
from gadong.core.domain.access import Caller
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid, NotFound, Problem, Refused
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

log = logging.getLogger(__name__)


def draw_due(tx: Tx, *, now: datetime) -> int:
    """Draw every round whose window is over; return how many were drawn."""
    drawn = 0
    for due in applications.due(tx, now=now):
        try:
            with attempt(tx):
                drawn += _draw(tx, due.id, now=now)
        except GadongError as trouble:
            # One round that cannot be drawn stands in no other's way.
            log.warning("round not drawn", extra={"round": str(due.id), "reason": str(trouble)})
    return drawn


def _draw(tx: Tx, round_id: UUID, *, now: datetime) -> int:
    """Draw one round; return 0 where another transaction has drawn it."""
    found = applications.round_by_id(tx, round_id)
    if found is None:
        return 0
    machines.lock(tx, [found.machine_id])
    held, seed = applications.locked_round(tx, round_id), applications.seed_of(tx, round_id)
    machine = machines.by_id(tx, found.machine_id)
    if held is None or held.drawn_at is not None or seed is None or machine is None:
        return 0
    bring_up_to_date(tx, machine, now=now)
    answered = [_answer(tx, machine, one, now=now) for one in _in_order(tx, machine, held, seed)]
    applications.reveal(tx, held.id, seed, at=now)
    for application, booking in answered:
        if booking is None:
            # Alternatives are looked for when every application has its answer.
            choices = _alternatives(tx, machine, application, now=now)
            applications.answer(tx, replace(application, alternatives=choices))
            _tell_refused(tx, application)
        else:
            applications.answer(tx, application)
            tell_made(tx, [booking])
    return 1


def _in_order(tx: Tx, machine: Machine, held: Round, seed: bytes) -> list[MonthlyApplication]:
    """Return the applications with their figures and places, in the order of the draw."""
    applied = {
        a.id: a for a in applications.of_round(tx, held.id) if a.state is ApplicationState.APPLIED
    }
    zone = book(tx, machine.centre_id, at=held.period.end).centre.zone
    first = held.month.previous.previous.previous.period(zone).start
    minutes = applications.minutes_before(
        tx, machine.id, Period(first, held.month.period(zone).start)
    )
    figured = {
        a.id: replace(a, rank=_rank(tx, machine, a), minutes=minutes.get(a.company_id, 0))
        for a in applied.values()
    }
    standings = [draw.standing_of(a) for a in figured.values()]
    order = draw.ordered(standings, held.ordering, seed)
    return [replace(figured[s.application], place=n) for n, s in enumerate(order, start=1)]


def _rank(tx: Tx, machine: Machine, application: MonthlyApplication) -> int:
    start = application.period.start
    known = book(tx, machine.centre_id, application.company_id, at=start)
    return known.rules(machine, start).application_rank


def _answer(
    tx: Tx, machine: Machine, application: MonthlyApplication, *, now: datetime
) -> tuple[MonthlyApplication, Booking | None]:
    """Book an application's time as its person would, or keep why it cannot be booked."""
    applicant = _applicant(application)
    try:
        with attempt(tx):
            wanted = named(tx, applicant, _request(machine, application))
            need_seats([machine], wanted.seats)
            (booking,) = reserve(tx, applicant, wanted, joined=None, now=now)
    except Refused as refused:
        return _refused(tx, machine, application, refused.problems), None
    except NotFound:
        # The person left the company, or the centre serves it no longer.
        return _refused(tx, machine, application, [Problem(code="booking.person")]), None
    except Invalid as trouble:
        # The machine uses the chosen equipment no more, or has fewer seats by now. Such an
        # application keeps nobody else of the round from an answer.
        if (gone := _gone(machine, application, trouble)) is None:
            raise
        return _refused(tx, machine, application, [gone]), None
    granted = replace(application, state=ApplicationState.GRANTED, booking_id=booking.id)
    return granted, booking


def _gone(machine: Machine, application: MonthlyApplication, trouble: Invalid) -> Problem | None:
    """Return the problem of a choice that the machine does not have any more; None for others."""
    field = trouble.figures.get("field")
    if field == "seats":
        return Problem(code="booking.seats", limit=machine.seats, actual=application.seats)
    if field == "equipment":
        return Problem(code="booking.no_equipment", limit=", ".join(application.equipment))
    return None


def _refused(
    tx: Tx, machine: Machine, application: MonthlyApplication, problems: list[Problem]
) -> MonthlyApplication:
    start = application.period.start
    rules = book(tx, machine.centre_id, application.company_id, at=start).rules(machine, start)
    return replace(
        application,
        state=ApplicationState.REFUSED,
        may_wait=rules.waiting_list != "off",
        problems=[kept(problem) for problem in problems],
    )


def _alternatives(
    tx: Tx, machine: Machine, application: MonthlyApplication, *, now: datetime
) -> list[dict[str, str]]:
    """Return the nearest times that the person may book directly now."""
    if application.seats > machine.seats:
        return []
    applicant = _applicant(application)
    wanted = replace(_request(machine, application), is_application=False)
    wish = wish_for(wanted, machine, applicant)
    found = weigh(tx, applicant, machine, wish, override="", now=now).alternatives
    return [_written(slot) for slot in found]


def _written(slot: FreeSlot) -> dict[str, str]:
    return {
        "machine": str(slot.machine_id),
        "machine_slug": slot.machine,
        "start": write_instant(slot.period.start),
        "end": write_instant(slot.period.end),
    }


def _applicant(application: MonthlyApplication) -> Caller:
    """Return the applicant without any role: the draw passes no rule and no approval."""
    return Caller(
        person_id=application.person_id,
        companies=frozenset({application.company_id}),
        centres=frozenset({application.centre_id}),
        origin="draw",
    )


def _request(machine: Machine, application: MonthlyApplication) -> Request:
    return Request(
        machine=machine,
        company=application.company_id,
        person=application.person_id,
        period=application.period,
        purpose=application.purpose,
        answers=application.answers,
        usage_mode=application.usage_mode,
        equipment=application.equipment,
        seats=application.seats,
        is_application=True,
    )


def _tell_refused(tx: Tx, application: MonthlyApplication) -> None:
    outbox.add(
        tx,
        application.centre_id,
        "application.refused",
        person=str(application.person_id),
        company=str(application.company_id),
        machine=str(application.machine_id),
        start=write_instant(application.period.start),
        end=write_instant(application.period.end),
    )
