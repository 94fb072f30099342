"""From a plug's watts to two axes: is the machine powered, and is it running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerThresholds:
    """Limits of a machine's draw in watts: running, idle and off; effective-dated by the source.

    The gap between `run_above` and `idle_below` is the hysteresis: a draw inside it changes
    nothing.
    """

    run_above: float
    idle_below: float
    run_after: timedelta = timedelta(seconds=20)
    idle_after: timedelta = timedelta(seconds=120)
    # Below this the machine's own switch is off: standby supplies draw less.
    off_below: float = 3.0

    def __post_init__(self) -> None:
        if not 0 <= self.off_below < self.idle_below < self.run_above:
            raise ValueError(
                "thresholds must rise: 0 <= off_below < idle_below < run_above (watts)"
            )
        if self.run_after < timedelta(0) or self.idle_after < timedelta(0):
            raise ValueError("run_after and idle_after cannot be negative")


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading of a meter, in watts."""

    at: datetime
    watts: float


@dataclass(frozen=True, slots=True)
class Transition:
    """From `at` on the answer is `value`; None means that nothing is known any more."""

    at: datetime
    value: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The time for which a meter's readings are believed.

    `stale`: a longer silence leaves nothing known. `holds`: the meter reports changes, so that a
    reading holds until the next one. The readings of any other meter are samples: one that the next
    contradicts may have been a spike, and says nothing. `until`: time has passed to here, or
    something else was heard that ends the stretch; None where neither is known.
    """

    stale: timedelta = timedelta.max
    holds: bool = True
    until: datetime | None = None

    def held(self, last: datetime) -> timedelta:
        """Say how long the last reading has held."""
        if not self.holds or self.until is None:
            return timedelta(0)
        return min(max(self.until - last, timedelta(0)), self.stale)


ENDLESS = Patience()


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that the last readings begin to show, and the instant from which it holds."""

    value: bool
    due: datetime


def running(
    samples: Sequence[Sample], limits: PowerThresholds, *, patience: Patience = ENDLESS
) -> list[Transition]:
    """Say when the machine ran, back-dated to the first sample that crossed, so confirming adds no
    bias.
    """
    return _debounced(samples, _running(limits), patience)[0]


def powered(
    samples: Sequence[Sample], limits: PowerThresholds, *, patience: Patience = ENDLESS
) -> list[Transition]:
    """Say when the machine was switched on at all."""
    return _debounced(samples, _powered(limits), patience)[0]


def confirmed_by_time(
    samples: Sequence[Sample], limits: PowerThresholds, *, patience: Patience = ENDLESS
) -> datetime | None:
    """Say when the last readings will mean something else if none comes after them.

    None if never.
    """
    due = [_debounced(samples, axis(limits), patience)[1] for axis in (_running, _powered)]
    return min((at for at in due if at is not None), default=None)


def pending_running(
    samples: Sequence[Sample], limits: PowerThresholds, *, patience: Patience = ENDLESS
) -> Pending | None:
    """Return whether the machine is about to run or to rest, if its draw stays; None if neither.

    A meter whose readings are samples needs one more reading from that instant on.
    """
    return _debounced(samples, _running(limits), patience)[2]


def pending_powered(
    samples: Sequence[Sample], limits: PowerThresholds, *, patience: Patience = ENDLESS
) -> Pending | None:
    """Return whether the machine is about to be switched off, if its draw stays; None if not."""
    return _debounced(samples, _powered(limits), patience)[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """The level and the duration at which readings cross into either answer."""

    rises: Callable[[float], bool]
    falls: Callable[[float], bool]
    rise_after: timedelta
    fall_after: timedelta

    def answer(self, watts: float) -> bool | None:
        """Say which side a draw is on; None for neither."""
        return True if self.rises(watts) else False if self.falls(watts) else None

    def after(self, *, wanted: bool | None) -> timedelta:
        """Say how long a draw must last to be believed."""
        return self.rise_after if wanted else self.fall_after


def _running(limits: PowerThresholds) -> _Axis:
    return _Axis(
        rises=lambda watts: watts >= limits.run_above,
        falls=lambda watts: watts < limits.idle_below,
        rise_after=limits.run_after,
        fall_after=limits.idle_after,
    )


def _powered(limits: PowerThresholds) -> _Axis:
    return _Axis(
        rises=lambda watts: watts >= limits.off_below,
        falls=lambda watts: watts < limits.off_below,
        rise_after=timedelta(0),
        fall_after=limits.idle_after,
    )


def _debounced(
    samples: Sequence[Sample], axis: _Axis, patience: Patience
) -> tuple[list[Transition], datetime | None, Pending | None]:
    """Find the transitions, when time alone will confirm one, and the one still in doubt."""
    transitions: list[Transition] = []
    confirmed: bool | None = None
    wanted: bool | None = None
    since: datetime | None = None
    previous: datetime | None = None
    seen_last: datetime | None = None
    for sample in samples:
        if previous is not None and sample.at - previous > patience.stale:
            # The state in the gap is unknown, and so is the side of the band before it.
            confirmed, wanted, since = None, None, None
            transitions.append(Transition(sample.at, None))
        previous = sample.at
        seen = axis.answer(sample.watts)
        if (
            wanted is not None
            and since is not None
            and sample.at - since >= axis.after(wanted=wanted)
        ):
            is_spike = not patience.holds and seen_last == since and seen is (not wanted)
            if not is_spike:
                # The last reading held until this one, which may be the first after hours of a
                # steady draw.
                transitions.append(Transition(since, wanted))
                confirmed, wanted, since = wanted, None, None
        if seen is None or seen == confirmed:
            wanted, since = None, None
            continue
        if seen != wanted:
            wanted, since = seen, sample.at
        seen_last = sample.at
        if not axis.after(wanted=seen):
            transitions.append(Transition(sample.at, seen))
            confirmed, wanted, since = seen, None, None
    if wanted is None or since is None or previous is None:
        return transitions, None, None
    pending = Pending(wanted, since + axis.after(wanted=wanted))
    if patience.holds and previous + patience.held(previous) >= pending.due:
        return [*transitions, Transition(since, wanted)], None, None
    is_in_time = patience.holds and pending.due - previous <= patience.stale
    return transitions, pending.due if is_in_time else None, pending


def decided_at(
    samples: Sequence[Sample],
    limits: PowerThresholds,
    *,
    at: datetime,
    patience: Patience = ENDLESS,
) -> bool:
    """Return whether the samples settle the state from `at` on, with any state before the first."""
    return all(
        any(transition.at <= at for transition in axis(samples, limits, patience=patience))
        for axis in (running, powered)
    )
