"""Energy over time, from counters or from readings of power; unmeasured time is a gap."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, pairwise, zip_longest

from gadong.core.domain.ids import MessageId, SourceId
from gadong.core.domain.period import Period, union, without
from gadong.dialects.domain.counter import CounterReading
from gadong.metering.domain.meter_hold import HoldEnd

# No machine of a small centre draws more: beyond it the counter is wrong rather than reset.
MOST_WATTS = 100_000.0
# Between two readings of a counter farther apart than this nobody knows when it was drawn, only how
# much.
LONGEST_STEP = timedelta(hours=1)
# A reading of power holds for three of its meter's heartbeats; of a meter without one, as long as
# Tasmota's are apart.
HOLDS = timedelta(minutes=15)
SECONDS_PER_HOUR = 3600
# Instants are whole seconds in many formats, so that two readings may seem nearer than they were.
SLACK = timedelta(seconds=2)
# A counter of less may begin anew and pass its old value by the next reading.
GONE_WH = 1000.0
# A meter that loses power may begin again with the value that it had last saved. Home Assistant
# takes a counter that keeps nine tenths of its value for one that goes on, and so does this.
GOES_ON = 0.9


class EnergyBasis(StrEnum):
    """The evidence of an energy figure."""

    COUNTER = "counter"
    POWER = "power"
    MIXED = "mixed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Flow:
    """Energy drawn between two instants; `is_placed` if it may be spread evenly over them.

    It is of one of its meter's `phases`.
    """

    start: datetime
    end: datetime
    watt_hours: float
    is_placed: bool = True
    basis: EnergyBasis = EnergyBasis.COUNTER
    phases: int = 1

    @property
    def period(self) -> Period:
        """Return the period between the two instants."""
        return Period(self.start, self.end)

    def clipped(self, period: Period) -> Flow:
        """Return the flow's part inside a period that it overlaps."""
        start, end = max(self.start, period.start), min(self.end, period.end)
        return replace(self, start=start, end=end, watt_hours=self.part(period)[0])

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
    """The flows of a machine's meters in order, their evidence, and the counters' resets.

    `resets` counts how often a counter fell, `doubtful` the values that were not believed. Each
    phase of a meter has flows of its own.
    """

    basis: EnergyBasis
    source_id: SourceId | None = None
    flows: tuple[Flow, ...] = ()
    resets: int = 0
    doubtful: int = 0
    message_id: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyStep:
    """The energy of a period; None if nothing was measured. `covered_seconds` were measured."""

    period: Period
    watt_hours: float | None
    covered_seconds: int
    basis: EnergyBasis = EnergyBasis.NONE


def counted(source_id: SourceId, counters: Sequence[Sequence[CounterReading]]) -> Measured:
    """Return the counters of a meter, one for each phase, as flows.

    A counter that fell to less than nine tenths began anew: its new value was drawn since. One that
    fell by less goes on from a value that it had saved. A step is believed where the machine can
    have drawn so much. A value below zero is not believed. Nor is a zero between two values that go
    on, as a reader gives it before its meter has spoken. Of several values at one instant the last
    counts.
    """
    flows: list[Flow] = []
    resets = doubtful = 0
    last: CounterReading | None = None
    for readings in counters:
        believed = _without_zeros(_one_an_instant([r for r in readings if r.value >= 0]))
        doubtful += len(_one_an_instant(readings)) - len(believed)
        for before, after in pairwise(believed):
            step, elapsed = after.value - before.value, after.at - before.at
            most = MOST_WATTS * (elapsed + SLACK).total_seconds() / SECONDS_PER_HOUR
            if step < 0:
                resets += 1
                most = MOST_WATTS * elapsed.total_seconds() / SECONDS_PER_HOUR
                step = 0.0 if after.value >= GOES_ON * before.value else after.value
            if step > most:
                doubtful += 1
                continue
            is_placed = elapsed <= LONGEST_STEP
            flows.append(Flow(before.at, after.at, step, is_placed, phases=len(counters)))
        last = max([*readings, *([last] if last else [])], key=lambda r: r.at, default=last)
    return Measured(
        basis=EnergyBasis.COUNTER,
        source_id=source_id,
        flows=tuple(sorted(flows, key=lambda f: f.start)),
        resets=resets,
        doubtful=doubtful,
        message_id=last.message_id if last else None,
    )


