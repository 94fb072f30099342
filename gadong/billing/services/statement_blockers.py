"""Facts of a company's month that a manager must settle before its statement is approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from gadong.billing.domain.correction import Direction
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.rating.stretch import Stretch, between
from gadong.billing.domain.statement import (
    UNCERTAIN_BORNE,
    StatementState,
    Totals,
    blockers,
    in_review,
)
from gadong.billing.services.prices.pricing import Buyer
from gadong.billing.store.counters import counter_uses
from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.decision import rulings
from gadong.booking.domain.presence import Presence
from gadong.booking.domain.session import Session
from gadong.booking.services.machine_ledger import Ledger
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CompanyId, StatementId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, total_seconds
from gadong.core.domain.problem import Problem
from gadong.machines.domain.observation import Observed
from gadong.machines.store import broker_sessions
from gadong.people.store import people

# A message that a dead gateway never sent again, use that nobody will ever claim, a proof that
# nobody renews, a decision about what is no more, a review that is ended before its time.
ACCEPTABLE = frozenset(
    {
        "statement.sequence_gap",
        "statement.unattributed",
        "statement.unknown",
        "statement.unlogged",
        "statement.refuted",
        "statement.uncertain",
        "statement.contradicted",
        "statement.proof_expired",
        "statement.decision_idle",
        "statement.decision_outdated",
        "statement.decision_shared",
        "statement.billed_elsewhere",
        "statement.in_review",
    }
)
# Blockers that say that another company pays the same time.
PAID_TWICE = frozenset({"statement.decision_shared", "statement.billed_elsewhere"})


def found_blockers(
    tx: Tx,
    ledgers: Sequence[Ledger],
    known: Buyer,
    stretch: Stretch,
    *,
    unpriced: Sequence[str],
    unmeasured: int,
    unlogged: int,
    every: Sequence[Ledger],
    sums: Totals,
) -> tuple[Problem, ...]:
    """Return what a manager must settle before the company's month is approved.

    `ledgers` are those with sessions of the company, `every` those that were opened.
    """
    company_id, recorded_before, period = known.company_id, known.recorded_before, stretch.period
    # Ledgers reach over the month's edges; a session of another month alone is settled there.
    touching = [
        (x, s)
        for x, s in own_sessions(ledgers, company_id, recorded_before)
        if s.reach.overlap(stretch.month) and stretch.charges(s)
    ]
    # A company need not explain use in the time of a booking that it gave up.
    own = [(x, s) for x, s in touching if s.presence is not Presence.CANCELLED]
    return tuple(
        blockers(
            # Use between two of its sessions is one use.
            unattributed_seconds=sum(
                x.unattributed_near([s.reach for y, s in own if y is x]) for x in ledgers
            ),
            unpriced=unpriced,
            open_sessions=sum(
                is_open(s, recorded_before) or stretch.is_going_on(s) for _, s in own
            ),
            open_sequence_gaps=broker_sessions.open_gaps(
                tx, sorted({x.machine.id for x, _ in touching}), before=recorded_before
            ),
            unknown_seconds=sum(_unknown(x, s) for x, s in own) + unmeasured,
            unlogged_sessions=unlogged,
            refuted_seconds=sum(_refuted(x, company_id, period) for x in every),
            uncertain_sessions=sum(s.is_uncertain(UNCERTAIN_BORNE) for _, s in own),
            contradicted_sessions=sum(_is_open_question(x, s) for x, s in own),
            expired=known.ran_out(
                period, max((s.start.start for _, s in own), default=period.start)
            ),
            totals=sums,
        )
    )


def _refuted(ledger: Ledger, company_id: CompanyId, period: Period) -> int:
    """Return the seconds that the company's entries name as use, and in which signals know that the
    machine did not run.
    """
    written = [
        part
        for use in ledger.witnesses.logged
        if use.company_id == company_id and (part := use.period.overlap(period))
    ]
    if not written:
        return 0
    rests = (
        run
        for run in ledger.runs
        if run.state not in {State.RUNNING, State.UNKNOWN} and run.grade is not Grade.DECISION
    )
    return total_seconds(part for run in rests for w in written if (part := run.clipped(w)))


def own_sessions(
    ledgers: Sequence[Ledger], company_id: CompanyId, recorded_before: datetime
) -> Iterator[tuple[Ledger, Session]]:
    """Yield the company's sessions, also those that it has a part of; one that has not begun is no
    use yet.
    """
    for ledger in ledgers:
        for session in ledger.sessions_of(company_id):
            is_over = not is_open(session, recorded_before)
            if session.usages or is_over or session.start.start < recorded_before:
                yield ledger, session


def is_open(session: Session, recorded_before: datetime) -> bool:
    """Return whether the booked time still lasts without a check-out, or the use still runs."""
    booking, used = session.booking, session.occupied
    if used is not None and used.end >= recorded_before:
        return True
    return (
        booking is not None
        and booking.period.end > recorded_before
        and booking.state not in {BookingState.COMPLETED, BookingState.CANCELLED}
    )


def _is_open_question(ledger: Ledger, session: Session) -> bool:
    """Return whether contradicted runs of a session await a decision on the billed amount."""
    whole = session.start.hull(session.occupied) if session.occupied else session.start
    is_contradicted = any(run.doubt and run.doubt.period.overlap(whole) for run in session.runs)
    ruled = rulings(session, ledger.decisions)
    is_settled = ruled.seconds is not None or any(
        component is None for component, _ in ruled.waived
    )
    return is_contradicted and not is_settled


def _unknown(ledger: Ledger, session: Session) -> int:
    """Return the seconds of a session that are unobserved, vouched for by no counter, and not
    decided.

    Of a machine that no signals observe its ledger is asked (`is_unlogged`).
    """
    if ledger.observed_for(session) is not Observed.SIGNAL:
        return 0
    whole = session.start.hull(session.occupied) if session.occupied else session.start
    unseen = (r for r in session.runs if r.state is State.UNKNOWN and not r.counted_seconds)
    return total_seconds(part for r in unseen if (part := r.clipped(whole)))


def standing(tx: Tx, statement: Statement, *, now: datetime) -> tuple[Problem, ...]:
    """Return what stands in the way of a draft's approval: its blockers, a review that lasts, and
    an open use of a page counter.
    """
    if statement.state not in {StatementState.DRAFT, StatementState.CHECKING}:
        return ()
    found = from_document(tuple[Problem, ...], statement.blockers)
    review = in_review(statement.check_until, now=now)
    centre = people.centre(tx, statement.centre_id)
    if review and centre:
        found += (review.saying(zone=centre.zone_name),)
    if centre:
        month = Month.parse(statement.month).period(centre.zone)
        charged = between(month, statement.since, statement.until)
        unread = counter_uses.open_machines(tx, centre.id, statement.company_id, charged)
        found += tuple(Problem(code="statement.open_counter", actual=slug) for slug in unread)
    return found


def correction_blockers(
    statement: Statement, found: Sequence[Problem], direction: Direction
) -> list[Problem]:
    """Return the hindrances of a draft that stop a correction too.

    Nobody accepts anything of a correction: it may not bill time that another company pays, unless
    that was accepted when its statement was approved. A sum below nothing is refused elsewhere.
    """
    passed = {*ACCEPTABLE, "statement.negative"}
    if direction is Direction.DEBIT:
        known = {problem.code for problem in from_document(tuple[Problem, ...], statement.blockers)}
        passed -= PAID_TWICE - known
    return [problem for problem in found if problem.code not in passed]


def of_statements(
    pool: Pool, who: Caller, found: Sequence[Statement], *, now: datetime
) -> dict[StatementId, tuple[Problem, ...]]:
    """Return what stands in the way of each draft's approval, of statements the caller found."""
    with transaction(pool, who.reach()) as tx:
        return {s.id: standing(tx, s, now=now) for s in found}
