"""Runs: a machine's time in periods of one state."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.domain.ids import LoggedUseId, MessageId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, span
from gadong.metering.domain.doubt import Doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A maximal half-open interval in one state; `end` is None while it lasts.

    `opened_by` is the message that began it. For an unknown run, `counted_seconds` is what a
    run-hour counter moved across it since `held_from`, the last instant the machine was heard
    before. It may have begun up to `uncertain_seconds` earlier, and holds `bridged_seconds` in
    which the link was away too briefly to matter. `doubt` is evidence of the machine's own that
    contradicts it. `logged` is the entry of the ledger that it follows from, if no signal does.
    """

    start: datetime
    end: datetime | None
    state: State
    grade: Grade
    opened_by: MessageId | None = None
    held_from: datetime | None = None
    counted_seconds: int | None = None
    uncertain_seconds: int = 0
    bridged_seconds: int = 0
    doubt: Doubt | None = None
    logged: LoggedUseId | None = None

    @property
    def counted(self) -> tuple[Period, Period] | None:
        """Return an unknown gap with its first seconds, up to the counter's increase, or None.

        The counter speaks for the whole gap, so for the seconds too in which the last word still
        held.
        """
        is_counted = self.state is State.UNKNOWN and self.counted_seconds
        if not is_counted or self.held_from is None or self.end is None:
            return None
        gap = Period(self.held_from, self.end)
        return gap, Period(gap.start, gap.start + timedelta(seconds=self.counted_seconds or 0))

    def clipped(self, bounds: Period) -> Period | None:
        """Return the part inside the bounds, or None."""
        return span(max(self.start, bounds.start), min(self.end or bounds.end, bounds.end))


def within(runs: Sequence[Run], bounds: Period) -> list[tuple[Run, Period]]:
    """Return the runs, given in order of time, with their parts inside the bounds."""
    first = max(bisect_right(runs, bounds.start, key=_start) - 1, 0)
    last = bisect_left(runs, bounds.end, key=_start)
    return [(run, part) for run in runs[first:last] if (part := run.clipped(bounds))]


def _start(run: Run) -> datetime:
    return run.start
