"""Contradictions of a machine's runs by later messages or by its run-hour counter (ADR 32)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from gadong.core.domain.ids import SourceId
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, span, whole_second
from gadong.dialects.domain.signal import Channel, Signal, TimeRule
from gadong.machines.domain.senders.sender import BEFORE_BINDING, LateWords, speaks_late
from gadong.metering.domain.doubt import Cause, Doubt
from gadong.metering.domain.run import Run

# One moment that is written twice differs by the rounding of its time, two edges by twice that, and
# links by some seconds.
SAID_ALIKE = timedelta(seconds=5)
# Of a source that speaks only when something changes nothing tells a silence; an outbox that sends
# the present first sends the past within this after it.
DRAINS_WITHIN = timedelta(minutes=10)
# Both edges of a run are known to a heartbeat, and a gateway repeats itself each minute
# (docs/dialects/gadong-json.md).
LEAST_HEARTBEAT = timedelta(seconds=60)
# A controller counts its cycle, a gateway samples it: over a shift of short cycles the two part by
# some per cent.
COUNTS_ALIKE = 0.05
# Counters of whole hours, of tenths of an hour and of minutes step by these seconds.
STEPS = (3600, 360, 60)
# Two values may be round by chance; three of whole hours, or one that stands still while the
# machine runs, are a step.
STEP_SHOWN, STANDS_STILL = 3, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSignals:
    """The signals of a machine, each source's heartbeat, and the late messages (`late`)."""

    signals: Sequence[Signal]
    heartbeats: Mapping[SourceId, timedelta | None] = field(default_factory=dict)
    late: LateWords = field(default_factory=dict)

    def settled(self) -> list[Signal]:
        """Return the signals without late ones about time that had been derived."""
        if not self.late:
            return list(self.signals)
        return [s for s in self.signals if not self._rewrites(s)]

    def _rewrites(self, signal: Signal) -> bool:
        since = self.late.get(signal.message_id)
        if since is None or since == BEFORE_BINDING or not speaks_late(signal):
            return False
        # A silence of a source with a heartbeat leaves the state unknown, so its late word
        # contradicts nothing there.
        return self.heartbeats.get(signal.source_id) is not None or since >= DRAINS_WITHIN


def with_doubts(
    runs: Sequence[Run], before: Sequence[Run], words: SourceSignals, settled: Sequence[Signal]
) -> list[Run]:
    """Mark the runs that are contradicted; `before` are those of the `settled` signals alone."""
    doubts = list(rewritten(before, runs)) if before is not runs else []
    doubts += miscounted(runs, settled, words.heartbeats)
    doubts += unbound(runs, words)
    return [_marked(run, runs, doubts) for run in runs] if doubts else list(runs)


def unbound(runs: Sequence[Run], words: SourceSignals) -> list[Doubt]:
    """Return doubts about known runs that a message from before the device's binding began."""
    messages = {message for message, since in words.late.items() if since == BEFORE_BINDING}
    if not messages:
        return []
    last = max((whole_second(s.event_time) for s in words.signals), default=None)
    found: list[Doubt] = []
    for run in runs:
        is_known = run.state is not State.UNKNOWN and run.opened_by in messages
        end = run.end or (max(last, run.start + timedelta(seconds=1)) if last else None)
        period = span(run.start, end) if is_known and end else None
        if period:
            found.append(Doubt(cause=Cause.UNBOUND, period=period, seconds=round(period.seconds)))
    return found


def rewritten(before: Sequence[Run], after: Sequence[Run]) -> Iterable[Doubt]:
    """Yield doubts about runs of `before` that differ now; unknown time is no doubt."""
    horizon = max(
        (edge for run in (*before, *after) for edge in (run.start, run.end) if edge), default=None
    )
    starts = [run.start for run in after]
    for run in before:
        whole = span(run.start, run.end or horizon) if horizon else None
        if run.state is State.UNKNOWN or whole is None:
            continue
        first = max(bisect_right(starts, whole.start) - 1, 0)
        last = bisect_right(starts, whole.end)
        parts = [
            part
            for now in after[first:last]
            if now.state is not run.state and (part := now.clipped(whole))
        ]
        seconds = sum(part.seconds for part in parts)
        if seconds > SAID_ALIKE.total_seconds():
            # A run that was shortened is in doubt as a whole; rest only where something was put
            # into it.
            hull = whole if run.state is State.RUNNING else parts[0].hull(parts[-1])
            yield Doubt(cause=Cause.LATE, period=hull, seconds=seconds)


