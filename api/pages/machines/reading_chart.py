"""A device's readings of power as a drawing, with the thresholds that can be dragged on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import floor, log10

from gadong.dialects.domain.power_states import Sample

# Units of the drawing: as wide as a telephone, so that its letters are read there.
WIDTH, HEIGHT = 400, 210
LEFT, RIGHT, TOP, BOTTOM = 46, 392, 14, 186
STEPS = 4
# Room above the highest reading, so that a threshold can lie there.
HEADROOM = 1.15
# An empty axis is as high as a lamp draws.
LEAST_TOP = 10.0
ROUND = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdLine:
    """A threshold by its field's name; without watts it is parked at the drawing's edge."""

    field: str
    watts: float | None
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChart:
    """A drawing: its line, what stands at both axes, and the thresholds.

    `top_watts` is the draw at the upper edge.
    """

    path: str
    top_watts: float
    watts: Sequence[tuple[float, float]]
    times: Sequence[tuple[float, datetime]]
    lines: Sequence[ThresholdLine]


def draw(
    samples: Sequence[Sample],
    thresholds: Mapping[str, float | None],
    *,
    now: datetime,
    stale: timedelta | None,
) -> ReadingChart | None:
    """Return the drawing of a meter's readings up to now; None without any.

    A reading stands until the next. A silence longer than `stale` is a gap.
    """
    if not samples:
        return None
    start = samples[0].at
    end = max(now, samples[-1].at, start + timedelta(seconds=1))
    highest = max([s.watts for s in samples] + [w for w in thresholds.values() if w is not None])
    step = _round_step(max(highest * HEADROOM, LEAST_TOP) / STEPS)
    top = step * STEPS

    def x(at: datetime) -> float:
        return round(LEFT + (RIGHT - LEFT) * ((at - start) / (end - start)), 1)

    def y(watts: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * min(max(watts, 0.0), top) / top, 1)

    parked = {"run_above": float(TOP), "idle_below": float(BOTTOM)}
    lines = [
        ThresholdLine(field=field, watts=watts, y=parked[field] if watts is None else y(watts))
        for field, watts in thresholds.items()
        if watts is not None or field in parked
    ]
    return ReadingChart(
        path=_path(samples, end, stale, x, y),
        top_watts=top,
        watts=[(y(step * n), step * n) for n in range(STEPS + 1)],
        times=[(float(LEFT), start), (float(RIGHT), end)],
        lines=lines,
    )


def _path(
    samples: Sequence[Sample],
    end: datetime,
    stale: timedelta | None,
    x: Callable[[datetime], float],
    y: Callable[[float], float],
) -> str:
    def held(sample: Sample, until: datetime) -> datetime:
        return until if stale is None else min(until, sample.at + stale)

    parts = [f"M{x(samples[0].at)} {y(samples[0].watts)}"]
    for sample, following in pairwise(samples):
        until = held(sample, following.at)
        parts.append(f"H{x(until)}")
        is_gap = until < following.at
        parts.append(
            f"M{x(following.at)} {y(following.watts)}" if is_gap else f"V{y(following.watts)}"
        )
    parts.append(f"H{x(held(samples[-1], end))}")
    return "".join(parts)


def _round_step(least: float) -> float:
    """Return the next figure that is read easily: one of ROUND times a power of ten."""
    power = 10.0 ** floor(log10(least))
    return next(power * n for n in ROUND if power * n >= least)
