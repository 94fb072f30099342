"""Decisions: a manager's word on what the signals leave open, as an input to the next computation.
Nobody edits an amount. What is decided is kept with its reason, shown on the document, and taken
back by another decision.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gadong.booking.domain.presence import BILLED
from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import Usage
from gadong.core.domain.charge_component import Component
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, DecisionId, MachineId, PersonId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, span
from gadong.core.domain.usage_mode import UsageMode
from gadong.metering.domain.run import Run


class DecisionKind(StrEnum):
    """The subject of a decision."""

    REASSIGN = "reassign"  # the owner of the activity that starts in the period
    FILL = "fill"  # the machine's state in unknown time
    SET_SECONDS = "set_seconds"  # the billed seconds of a session
    SET_USAGE_MODE = "set_usage_mode"  # the usage mode of a session
    WAIVE = "waive"  # that a session's charge, or one component of it, costs nothing
    REVERSE = "reverse"  # that an earlier decision does not hold


#: Decisions about a session as a whole, not about a stretch of the machine's time.
OF_A_SESSION = frozenset(
    {DecisionKind.SET_SECONDS, DecisionKind.SET_USAGE_MODE, DecisionKind.WAIVE}
)
#: A machine that is decided to have been idle may say later that it was switched off.
RESTING = frozenset({State.IDLE, State.OFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A manager's word. `period` is the time, or the session, that it is about.

    A session is named by its booking, or by the company and the period its use began in.
    """

    id: DecisionId
    centre_id: CentreId
    machine_id: MachineId
    kind: DecisionKind
    period: Period
    company_id: CompanyId | None
    booking_id: BookingId | None
    reverses: DecisionId | None
    reason: str
    decided_by: PersonId
    recorded_at: datetime
    state: State | None = None
    seconds: int | None = None
    component: Component | None = None
    usage_mode: UsageMode | None = None

    def is_about(self, session: Session) -> bool:
        """Return whether the decision is about the session."""
        if session.booking:
            return self.booking_id == session.booking.id
        is_theirs = self.booking_id is None and self.company_id == session.company_id
        return is_theirs and self.period.contains(session.start.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """Decisions on one session: billed seconds, waivers and the usage mode, each with its reason.

    A waiver without a component waives all components.
    """

    seconds: int | None = None
    reason: str = ""
    waived: tuple[tuple[Component | None, str], ...] = ()
    usage_mode: UsageMode | None = None
    usage_mode_reason: str = ""

    def waiver(self, component: Component) -> str:
        """Return the reason of the component's waiver; empty without one."""
        return next((reason for c, reason in self.waived if c in {None, component}), "")


NO_RULINGS = Rulings()


def rulings(session: Session, decisions: Sequence[Decision]) -> Rulings:
    """Return the decisions about a session; the latest on its seconds, or its mode, holds."""
    own = [d for d in decisions if d.is_about(session)]
    if not own:
        return NO_RULINGS
    billed = next((d for d in own if d.kind is DecisionKind.SET_SECONDS), None)
    used = next((d for d in own if d.kind is DecisionKind.SET_USAGE_MODE), None)
    return Rulings(
        seconds=billed.seconds if billed else None,
        reason=billed.reason if billed else "",
        waived=tuple((d.component, d.reason) for d in own if d.kind is DecisionKind.WAIVE),
        usage_mode=used.usage_mode if used else None,
        usage_mode_reason=used.reason if used else "",
    )


def has_effect(decision: Decision, session: Session, charged: Collection[str]) -> bool:
    """Return whether a decision about the session changes or names one of its lines, whose keys are
    `charged`.
    """
    if not decision.is_about(session):
        return False
    match decision.kind:
        case DecisionKind.SET_SECONDS:
            return session.presence in BILLED
        case DecisionKind.WAIVE if decision.component:
            return f"{session.key}/{decision.component}" in charged
        case _:
            return any(key.rsplit("/", 1)[0] == session.key for key in charged)


def contradicted(decision: Decision, then: Sequence[Run], now: Sequence[Run]) -> list[Period]:
    """Return the time that a fill decided, and of which the machine itself says otherwise by now.

    `then` are the runs as they were when it was decided, without any fill.
    """
    agreed = RESTING if decision.state is State.IDLE else {decision.state}
    unknown = [p for r in then if r.state is State.UNKNOWN and (p := r.clipped(decision.period))]
    others = [
        r for r in now if r.state not in {State.UNKNOWN, *agreed} and r.grade is not Grade.DECISION
    ]
    return [part for run in others for gap in unknown if (part := run.clipped(gap))]


def begins_nothing(decision: Decision, usages: Sequence[Usage]) -> bool:
    """Return whether no activity begins in a decision's period."""
    return not any(decision.period.contains(u.period.start) for u in usages if not u.is_continued)


def is_undone(decision: Decision, then: Sequence[Usage], now: Sequence[Usage]) -> bool:
    """Return whether an activity that a reassignment decided is now attributed without any
    decision.

    `then` are the usages as they were when it was decided. The word of a later decision undoes
    nothing.
    """
    was = [run for u in then if u.decision_id == decision.id for run in u.runs]
    other = [run for u in now if u.decision_id is None for run in u.runs]
    return any(run.overlap(ours) for run in other for ours in was)


def filled(runs: Sequence[Run], decisions: Sequence[Decision]) -> list[Run]:
    """Return the runs with what was decided of unknown time in its place (grade C).

    Known time is never decided.

    The latest decisions come first, and hold. A counter's word on a gap stays with what is left of
    it.
    """
    found = list(runs)
    for decision in [d for d in decisions if d.kind is DecisionKind.FILL and d.state]:
        states = [None, *(run.state for run in found)]
        found = [
            part
            for run, last in zip(found, states, strict=False)
            for part in _filled(run, decision, last)
        ]
    return found


def _filled(run: Run, decision: Decision, last: State | None) -> list[Run]:
    if run.state is not State.UNKNOWN or decision.state is None:
        return [run]
    part = run.clipped(decision.period)
    if part is None:
        return [run]
    counted = _counted(run, part, decision.state, last)
    before = replace(run, end=part.start, counted_seconds=counted[0])
    after = replace(run, start=part.end, held_from=part.end, counted_seconds=counted[1])
    decided = replace(
        run,
        start=part.start,
        end=part.end,
        state=decision.state,
        grade=Grade.DECISION,
        held_from=None,
        counted_seconds=None,
    )
    return [r for r in (before, decided, after) if r.end is None or r.start < r.end]


def _counted(
    run: Run, part: Period, state: State, last: State | None
) -> tuple[int, int] | tuple[None, None]:
    """Return the counted seconds before and after a decided part of an unknown run, the earlier
    ones first.

    `last` is the state before the run, which still held from `held_from` to its start and is
    counted too.
    """
    if run.counted_seconds is None or run.end is None:
        return None, None
    left = run.counted_seconds - (part.seconds if state is State.RUNNING else 0)
    first = span(run.held_from or run.start, part.start)
    if part.start == run.start:
        left -= first.seconds if first and last is State.RUNNING else 0
        first = None
    before = min(first.seconds, max(0, left)) if first else 0
    rest = span(part.end, run.end)
    return before, min(rest.seconds, max(0, left - before)) if rest else 0
