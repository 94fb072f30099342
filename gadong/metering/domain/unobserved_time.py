"""Time in which a machine was declared to be observed otherwise than by signals: no earlier word
reaches into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period, span
from gadong.metering.domain.run import Run

#: Activity that the device itself ends was heard as a whole.
ACTIVE = frozenset({State.RUNNING, State.PAUSED})


@dataclass(frozen=True, slots=True)
class UnobservedTime:
    """A period without observation by signals, and the first signal since its start, in it or after
    it.
    """

    period: Period
    first_signal: datetime | None = None

    @property
    def is_heard(self) -> bool:
        """Return whether a device spoke in the period all the same."""
        return self.first_signal is not None and self.first_signal < self.period.end

    def silence(self, until: datetime) -> Period | None:
        """Return the time before the first signal, or before `until`; None where it came at once.

        It goes on after the period: a word from before it holds no more, though signals are
        believed again.
        """
        return span(self.period.start, self.first_signal or until)


def without_held_words(
    runs: Sequence[Run], times: Sequence[UnobservedTime], bounds: Period
) -> list[Run]:
    """Return the runs with unknown time where only a word from before the declaration still
    held.
    """
    found = list(runs)
    for time in times:
        if silence := time.silence(bounds.end):
            found = [
                part for run in found for part in _cut(run, silence, bounds, is_heard=time.is_heard)
            ]
    return found


def _cut(run: Run, silence: Period, bounds: Period, *, is_heard: bool) -> Iterator[Run]:
    part = run.clipped(bounds)
    held = part.overlap(silence) if part else None
    if part is None or held is None or run.state is State.UNKNOWN:
        yield run
        return
    # Activity that a signal of the period ends; one that ends in unknown time was not ended by it.
    is_ended = is_heard and part.end >= silence.end
    if is_ended and run.state in ACTIVE and run.start < silence.start:
        yield run
        return
    if part.start < held.start:
        yield replace(run, end=held.start)
    yield Run(start=held.start, end=held.end, state=State.UNKNOWN, grade=Grade.UNRESOLVED)
    if held.end < part.end:
        yield replace(run, start=held.end)
