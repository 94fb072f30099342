"""The window in which a machine's time is read, so that nothing that touches a period is cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import AttributionLimits, Usage, Witnesses
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run

NOTHING = timedelta(0)
A_SECOND = timedelta(seconds=1)


def enough(
    bounds: Period,
    period: Period,
    runs: Sequence[Run],
    usages: Sequence[Usage],
    sessions: Sequence[Session],
    *,
    limits: AttributionLimits,
    margin: timedelta,
    links: Iterable[Period] = (),
) -> Period:
    """Return the bounds, or wider ones where what crosses an edge of the period reaches past them.

    Both months of a session are then reckoned from the whole of it. Each widening at least doubles
    the reading on its side, so that a run of a year takes few. `links` decide as a whole whose an
    activity in them was: see `held`. Another links a decided activity to the booking it names.
    """
    activities = list(_activities(runs, usages))
    reaches = [*activities, *(s.reach for s in sessions), *links, *_gaps(runs, sessions, bounds)]
    # Beside it lies what the reading may not show: a rest's other side, or use before a booking.
    near = max(limits.join_gap, limits.early_grace)
    rests = [a.hull(b) for a, b in pairwise(activities) if b.start <= a.end + limits.join_gap]
    clusters = _clusters([*reaches, *rests])
    over_edges = list(_crossing(period, clusters))
    # A booking that begins so soon after an activity asks whether that was its own early use.
    early = [
        a
        for a in activities
        for rest in [a.widened(before=NOTHING, after=near)]
        if any(_crossing(period, [rest])) or any(rest.overlap(c) for c in over_edges)
    ]
    needed = [*over_edges, *(c for c in clusters if any(c.overlap(a) for a in early))]
    crossing = [r for r in reaches if any(r.overlap(cluster) for cluster in needed)]
    first = min((c.start - near for c in crossing), default=period.start)
    last = max((c.end + near for c in crossing), default=period.end)
    start, end = bounds.start, bounds.end
    if first <= start:
        start = min(first, period.start - 2 * (period.start - start)) - margin
    if end <= last:
        end = max(last, period.end + 2 * (end - period.end)) + margin
    return Period(start, end)


def held(witnesses: Witnesses) -> Iterator[Period]:
    """Yield the bookings, and the time from each check-in to its check-out.

    Each may begin long before an activity that is its own: nobody who reads from between can tell.
    """
    for booking in witnesses.bookings:
        if booking.claimed:
            yield booking.period
    for check_in in witnesses.check_ins:
        if check_in.until and check_in.at < check_in.until:
            yield Period(check_in.at, check_in.until)


def _activities(runs: Sequence[Run], usages: Sequence[Usage]) -> Iterator[Period]:
    """Yield each activity with the pauses at its ends."""
    pauses = [(r.start, r.end) for r in runs if r.state is State.PAUSED and r.end]
    before = {end: start for start, end in pauses}
    after = dict(pauses)
    start = None
    for usage in usages:
        # Activity that was divided at a booking is one.
        start = start if usage.is_continued and start else usage.period.start
        yield Period(before.get(start, start), after.get(usage.period.end, usage.period.end))


def _gaps(runs: Sequence[Run], sessions: Sequence[Session], bounds: Period) -> Iterator[Period]:
    """Yield the unknown gaps of which a run-hour counter speaks, each with what touches it.

    Use on both sides decides whose a gap was, also where the sessions there only touch it. Of a gap
    that the reading cuts nobody has read the counter yet: it counts while a session lasts there.
    """
    for run in runs:
        if run.state is not State.UNKNOWN:
            continue
        gap = run.counted[0] if run.counted else run.clipped(bounds)
        is_cut = run.end is None or run.end >= bounds.end
        if gap and (run.counted or (is_cut and any(_lasts(s.reach, bounds) for s in sessions))):
            yield gap.widened(before=A_SECOND, after=A_SECOND)


def _lasts(reach: Period, bounds: Period) -> bool:
    return reach.start < bounds.end <= reach.end


def _clusters(reaches: Iterable[Period]) -> list[Period]:
    """Join what overlaps. What merely touches is reckoned apart."""
    joined: list[Period] = []
    for reach in sorted(reaches):
        if joined and reach.start < joined[-1].end:
            joined[-1] = joined[-1].hull(reach)
        else:
            joined.append(reach)
    return joined


def _crossing(period: Period, clusters: Iterable[Period]) -> Iterable[Period]:
    for cluster in clusters:
        if any(cluster.start < edge < cluster.end for edge in (period.start, period.end)):
            yield cluster
