"""From a plug's watts to two axes: is the machine powered, and is it running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerThresholds:
    """Where a machine's draw tells running from idle from off. Watts; effective-dated by the source's settings.

    The gap between `run_above` and `idle_below` is the hysteresis: a draw inside it changes nothing.
    """

    run_above: float
    idle_below: float
    run_after: timedelta = timedelta(seconds=20)
    idle_after: timedelta = timedelta(seconds=120)
    # Below this the machine's own switch is off: standby supplies draw less.
    off_below: float = 3.0

    def __post_init__(self) -> None:
        if not 0 <= self.off_below < self.idle_below < self.run_above:
            raise ValueError("thresholds must rise: 0 <= off_below < idle_below < run_above (watts)")
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


def running(samples: Sequence[Sample], limits: PowerThresholds, *, stale: timedelta) -> list[Transition]:
    """When the machine ran, back-dated to the first sample that crossed, so confirming adds no bias.

    A reading holds until the next one, as everywhere (billing §4.4): meters that report only changes are read right.
    """
    return _debounced(
        samples,
        rises=lambda watts: watts >= limits.run_above,
        falls=lambda watts: watts < limits.idle_below,
        rise_after=limits.run_after,
        fall_after=limits.idle_after,
        stale=stale,
    )


def powered(samples: Sequence[Sample], limits: PowerThresholds, *, stale: timedelta) -> list[Transition]:
    """When the machine was switched on at all."""
    return _debounced(
        samples,
        rises=lambda watts: watts >= limits.off_below,
        falls=lambda watts: watts < limits.off_below,
        rise_after=timedelta(0),
        fall_after=limits.idle_after,
        stale=stale,
    )


def _debounced(
    samples: Sequence[Sample],
    *,
    rises: Callable[[float], bool],
    falls: Callable[[float], bool],
    rise_after: timedelta,
    fall_after: timedelta,
    stale: timedelta,
) -> list[Transition]:
    transitions: list[Transition] = []
    confirmed: bool | None = None
    wanted: bool | None = None
    since: datetime | None = None
    previous: datetime | None = None
    for sample in samples:
        if previous is not None and sample.at - previous > stale:
            # What happened in the hole is not known, and neither is the side of the band we came from.
            confirmed, wanted, since = None, None, None
            transitions.append(Transition(sample.at, None))
        previous = sample.at
        if (
            wanted is not None
            and since is not None
            and sample.at - since >= (rise_after if wanted else fall_after)
        ):
            # What was read held until this reading came, which may be the first after hours of a steady draw.
            transitions.append(Transition(since, wanted))
            confirmed, wanted, since = wanted, None, None
        seen = True if rises(sample.watts) else False if falls(sample.watts) else None
        if seen is None or seen == confirmed:
            wanted, since = None, None
            continue
        if seen != wanted:
            wanted, since = seen, sample.at
        if not (rise_after if seen else fall_after):
            transitions.append(Transition(sample.at, seen))
            confirmed, wanted, since = seen, None, None
    return transitions


def decided_at(samples: Sequence[Sample], limits: PowerThresholds, *, stale: timedelta, at: datetime) -> bool:
    """Whether the samples alone settle what happens from `at` on, whatever went before the first of them."""
    return all(
        any(transition.at <= at for transition in axis(samples, limits, stale=stale))
        for axis in (running, powered)
    )
