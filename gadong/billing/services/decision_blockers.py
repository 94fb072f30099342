"""Decisions that block an approval: no line follows, later signals contradict, or others pay the
time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gadong.billing.domain.statement import Line
from gadong.billing.services.prices.pricing import Buyer
from gadong.billing.store import statement_stretches
from gadong.booking.domain.decision import (
    OF_A_SESSION,
    Decision,
    DecisionKind,
    begins_nothing,
    contradicted,
    has_effect,
    is_undone,
    rulings,
)
from gadong.booking.domain.presence import BILLED
from gadong.booking.domain.session import Session, sessions
from gadong.booking.services.machine_ledger import Ledger, open_ledger
from gadong.booking.store import bookings
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds, without
from gadong.core.domain.problem import Problem
from gadong.metering.services import metering

# The least that PostgreSQL tells two instants apart by: right after a decision was recorded.
AN_INSTANT = timedelta(microseconds=1)


def idle_decisions(
    tx: Tx, ledgers: Sequence[Ledger], known: Buyer, period: Period, lines: Sequence[Line]
) -> Iterator[Problem]:
    """Yield the decisions about the company's sessions of the month that no line follows from.

    The session may have gone since, or may have no such component. A session that was moved to
    another month is judged there.
    """
    charged = {line.charge.key for line in lines}
    for ledger in ledgers:
        for decision in ledger.decisions:
            # One about time that still runs may come to be about something.
            is_over = decision.period.end <= known.recorded_before
            is_own = decision.company_id == known.company_id and is_over
            if (
                is_own
                and _is_idle(decision, ledger, charged)
                and period.contains(_start(tx, decision))
            ):
                yield _problem("statement.decision_idle", decision.reason, ledger)


def outdated_decisions(
    tx: Tx, ledgers: Sequence[Ledger], known: Buyer, period: Period
) -> Iterator[Problem]:
    """Yield the decisions behind the company's month that signals contradict which came after them.

    A `fill` is contradicted where the machine itself tells that it did something else. A `reassign`
    is contradicted where no activity begins in its period any more, or where one that it decided
    began before that period.
    """
    for ledger in ledgers:
        for decision in ledger.decisions:
            if not _concerns(decision, ledger, [decision.period], known.company_id, period):
                continue
            if decision.kind is DecisionKind.FILL:
                told = _contradicted(tx, decision, ledger)
                is_outdated = _concerns(decision, ledger, told, known.company_id, period)
            else:
                is_outdated = decision.kind is DecisionKind.REASSIGN and _is_drifted(
                    tx, decision, ledger
                )
            if is_outdated:
                yield _problem("statement.decision_outdated", decision.reason, ledger)


def shared_decisions(ledgers: Sequence[Ledger], known: Buyer, period: Period) -> Iterator[Problem]:
    """Yield the decided lengths that hold, and for which other companies' activity leaves too
    little time.

    Those companies are billed for their activity, so some of its seconds would be billed twice.
    """
    for ledger in ledgers:
        for session in ledger.sessions_of(known.company_id):
            if period.contains(session.start.start) and _is_crowded(session, ledger):
                reason = rulings(session, ledger.decisions).reason
                yield _problem("statement.decision_shared", reason, ledger)


def billed_elsewhere(
    tx: Tx, ledgers: Sequence[Ledger], known: Buyer, period: Period
) -> Iterator[Problem]:
    """Yield the machines on which the company's activity is billed to another company already.

    That one's statement is approved or issued with a decided length, which leaves too little time.
    Nothing asks that company any more. Its decision is not named, since it is its own affair.
    """
    for ledger in ledgers:
        own = [
            s.reach for s in ledger.sessions_of(known.company_id) if period.contains(s.start.start)
        ]
        used = [
            u.period
            for u in ledger.usages
            if u.company_id == known.company_id and any(u.period.overlap(p) for p in own)
        ]
        if used and any(
            any(session.reach.overlap(part) for part in used) and _is_settled(tx, session, known)
            for session in _decided_of_others(ledger, known.company_id)
        ):
            yield Problem(code="statement.billed_elsewhere", actual=ledger.machine.slug)


def _decided_of_others(ledger: Ledger, company_id: CompanyId) -> Iterator[Session]:
    """Yield other companies' sessions whose decided length the time does not hold.

    The ledger may have been opened with the company's own sessions alone.
    """
    if any(d.kind is DecisionKind.SET_SECONDS for d in ledger.decisions):
        every = sessions(
            ledger.machine.id, ledger.usages, ledger.runs, ledger.witnesses, ledger.limits
        )
        for session in every:
            if session.company_id != company_id and _is_crowded(session, ledger):
                yield session


def _is_crowded(session: Session, ledger: Ledger) -> bool:
    """Return whether others' activity leaves a session less time than was decided to be billed."""
    ruled = rulings(session, ledger.decisions)
    if not ruled.seconds or session.presence not in BILLED or ruled.waiver(Component.TIME):
        return False
    if session.is_shared:
        # Seats of one room take nothing from each other (ADR 51).
        return False
    others = [u.period for u in ledger.usages if u.company_id not in {None, session.company_id}]
    left = total_seconds(without([session.reach], others))
    return left < min(ruled.seconds, session.reach.seconds)


