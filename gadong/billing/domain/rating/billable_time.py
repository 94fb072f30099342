"""The billed seconds of a session: measured by the item's basis, then rounded to a quantity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gadong.billing.domain.rate_terms import Basis, DayUnit, UnknownPolicy
from gadong.billing.domain.tariff import MAINTENANCE, RateItem
from gadong.booking.domain.presence import BILLED
from gadong.booking.domain.session import Session
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, total_seconds, union, within, without
from gadong.metering.domain.run import Run


@dataclass(frozen=True, slots=True)
class UnitSpan:
    """A unit of the day's clock on one day: the day on which it begins, and its time."""

    unit: DayUnit
    day: date
    period: Period


@dataclass(frozen=True, slots=True)
class Piece:
    """Billed time: where it lies, and the instant whose month it counts in (a rounding is part of
    what it rounds).

    Time in a `unit` of the day's clock has its price, once.
    """

    period: Period
    counts_at: datetime
    unit: UnitSpan | None = None

    @property
    def is_rounding(self) -> bool:
        """Return whether the piece was not measured, but rounds a measured one."""
        return not self.period.contains(self.counts_at)

    def seconds_in(self, month: Period) -> int:
        """Return how many of its seconds count in the month."""
        if self.is_rounding:
            return self.period.seconds if month.contains(self.counts_at) else 0
        part = self.period.overlap(month)
        return part.seconds if part else 0


def measured_time(session: Session, item: RateItem) -> tuple[list[Period], int]:
    """Return the billable time by the item's basis, before rounding, and its seconds that a counter
    vouches for.

    It lies in the session's own time, so no second of it is measured for another session.
    """
    if item.basis is Basis.ACTUAL_RUN:
        return _running(session, item)
    if session.presence not in BILLED:
        # Use that ran on into a booking that nobody came for.
        spans = [usage.period for usage in session.usages]
    elif item.basis is Basis.ACTUAL_OCCUPIED:
        spans = [session.occupied] if session.occupied else []
    elif item.basis is Basis.BOOKED:
        spans = [session.start]
    else:
        spans = [session.reach]
    excluded = [
        part
        for run in session.runs
        if run.state.value in item.excluded_states
        for whole_span in spans
        if (part := run.clipped(whole_span))
    ]
    if MAINTENANCE in item.excluded_states:
        excluded += session.maintenance
    return without(_in_own_time(spans, session), excluded), 0


def _in_own_time(periods: Sequence[Period], session: Session) -> list[Period]:
    return [part for own in union(session.own_time) for part in within(periods, own)]


def _running(session: Session, item: RateItem) -> tuple[list[Period], int]:
    parts = [run for usage in session.usages for run in usage.runs]
    if item.unknown_policy is not UnknownPolicy.COUNTER_FILL:
        return union(parts), 0
    by_counter = 0
    for run in session.vouched:
        if gap := run.counted:
            own = _in_own_time([gap[1]], session)
            parts = [*without(parts, [gap[0]]), *own]
            by_counter += total_seconds(own)
    return union(parts), by_counter


def unfilled(session: Session, item: RateItem) -> int:
    """Return the seconds of a session in which a counter says that the machine ran, and that nobody
    is billed for.
    """
    fills = item.basis is Basis.ACTUAL_RUN and item.unknown_policy is UnknownPolicy.COUNTER_FILL
    filled = session.vouched if fills else ()
    measured, _ = measured_time(session, item)
    # Nobody knows in which of a gap's seconds it ran: as many as were counted may lie in the
    # session.
    return sum(
        min(gap[1].seconds, total_seconds(without([part], measured)))
        for run in session.runs
        if (gap := run.counted) and run not in filled
        if (part := gap[0].overlap(session.reach))
    )


def quantity(seconds: int, item: RateItem) -> int:
    """Seconds to bill: whole increments after the grace, and at least the minimum."""
    increments = -(-max(0, seconds - item.increment_grace_seconds) // item.increment_seconds)
    return max(increments * item.increment_seconds, item.minimum_seconds)


def billed(measured: Sequence[Period], seconds: int) -> list[Piece]:
    """Return the measured time, stretched or cut at its end to the quantity."""
    pieces: list[Piece] = []
    left = seconds
    for period in measured:
        take = min(left, period.seconds)
        if take:
            pieces.append(
                Piece(Period(period.start, period.start + timedelta(seconds=take)), period.start)
            )
        left -= take
    if left and measured:
        end = measured[-1].end
        pieces.append(Piece(Period(end, end + timedelta(seconds=left)), end - timedelta(seconds=1)))
    return pieces


def is_noise(session: Session, seconds: int, item: RateItem) -> bool:
    """Return whether the activity is too short to be billed; booked time never is."""
    is_of_activity = item.basis in {Basis.ACTUAL_RUN, Basis.ACTUAL_OCCUPIED}
    is_booked = session.booking is not None and session.presence in BILLED
    return seconds < item.noise_seconds and (is_of_activity or not is_booked)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredEvidence:
    """Of measured time, the seconds that a ledger names and those that nothing speaks of.

    Signals speak of the rest.

    `messages` are the ids of the messages behind it, `entries` those of the ledger's entries, in
    order of time.
    """

    messages: tuple[str, ...]
    entries: tuple[str, ...]
    ledger_seconds: int
    unknown_seconds: int


def evidence_of(session: Session, measured: Sequence[Period]) -> MeasuredEvidence:
    """Return the evidence for measured time of a session.

    A run-hour counter is a signal, and so is a decision.
    """
    logged = [
        (run, part)
        for run in session.runs
        if run.logged
        for p in measured
        if (part := run.clipped(p))
    ]
    known = [
        part
        for run in session.runs
        if run.state is not State.UNKNOWN
        for p in measured
        if (part := run.clipped(p))
    ]
    counted = [gap[1] for run in session.vouched if (gap := run.counted)]
    messages = dict.fromkeys(
        str(run.opened_by)
        for run in session.runs
        if run.opened_by and any(_touches(run, p) for p in measured)
    )
    return MeasuredEvidence(
        messages=tuple(messages),
        entries=tuple(dict.fromkeys(str(run.logged) for run, _ in logged)),
        ledger_seconds=total_seconds(union(part for _, part in logged)),
        unknown_seconds=total_seconds(without(union(measured), union([*known, *counted]))),
    )


def _touches(run: Run, period: Period) -> bool:
    """Return whether the run lies in the period or ends it."""
    # The message that ended a run is part of its evidence; the run before it may be another's.
    return run.start <= period.end and (run.end is None or run.end > period.start)
