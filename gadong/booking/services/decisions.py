"""Managers' decisions: whose activity was, what unknown time was, how much is billed, and what is
waived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.booking.domain.decision import OF_A_SESSION, Decision, DecisionKind
from gadong.booking.domain.presence import BILLED
from gadong.booking.services.machine_ledger import open_ledger
from gadong.booking.store import bookings, decisions
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import BookingId, CompanyId, DecisionId, new_id
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.people.services.customers import need_served

# A session lasts days at most; a decision about more is a slip of the pen.
LONGEST = timedelta(days=31)
#: What unknown time may be decided to have been. A fault or a pause is the machine's own to tell.
FILLED = frozenset({State.RUNNING, State.IDLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRequest:
    """A manager's decision on a period, or on the session of a booking or of a company's use."""

    kind: DecisionKind
    period: Period
    company: CompanyId | None = None
    booking: BookingId | None = None
    state: State | None = None
    seconds: int | None = None
    component: Component | None = None
    usage_mode: UsageMode | None = None
    reason: str


def decide(
    pool: Pool, who: Caller, machine: Machine, word: DecisionRequest, *, now: datetime
) -> Decision:
    """Keep a decision. It changes no amount: the next computation takes it in, and an issued
    statement stays.
    """
    permit = who.need(machine.centre_id, Right.MONEY_WORK)
    _check(word, now)
    with transaction(pool, permit) as tx:
        _need_theirs(tx, machine, word)
        decision = Decision(
            id=DecisionId(new_id()),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            kind=word.kind,
            period=word.period,
            company_id=word.company,
            booking_id=word.booking,
            reverses=None,
            reason=word.reason.strip(),
            decided_by=who.person_id,
            recorded_at=recorded_at(tx, machine.centre_id),
            state=word.state,
            seconds=word.seconds,
            component=word.component,
            usage_mode=word.usage_mode,
        )
        if word.kind in OF_A_SESSION and word.period.end <= now:
            _need_session(tx, machine, decision)
        decisions.insert(tx, decision)
        if word.kind not in OF_A_SESSION and word.period.end <= now:
            _need_effect(tx, machine, decision)
    return decision


def reverse(pool: Pool, who: Caller, decision_id: DecisionId, *, reason: str) -> Decision:
    """Take a decision back by another one; both stay on record."""
    if not reason.strip():
        raise Invalid("A decision needs its reason", field="reason")
    with transaction(pool, who.reach()) as tx:
        found = decisions.find(tx, decision_id)
        if (
            found is None
            or not who.may(found.centre_id, Right.MONEY_WORK)
            or found.kind is DecisionKind.REVERSE
        ):
            raise NotFound
        decision = Decision(
            id=DecisionId(new_id()),
            centre_id=found.centre_id,
            machine_id=found.machine_id,
            kind=DecisionKind.REVERSE,
            period=found.period,
            company_id=found.company_id,
            booking_id=found.booking_id,
            reverses=found.id,
            reason=reason.strip(),
            decided_by=who.person_id,
            recorded_at=recorded_at(tx, found.centre_id),
        )
        decisions.insert(tx, decision)
    return decision


def of_machine(
    pool: Pool, who: Caller, machine: Machine, period: Period, *, with_reversed: bool = False
) -> list[Decision]:
    """Return the decisions in force that touch a period, the latest first; for managers.

    `with_reversed` also those that were taken back, and what took them back.
    """
    permit = who.need(machine.centre_id, Right.MONEY_SEE)
    with transaction(pool, permit) as tx:
        if with_reversed:
            return decisions.on_record(tx, machine.id, period)
        return decisions.in_force(tx, machine.id, period, recorded_before=END_OF_TIME)


def _check(word: DecisionRequest, now: datetime) -> None:
    if not word.reason.strip():
        raise Invalid("A decision needs its reason", field="reason")
    if word.period.length > LONGEST:
        raise Invalid("A decision is about at most 31 days", field="end", limit=LONGEST.days)
    match word.kind:
        case DecisionKind.REVERSE:
            raise Invalid("A decision is taken back under its own address", field="kind")
        case DecisionKind.FILL if word.state not in FILLED:
            raise Invalid("Unknown time is decided to have been running or idle", field="state")
        case DecisionKind.FILL if word.period.end > now:
            raise Invalid("What is to come is not decided", field="end")
        case DecisionKind.SET_SECONDS if word.seconds is None:
            raise Invalid("Say how many seconds are billed", field="seconds")
        case DecisionKind.SET_USAGE_MODE if word.usage_mode is None:
            raise Invalid("Say how the machine was used", field="usage_mode")
        case kind if kind in OF_A_SESSION and word.company is None:
            raise Invalid("Name the company whose session it is", field="company")
        case _:
            pass


def _need_theirs(tx: Tx, machine: Machine, word: DecisionRequest) -> None:
    if word.company:
        need_served(tx, machine.centre_id, word.company)
    if word.booking:
        booked = bookings.by_id(tx, word.booking)
        if booked is None or booked.machine_id != machine.id or booked.company_id != word.company:
            raise Invalid("The booking is not this company's on this machine", field="booking")
        if word.kind in OF_A_SESSION and not word.period.overlap(booked.period):
            raise Invalid("The period is not the booking's", field="start")


def _just_after(decision: Decision) -> datetime:
    """Return the instant before which the decision and all that it may rest on is recorded.

    What still goes on then has lasted until then, and is read no further.
    """
    return decision.recorded_at + timedelta(microseconds=1)


def _need_effect(tx: Tx, machine: Machine, decision: Decision) -> None:
    """Raise Invalid for a decision about a machine's past time that has no effect there."""
    ledger = open_ledger(tx, machine, decision.period, recorded_before=_just_after(decision))
    if decision.kind is DecisionKind.REASSIGN and not any(
        u.decision_id == decision.id for u in ledger.usages
    ):
        raise Invalid(
            "No activity begins in this period; give a period in which one begins, as the "
            "evidence shows it",
            field="start",
        )
    if decision.kind is DecisionKind.FILL and not any(
        run.grade is Grade.DECISION and run.clipped(decision.period) for run in ledger.runs
    ):
        raise Invalid(
            "Nothing is unknown in this period, and what is known is not decided",
            field="start",
        )


def _need_session(tx: Tx, machine: Machine, decision: Decision) -> None:
    """Raise Invalid for a decision about past time without a session to affect."""
    booked = bookings.by_id(tx, decision.booking_id) if decision.booking_id else None
    period = decision.period.hull(booked.period) if booked else decision.period
    known = _just_after(decision)
    ledger = open_ledger(tx, machine, period, recorded_before=known, of=decision.company_id)
    about = [s for s in ledger.sessions if decision.is_about(s)]
    if (
        not about
        and not booked
        and any(s.booking and s.start.overlap(period) for s in ledger.sessions)
    ):
        raise Invalid("What the company used then was booked; name the booking", field="booking")
    if not about:
        raise Invalid(
            "The company has no session here that this could be about; decide first whose "
            "the use was",
            field="start",
        )
    if decision.kind is not DecisionKind.SET_SECONDS:
        return
    used = sum(s.presence in BILLED for s in about)
    if used > 1:
        # Each of them would be billed for so long.
        raise Invalid(
            "The company began to use the machine several times in this period; give one in which "
            "it began once, since the seconds are of one session",
            field="end",
        )
    if not used:
        raise Invalid(
            "Nobody used this booking, so it has no seconds; waive its fee, or decide first whose "
            "the use was",
            field="booking",
        )