def _is_settled(tx: Tx, session: Session, known: Buyer) -> bool:
    """Return whether the session's own statement is approved or issued."""
    start = session.start.start
    month = str(Month.of(start, known.centre.zone))
    return statement_stretches.is_settled_at(tx, known.centre.id, session.company_id, month, start)


def _problem(code: str, reason: str, ledger: Ledger) -> Problem:
    return Problem(code=code, actual=f"{ledger.machine.slug}: {reason}")


def _start(tx: Tx, decision: Decision) -> datetime:
    """Return the start of the booking that a decision is about, or else of the decision's own
    period.
    """
    is_of_a_session = decision.kind in OF_A_SESSION
    booking = (
        bookings.by_id(tx, decision.booking_id) if is_of_a_session and decision.booking_id else None
    )
    return booking.period.start if booking else decision.period.start


def _is_idle(decision: Decision, ledger: Ledger, charged: set[str]) -> bool:
    if decision.kind in OF_A_SESSION:
        return not any(has_effect(decision, s, charged) for s in ledger.sessions)
    return (
        decision.kind is DecisionKind.REASSIGN
        and _is_beforehand(decision)
        and begins_nothing(decision, ledger.usages)
    )


def _is_beforehand(decision: Decision) -> bool:
    return decision.recorded_at < decision.period.end


def _contradicted(tx: Tx, decision: Decision, ledger: Ledger) -> list[Period]:
    known = [r for r in ledger.runs if r.state is not State.UNKNOWN and r.clipped(decision.period)]
    if all(r.grade is Grade.DECISION for r in known):
        return []
    then, _ = metering.as_known(
        tx, ledger.machine, decision.period, recorded_before=decision.recorded_at, memory={}
    )
    return contradicted(decision, then, ledger.runs)


def _is_drifted(tx: Tx, decision: Decision, ledger: Ledger) -> bool:
    if _is_beforehand(decision):
        return False
    if begins_nothing(decision, ledger.usages):
        return True
    if not any(u.decision_id is None and u.period.overlap(decision.period) for u in ledger.usages):
        return False
    then = open_ledger(
        tx,
        ledger.machine,
        decision.period,
        recorded_before=decision.recorded_at + AN_INSTANT,
        memory={},
    )
    return is_undone(decision, then.usages, ledger.usages)


def _concerns(
    decision: Decision,
    ledger: Ledger,
    periods: Sequence[Period],
    company_id: CompanyId,
    month: Period,
) -> bool:
    """Return whether a decision is about the company, or about time of one of its sessions of the
    month.
    """
    if not periods:
        return False
    if decision.company_id == company_id and month.contains(decision.period.start):
        return True
    own = [s.reach for s in ledger.sessions_of(company_id) if s.reach.overlap(month)]
    return any(reach.overlap(period) for period in periods for reach in own)
