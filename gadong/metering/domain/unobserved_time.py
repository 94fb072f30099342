"""Time in which a machine was declared to be observed otherwise than by signals: no earlier word reaches into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run

#: Activity that the device itself ends was heard as a whole.
ACTIVE = frozenset({State.RUNNING, State.PAUSED})


@dataclass(frozen=True, slots=True)
class UnobservedTime:
    """A period without observation by signals, and the first signal that was nevertheless heard in it."""

    period: Period
    first_signal: datetime | None = None

    @property
    def silence(self) -> Period | None:
        """Return the time before the first signal; None where that came at once."""
        end = self.first_signal or self.period.end
        return Period(self.period.start, end) if end > self.period.start else None


def without_held_words(runs: Sequence[Run], times: Sequence[UnobservedTime], bounds: Period) -> list[Run]:
    """Return the runs with unknown time where only a word from before the declaration still held."""
    found = list(runs)
    for time in times:
        if silence := time.silence:
            is_ended = time.first_signal is not None
            found = [part for run in found for part in _cut(run, silence, bounds, is_ended=is_ended)]
    return found


def _cut(run: Run, silence: Period, bounds: Period, *, is_ended: bool) -> Iterator[Run]:
    part = run.clipped(bounds)
    held = part.overlap(silence) if part else None
    is_heard = is_ended and run.state in ACTIVE and run.start < silence.start
    if part is None or held is None or run.state is State.UNKNOWN or is_heard:
        yield run
        return
    if part.start < held.start:
        yield replace(run, end=held.start)
    yield Run(start=held.start, end=held.end, state=State.UNKNOWN, grade=Grade.UNRESOLVED)
    if held.end < part.end:
        yield replace(run, start=held.end)
