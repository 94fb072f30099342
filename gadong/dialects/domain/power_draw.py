"""A meter's draw over time: its readings of power, phases summed, and what its energy counter
proves between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from gadong.dialects.domain.power_states import PowerThresholds, Sample
from gadong.dialects.domain.signal import Channel, Signal

# The coarsest known counter steps by 0.01 kWh (docs/reference/signals.md#counters); one whose
# value is no such step is finer.
COARSE_STEP_WH, FINE_STEP_WH = 10.0, 1.0
SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw at an instant, and the signal that shows it.

    `since` is set for work that a counter measured: the instant of the reading before.
    """

    sample: Sample
    signal: Signal
    since: datetime | None = None


@dataclass(slots=True)
class _Counter:
    """An energy counter since `base`: `risen_at` is the last reading that was higher than the one
    before.
    """

    base: datetime
    value: float
    last: float
    risen_at: datetime
    signal: Signal


@dataclass(slots=True)
class _Meter:
    """A meter's readings since the last reset: the last draw of each phase, and its energy
    counters.

    Until each of the `missing` phases is read again, the sum of the others can prove work and no
    rest.
    """

    missing: set[str] = field(default_factory=set)
    phases: dict[str, float] = field(default_factory=dict)
    counters: dict[str, _Counter] = field(default_factory=dict)
    has_drawn: bool = False

    def power(
        self, at: datetime, watts: float, signal: Signal, *, run_above: float = 0
    ) -> Iterator[Draw]:
        """Take a reading of the whole (no part), or of one phase.

        Each phase holds until its next reading.
        """
        if not signal.part:
            self.phases.clear()
            self.missing.clear()
        else:
            self.phases.pop("", None)
            self.missing.discard(signal.part)
        self.phases[signal.part] = watts
        self.counters.clear()
        self.has_drawn = True
        draw = sum(self.phases.values())
        if not self.missing or draw >= run_above:
            yield Draw(Sample(at, draw), signal)

    def energy(
        self, at: datetime, value: float, signal: Signal, limits: PowerThresholds
    ) -> Iterator[Draw]:
        """Take a reading of a counter, and say what it proves of the time since the last reading of
        power.
        """
        counter = self.counters.get(signal.part)
        if counter is None or value < counter.last:
            self.counters[signal.part] = _Counter(at, value, value, at, signal)
            return
        if value > counter.last:
            counter.risen_at = at
        counter.last = value
        if at <= counter.base or not self.has_drawn or len(self.phases | self.counters) > 1:
            return  # one phase's counter says nothing of the others
        elapsed, moved = (at - counter.base).total_seconds(), value - counter.value
        step = (
            FINE_STEP_WH
            if value % COARSE_STEP_WH or counter.value % COARSE_STEP_WH
            else COARSE_STEP_WH
        )
        mean = moved * SECONDS_PER_HOUR / elapsed
        doubt = step * SECONDS_PER_HOUR / elapsed
        if mean + doubt <= limits.idle_below:
            # It has rested since it last rose, and a reading that is repeated shows that it still
            # does.
            draw = max(mean, limits.off_below)
            if counter.risen_at < at:
                yield Draw(Sample(counter.risen_at, draw), signal)
            yield Draw(Sample(at, draw), signal)
        elif mean - doubt >= limits.run_above:
            yield Draw(Sample(at, mean), signal, since=counter.base)
        else:
            return
        self.counters[signal.part] = _Counter(at, value, value, at, signal)


def draws(
    signals: Sequence[tuple[datetime, Signal]],
    limits: PowerThresholds,
    phases: AbstractSet[str] = frozenset(),
) -> list[Draw]:
    """Read a meter's signals, in order of time, as its draws; it had the `phases` before.

    While power is not reported, an energy counter that stands still proves rest since it stood. A
    counter that then rises as fast as the machine's work needs proves work. So a message that was
    lost is made good, and a steady draw is no silence.
    """
    meter, found = _Meter(missing=set(phases)), list[Draw]()
    for at, signal in signals:
        if signal.number is None:
            continue
        if signal.channel is Channel.POWER_WATTS:
            found += meter.power(at, signal.number, signal, run_above=limits.run_above)
        elif signal.channel is Channel.ENERGY_WH:
            found += meter.energy(at, signal.number, signal, limits)
    return found


def readings(signals: Iterable[tuple[datetime, Signal]]) -> list[Sample]:
    """Read a meter's signals of power, in order of time, as the sums of its phases."""
    meter, found = _Meter(), list[Sample]()
    for at, signal in signals:
        if signal.channel is Channel.POWER_WATTS and signal.number is not None:
            found += [draw.sample for draw in meter.power(at, signal.number, signal)]
    return found
