"""Counted time: a run-hour counter fills gaps in the signals (grade B).

The rule: docs/reference/billing.md#gaps-in-signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gadong.core.domain.ids import SourceId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import span, whole_second
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.metering.domain.run import Run


def with_counters(runs: list[Run], signals: Sequence[Signal]) -> list[Run]:
    """Return the runs, with counted seconds on each closed unknown one.

    The rule: docs/reference/billing.md#gaps-in-signals.
    """
    readings = [
        (whole_second(s.event_time), s.number, s.source_id)
        for s in signals
        if s.channel is Channel.RUN_SECONDS
        and s.number is not None
        and s.time_rule is not TimeRule.RETAINED
    ]
    if not readings:
        return runs
    readings.sort(key=lambda r: r[0])
    return [_counted(run, runs, readings) for run in runs]


def _counted(
    run: Run, runs: Sequence[Run], readings: Sequence[tuple[datetime, float, SourceId]]
) -> Run:
    if run.state is not State.UNKNOWN or run.end is None or run.held_from is None:
        return run
    before = [r for r in readings if r[0] <= run.held_from]
    after = [r for r in readings if r[0] >= run.end and before and r[2] == before[-1][2]]
    if not before or not after or after[0][1] < before[-1][1]:
        return run  # a counter that went back proves nothing; a manager decides
    known = (
        part.seconds
        for window in (span(before[-1][0], run.held_from), span(run.end, after[0][0]))
        if window
        for other in runs
        if other.state is State.RUNNING and (part := other.clipped(window))
    )
    moved = int(after[0][1] - before[-1][1]) - sum(known)
    longest = int((run.end - run.held_from).total_seconds())
    return replace(run, counted_seconds=max(0, min(moved, longest)))
