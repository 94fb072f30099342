"""Energy over time, from counters or from readings of power; unmeasured time is a gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from gadong.core.domain.ids import MessageId, SourceId
from gadong.core.domain.period import Period
from gadong.dialects.domain.counter import CounterReading

# No machine of a small centre draws more: beyond it the counter is wrong rather than reset.
MOST_WATTS = 100_000.0
# Between two readings of a counter farther apart than this nobody knows when it was drawn, only how
# much.
LONGEST_STEP = timedelta(hours=1)
# A reading of power holds for three of its meter's heartbeats; of a meter without one, as long as
# Tasmota's are apart.
HOLDS = timedelta(minutes=15)
SECONDS_PER_HOUR = 3600


class EnergyBasis(StrEnum):
    """The evidence of an energy figure."""

    COUNTER = "counter"
    POWER = "power"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Flow:
    """Energy drawn between two instants; `is_placed` if it may be spread evenly over them."""

    start: datetime
    end: datetime
    watt_hours: float
    is_placed: bool = True

    def part(self, period: Period) -> tuple[float, float]:
        """Return the watt-hours and the seconds of the flow inside a period."""
        start, end = max(self.start, period.start), min(self.end, period.end)
        if start >= end:
            return 0.0, 0.0
        is_inside = (start, end) == (self.start, self.end)
        if not self.is_placed and not is_inside:
            return 0.0, 0.0
        seconds = (end - start).total_seconds()
        return self.watt_hours * seconds / (self.end - self.start).total_seconds(), seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The flows of a machine's meter in order, their evidence, and the counter's resets.

    `resets` counts how often the counter fell, `doubtful` the falls after which its new value was
    not believed. Each of the `phases` has flows of its own.
    """

    basis: EnergyBasis
    source_id: SourceId | None = None
    flows: tuple[Flow, ...] = ()
    resets: int = 0
    doubtful: int = 0
    message_id: MessageId | None = None
    phases: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyStep:
    """The energy of a period; None if nothing was measured. `covered_seconds` were measured."""

    period: Period
    watt_hours: float | None
    covered_seconds: int


def counted(source_id: SourceId, counters: Sequence[Sequence[CounterReading]]) -> Measured:
    """Return the counters of a meter, one for each phase, as flows.

    A counter that fell began anew: its new value was drawn since, where the machine can have drawn
    so much.
    """
    flows: list[Flow] = []
    resets = doubtful = 0
    last: CounterReading | None = None
    for readings in counters:
        for before, after in pairwise(sorted(readings, key=lambda r: r.at)):
            step, elapsed = after.value - before.value, after.at - before.at
            if step < 0:
                resets += 1
                step = after.value
                if step > MOST_WATTS * elapsed.total_seconds() / SECONDS_PER_HOUR:
                    doubtful += 1
                    continue
            if elapsed > timedelta(0):
                flows.append(Flow(before.at, after.at, step, elapsed <= LONGEST_STEP))
        last = max([*readings, *([last] if last else [])], key=lambda r: r.at, default=last)
    return Measured(
        basis=EnergyBasis.COUNTER,
        source_id=source_id,
        flows=tuple(sorted(flows, key=lambda f: f.start)),
        resets=resets,
        doubtful=doubtful,
        message_id=last.message_id if last else None,
        phases=len(counters),
    )


def integrated(
    source_id: SourceId, readings: Sequence[Sequence[CounterReading]], *, holds: timedelta = HOLDS
) -> Measured:
    """Integrate readings of power; each holds until the next, and for at most `holds`."""
    flows: list[Flow] = []
    last: CounterReading | None = None
    for series in readings:
        for before, after in pairwise(sorted(series, key=lambda r: r.at)):
            end = min(after.at, before.at + holds)
            if end > before.at:
                hours = (end - before.at).total_seconds() / SECONDS_PER_HOUR
                flows.append(Flow(before.at, end, max(before.value, 0.0) * hours))
        last = max([*series, *([last] if last else [])], key=lambda r: r.at, default=last)
    return Measured(
        basis=EnergyBasis.POWER,
        source_id=source_id,
        flows=tuple(sorted(flows, key=lambda f: f.start)),
        message_id=last.message_id if last else None,
        phases=len(readings),
    )


def by_step(measured: Measured, steps: Sequence[Period]) -> list[EnergyStep]:
    """Sum the flows over steps in order of time; a step without data is a gap."""
    found: list[EnergyStep] = []
    flows, first = measured.flows, 0
    for step in steps:
        while first < len(flows) and flows[first].end <= step.start and flows[first].is_placed:
            first += 1
        amount = covered = 0.0
        for flow in flows[first:]:
            if flow.start >= step.end:
                break
            part, seconds = flow.part(step)
            amount, covered = amount + part, covered + seconds
        seconds_covered = round(min(covered / measured.phases, step.seconds))
        found.append(
            EnergyStep(period=step, watt_hours=amount if covered else None, covered_seconds=seconds_covered)
        )
    return found


def total(measured: Measured, period: Period) -> float:
    """Sum the energy known to be drawn in a period, at known or unknown instants in it."""
    return sum(flow.part(period)[0] for flow in measured.flows)