def miscounted(
    runs: Sequence[Run], signals: Iterable[Signal], heartbeats: Mapping[SourceId, timedelta | None]
) -> list[Doubt]:
    """Yield doubts about work for which a source's counter of operating seconds differs.

    A stretch lasts from rest to rest by both. What nobody saw may have run, and some controllers
    count pauses.
    """
    readings: dict[SourceId, list[tuple[datetime, float]]] = {}
    for signal in sorted(signals, key=lambda s: s.order):
        if (
            signal.channel is Channel.RUN_SECONDS
            and signal.number is not None
            and signal.time_rule is not TimeRule.RETAINED
        ):
            at = whole_second(signal.event_time)
            readings.setdefault(signal.source_id, []).append((at, signal.number))
    if not readings:
        return []
    ran = _Seconds(runs, {State.RUNNING})
    maybe = _Seconds(runs, {State.PAUSED, State.SETUP, State.UNKNOWN})
    return [
        doubt
        for source_id, of_source in readings.items()
        for doubt in _miscounted(
            of_source, ran, maybe, heartbeats.get(source_id) or LEAST_HEARTBEAT
        )
    ]


@dataclass(slots=True)
class _Stretch:
    """The work between two rests: its start, its end, and the counter's increase."""

    start: datetime
    end: datetime
    moved: float


def _miscounted(
    readings: Sequence[tuple[datetime, float]], ran: _Seconds, maybe: _Seconds, heartbeat: timedelta
) -> Iterable[Doubt]:
    borne = 2 * max(heartbeat, LEAST_HEARTBEAT).total_seconds() + _step(readings, ran)
    for stretch in _stretches(readings, ran):
        seconds = ran.between(stretch.start, stretch.end)
        most = seconds + maybe.between(stretch.start, stretch.end)
        limit = borne + COUNTS_ALIKE * max(stretch.moved, seconds)
        differs = max(stretch.moved - most, seconds - stretch.moved)
        period = span(stretch.start, stretch.end)
        if differs > limit and period:
            yield Doubt(cause=Cause.COUNTER, period=period, seconds=round(differs))


def _stretches(readings: Sequence[tuple[datetime, float]], ran: _Seconds) -> Iterable[_Stretch]:
    """Split the readings where the counter and the runs both rest,
    and where the counter was reset.
    """
    current: _Stretch | None = None
    for (start, value), (end, following) in pairwise(readings):
        if (start, value) == (end, following):
            continue  # a reading that came twice is one reading, not a rest of the counter
        moved = following - value
        if start == end and not moved:
            continue  # said twice in a second, which is no rest
        rests = moved == 0 and not ran.between(start, end)
        if moved < 0 or rests:
            if current:
                yield current
            current = None
        elif current:
            current.end, current.moved = end, current.moved + moved
        else:
            current = _Stretch(start, end, moved)
    if current:
        yield current


def _step(readings: Sequence[tuple[datetime, float]], ran: _Seconds) -> int:
    """Return the step of the counter in seconds, as far as its values show it."""
    values = {value for _, value in readings}
    step = next((s for s in STEPS if all(value % s == 0 for value in values)), 1)
    if step == STEPS[-1] or step == 1 or len(values) >= STEP_SHOWN:
        return step
    stands = any(
        value == following and ran.between(start, end) >= STANDS_STILL
        for (start, value), (end, following) in pairwise(readings)
    )
    return step if stands else STEPS[-1]


class _Seconds:
    """The seconds of some states between two instants, by binary search."""

    def __init__(self, runs: Sequence[Run], states: set[State]) -> None:
        self._starts: list[datetime] = []
        self._before: list[float] = []
        self._ends: list[datetime | None] = []
        total = 0.0
        for run in runs:
            if run.state in states:
                self._starts.append(run.start)
                self._ends.append(run.end)
                self._before.append(total)
                total += (run.end - run.start).total_seconds() if run.end else 0.0

    def between(self, start: datetime, end: datetime) -> float:
        """Return the seconds from one instant to another."""
        return self._until(end) - self._until(start)

    def _until(self, at: datetime) -> float:
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return 0.0
        end = self._ends[index]
        return (
            self._before[index]
            + ((min(at, end) if end else at) - self._starts[index]).total_seconds()
        )


def _marked(run: Run, runs: Sequence[Run], doubts: Sequence[Doubt]) -> Run:
    """Return a run with its doubt; later messages precede other causes."""
    own = [(doubt, part) for doubt in doubts if (part := _about(run, runs, doubt))]
    if not own:
        return run
    doubt, part = min(own, key=lambda d: (d[0].cause is not Cause.LATE, d[1].start))
    grade = Grade.CONTRADICTED if run.grade in {Grade.SIGNAL, Grade.COUNTER} else run.grade
    return replace(run, grade=grade, doubt=replace(doubt, period=part))


def _about(run: Run, runs: Sequence[Run], doubt: Doubt) -> Period | None:
    """Return the part of a run that a doubt concerns.

    A stretch that a counter counted reaches into the rest around it by as much as it was read late.
    """
    end = run.end or max(doubt.period.end, run.start)
    part = span(max(run.start, doubt.period.start), min(end, doubt.period.end))
    if part is None or doubt.cause is Cause.LATE or run.state is State.RUNNING:
        return part
    is_inside = doubt.period.start <= run.start and end <= doubt.period.end
    has_run = any(r.state is State.RUNNING and r.clipped(doubt.period) for r in runs)
    return part if is_inside or not has_run else None
