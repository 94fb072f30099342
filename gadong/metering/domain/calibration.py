"""Calibration: thresholds that separate working from waiting in a period of recorded power."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from gadong.core.domain.problem import Invalid
from gadong.dialects.domain.power_states import PowerThresholds, Sample
from gadong.metering.domain.meter_hold import HoldEnd

# Decades of watts in equal steps: a plug's 3 W and a furnace's 30 kW need the same care.
BINS_PER_DECADE = 20
LOWEST, HIGHEST = 1.0, 1e6
OFF_BELOW = 3.0
# A reading stands until the next, but not longer than a meter's usual silence (Tasmota's
# TelePeriod).
HELD_AT_MOST = timedelta(seconds=300)
# Two kinds of draw whose ranges come nearer than this factor cannot be told apart by a meter that
# is 5 % off.
LEAST_RATIO = 1.15
# The tails are start-up currents and switching.
TAIL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The time for which the power was in a range of watts."""

    from_watts: float
    to_watts: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdProposal:
    """Proposed thresholds, with the typical power waiting and working, and the histogram."""

    thresholds: PowerThresholds
    idle_watts: float
    running_watts: float
    histogram: tuple[Bin, ...]


def propose(samples: Sequence[Sample], ends: Sequence[HoldEnd] = ()) -> ThresholdProposal:
    """Split the power into two clusters by Otsu's method, and return thresholds with a gap.

    Raises Invalid where the stretch shows only one kind: it must hold both waiting and working.
    """
    bins = histogram(samples, ends)
    powered = [b for b in bins if b.from_watts >= OFF_BELOW and b.seconds > 0]
    if len(powered) < 2:
        raise Invalid(
            "The machine drew power in one way only; choose a stretch in which it waits and works"
        )
    cut = _cut(powered)
    low, high = powered[:cut], powered[cut:]
    idle_top, run_bottom = _quantile(low, 1 - TAIL), _quantile(high, TAIL)
    if run_bottom < LEAST_RATIO * idle_top:
        raise Invalid(
            "Waiting and working draw nearly the same; a lamp tap or a contact tells them "
            "apart better",
            field="period",
        )
    gap = run_bottom - idle_top
    return ThresholdProposal(
        thresholds=PowerThresholds(
            run_above=_rounded(idle_top + 0.6 * gap),
            idle_below=_rounded(idle_top + 0.3 * gap),
            off_below=min(OFF_BELOW, _rounded(_quantile(low, TAIL) / 2)),
        ),
        idle_watts=_rounded(_quantile(low, 0.5)),
        running_watts=_rounded(_quantile(high, 0.5)),
        histogram=tuple(bins),
    )


def histogram(samples: Sequence[Sample], ends: Sequence[HoldEnd] = ()) -> list[Bin]:
    """Return how long each range of watts was drawn; a reading holds for at most HELD_AT_MOST.

    No reading holds beyond an end after it.
    """
    held: dict[int, float] = {}
    over = sorted(end.at for end in ends)
    for now, following in pairwise(sorted(samples, key=lambda s: s.at)):
        index = bisect_left(over, now.at)
        until = min([following.at, *over[index : index + 1]])
        seconds = min(until - now.at, HELD_AT_MOST).total_seconds()
        place = math.floor(math.log10(min(max(now.watts, LOWEST), HIGHEST)) * BINS_PER_DECADE)
        held[place] = held.get(place, 0) + seconds
    return [
        Bin(
            from_watts=10 ** (index / BINS_PER_DECADE) if index else 0.0,
            to_watts=10 ** ((index + 1) / BINS_PER_DECADE),
            seconds=held[index],
        )
        for index in sorted(held)
    ]


def _cut(bins: Sequence[Bin]) -> int:
    """Return the index that separates the clusters' weighted means, in decades, the most.

    The weight is the root of the time: a machine that waits all week still works in its ten
    minutes.
    """
    weights = [math.sqrt(b.seconds) for b in bins]
    total = sum(weights)
    places = [math.log10(_middle(b)) for b in bins]
    whole = sum(w * p for w, p in zip(weights, places, strict=True))
    best, cut, weight, moment = -1.0, 1, 0.0, 0.0
    for index in range(1, len(bins)):
        weight += weights[index - 1]
        moment += weights[index - 1] * places[index - 1]
        difference = moment / weight - (whole - moment) / (total - weight)
        between = weight * (total - weight) * difference**2
        if between > best:
            best, cut = between, index
    return cut


def _quantile(bins: Sequence[Bin], share: float) -> float:
    """Return the power below which the machine was for the given share of the time."""
    wanted, seen = share * sum(b.seconds for b in bins), 0.0
    for item in bins:
        seen += item.seconds
        if seen >= wanted:
            return _middle(item)
    return _middle(bins[-1])


def _middle(item: Bin) -> float:
    return math.sqrt(max(item.from_watts, LOWEST) * item.to_watts)


def _rounded(watts: float) -> float:
    """Round to two significant figures, the accuracy of a meter."""
    return float(f"{watts:.2g}")
