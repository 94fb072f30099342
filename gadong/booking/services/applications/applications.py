"""Monthly applications as their people make, see and withdraw them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.applications.draw import (
    ApplicationState,
    MonthlyApplication,
    Round,
)
from gadong.booking.domain.applications.window import (
    DECIDED_BY_DRAW,
    Window,
    open_window,
    window_of,
)
from gadong.booking.domain.rules import policy
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.services.applications import rounds
from gadong.booking.services.bookings import Request, named, need_sane, wish_for
from gadong.booking.services.evaluation import AROUND
from gadong.booking.services.request_facts import facts_for
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.store import applications
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import new_id
from gadong.core.domain.problem import Conflict, Invalid, NotAllowed, NotFound, Problem, Refused
from gadong.machines.domain.machine import Machine
from gadong.people.domain.centre import Centre
from gadong.people.store import people, pledges

# One company's applications for a machine and month: more than any month has bookings of it.
MOST_APPLICATIONS = 50


@retried
def apply(pool: Pool, who: Caller, wanted: Request, *, now: datetime) -> MonthlyApplication:
    """Apply for a period of next month; Refused for what no draw could grant."""
    need_sane(who, wanted)
    if wanted.also or wanted.override:
        raise Invalid("An application is for one machine, and passes no rule", field="also")
    machine = wanted.machine
    with transaction(pool, who.reach()) as tx:
        wanted = replace(named(tx, who, wanted), is_application=True)
        everybody = book(tx, machine.centre_id, at=now)
        held = _round(tx, machine, everybody.rules(machine, now), everybody.centre, wanted, now)
        wish = wish_for(wanted, machine, who)
        known = book(tx, machine.centre_id, wanted.company, at=wish.period.start)
        bounds = wish.period.widened(before=AROUND, after=AROUND)
        facts = facts_for(tx, known, machine, wish, bounds=bounds)
        problems = policy.check(wish, facts, now=now)
        if final := [p for p in problems if p.code not in DECIDED_BY_DRAW]:
            raise Refused(final)
        if applications.number_of(tx, held.id, wanted.company) >= MOST_APPLICATIONS:
            raise Conflict(
                f"A company applies at most {MOST_APPLICATIONS} times", limit=MOST_APPLICATIONS
            )
        made = MonthlyApplication(
            id=new_id(),
            round_id=held.id,
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=wanted.company,
            person_id=wish.person_id,
            period=wanted.period,
            applied_at=now,
            purpose=wanted.purpose[:500],
            answers=wanted.answers,
            usage_mode=wanted.usage_mode,
            equipment=wanted.equipment,
            seats=wanted.seats,
        )
        applications.insert(tx, made)
        if wish.pledge and wish.pledge == facts.rules.terms:
            pledges.accept(tx, machine.centre_id, wish.person_id, wish.pledge, by=who.person_id)
    return made


def find(pool: Pool, who: Caller, application_id: UUID) -> MonthlyApplication:
    """Return an application, for its company and the centre's desk."""
    with transaction(pool, who.reach()) as tx:
        return _seen(tx, who, application_id, Right.DESK_SEE)


def page(
    pool: Pool, who: Caller, *, state: ApplicationState | None = None
) -> list[MonthlyApplication]:
    """Return the applications of one's companies and of the centres one manages, latest first."""
    with transaction(pool, who.reach()) as tx:
        managed = [c.id for c in people.centres(tx) if who.may(c.id, Right.DESK_SEE)]
        return applications.page(tx, centre_ids=managed, company_ids=who.companies, state=state)


def withdraw(pool: Pool, who: Caller, application_id: UUID) -> MonthlyApplication:
    """Withdraw an application before the draw; a second time changes nothing."""
    with transaction(pool, who.reach()) as tx:
        found = _seen(tx, who, application_id, Right.DESK_WORK)
        # The draw of the round and a withdrawal wait for each other.
        applications.locked_round(tx, found.round_id)
        found = _seen(tx, who, application_id, Right.DESK_WORK)
        if found.state is not ApplicationState.WITHDRAWN and not applications.withdraw(
            tx, application_id
        ):
            raise NotAllowed(state=found.state, action="withdraw")
    return replace(found, state=ApplicationState.WITHDRAWN)


def _seen(tx: Tx, who: Caller, application_id: UUID, right: Right) -> MonthlyApplication:
    found = applications.by_id(tx, application_id)
    if found is None or not who.may_see(found.centre_id, found.company_id, right):
        raise NotFound("There is no such application that you may see")
    return found


def _round(
    tx: Tx, machine: Machine, its_rules: Rules, centre: Centre, wanted: Request, now: datetime
) -> Round:
    """Return the wanted month's open round, locked; Refused where it has none now.

    A round keeps the window that it was opened with, whatever days the rules name since. Its lock
    keeps applications and the draw one after the other.
    """
    month = Month.of(wanted.period.start, centre.zone)
    held = applications.round_of(tx, machine.id, month)
    if its_rules.application_days is None and (held is None or held.drawn_at is not None):
        raise Invalid("This machine's time is booked, not applied for", field="machine")
    if held is None and its_rules.application_days:
        window = open_window(its_rules, centre.zone, now)
        if window is None or window.month != month:
            window = window_of(month, its_rules.application_days, centre.zone)
            raise Refused([_outside(window, centre)])
        held = rounds.current(tx, machine, window, now=now)
    if held is None:
        raise NotFound
    held = applications.locked_round(tx, held.id) or held
    if held.drawn_at is not None or not held.period.contains(now):
        raise Refused([_outside(Window(month=held.month, period=held.period), centre)])
    return held


def _outside(window: Window, centre: Centre) -> Problem:
    problem = Problem(
        code="booking.application_window",
        limit=str(window.month),
        details={
            "from": write_instant(window.period.start),
            "until": write_instant(window.period.end),
        },
    )
    return problem.saying(zone=centre.zone.key)