def integrated(
    source_id: SourceId,
    readings: Sequence[Sequence[CounterReading]],
    *,
    holds: timedelta = HOLDS,
    ends: Sequence[Sequence[HoldEnd]] = (),
) -> Measured:
    """Integrate readings of power; each holds until the next, and for at most `holds`.

    `ends` are of each series the instants at which its last reading ceases to hold before that.
    """
    flows: list[Flow] = []
    last: CounterReading | None = None
    for series, over in zip_longest(readings, ends, fillvalue=()):
        for before, until in _held(series, over):
            end = min(until, before.at + holds)
            if end <= before.at:
                continue
            hours = (end - before.at).total_seconds() / SECONDS_PER_HOUR
            drawn = max(before.value, 0.0) * hours
            flows.append(Flow(before.at, end, drawn, basis=EnergyBasis.POWER, phases=len(readings)))
        last = max([*series, *([last] if last else [])], key=lambda r: r.at, default=last)
    return Measured(
        basis=EnergyBasis.POWER,
        source_id=source_id,
        flows=tuple(sorted(flows, key=lambda f: f.start)),
        message_id=last.message_id if last else None,
    )


def first_of(meters: Sequence[Measured], period: Period) -> Measured:
    """Return a period's energy: each second's by the first of the meters that measured it.

    What was drawn at an unknown instant counts where no earlier meter measured a part of the time.
    """
    used: list[Measured] = []
    flows: list[Flow] = []
    for meter in meters:
        taken = union(flow.period for flow in flows)
        own = [
            flow if piece == flow.period else flow.clipped(piece)
            for flow in meter.flows
            for piece in without([flow.period], taken)
            if flow.is_placed or piece == flow.period
        ]
        if any(flow.part(period)[1] for flow in own):
            used.append(meter)
            flows += own
    if not used:
        return Measured(basis=EnergyBasis.NONE)
    return replace(
        used[0],
        basis=_together({meter.basis for meter in used}),
        flows=tuple(sorted(flows, key=lambda f: f.start)),
        resets=sum(meter.resets for meter in used),
        doubtful=sum(meter.doubtful for meter in used),
    )


def by_step(measured: Measured, steps: Sequence[Period]) -> list[EnergyStep]:
    """Sum the flows over steps in order of time; a step without data is a gap."""
    found: list[EnergyStep] = []
    flows, first = measured.flows, 0
    for step in steps:
        while first < len(flows) and flows[first].end <= step.start:
            first += 1
        amount = covered = 0.0
        bases: set[EnergyBasis] = set()
        for flow in islice(flows, first, None):
            if flow.start >= step.end:
                break
            part, seconds = flow.part(step)
            amount, covered = amount + part, covered + seconds / flow.phases
            bases |= {flow.basis} if seconds else set()
        found.append(
            EnergyStep(
                period=step,
                watt_hours=amount if covered else None,
                covered_seconds=round(min(covered, step.seconds)),
                basis=_together(bases),
            )
        )
    return found


def total(measured: Measured, period: Period) -> float:
    """Sum the energy known to be drawn in a period, at known or unknown instants in it."""
    return sum(flow.part(period)[0] for flow in measured.flows)


def _together(bases: Collection[EnergyBasis]) -> EnergyBasis:
    if not bases:
        return EnergyBasis.NONE
    return next(iter(bases)) if len(bases) == 1 else EnergyBasis.MIXED


def _held(
    series: Sequence[CounterReading], ends: Sequence[HoldEnd]
) -> Iterator[tuple[CounterReading, datetime]]:
    """Yield each reading that another word of its meter follows, with that word's instant.

    A reading at the instant of an end holds no longer than that.
    """
    over = sorted(end.at for end in ends)
    said = _one_an_instant(series)
    for before, after in zip_longest(said, said[1:]):
        index = bisect_left(over, before.at)
        following = [*([after.at] if after else []), *over[index : index + 1]]
        if following:
            yield before, min(following)


def _without_zeros(readings: Sequence[CounterReading]) -> list[CounterReading]:
    """Return the readings but for zeros between two that go on."""
    kept: list[CounterReading] = []
    zeros: list[CounterReading] = []
    for reading in readings:
        if reading.value == 0 and kept and kept[-1].value >= GONE_WH:
            zeros.append(reading)
            continue
        if zeros and reading.value < kept[-1].value:
            kept += zeros
        zeros = []
        kept.append(reading)
    return kept + zeros


def _one_an_instant(readings: Sequence[CounterReading]) -> list[CounterReading]:
    """Return the readings in order of time, of those of one instant the last to come."""
    return list({r.at: r for r in sorted(readings, key=lambda r: r.at)}.values())
