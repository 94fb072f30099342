"""The window in which a machine's time is read, so that nothing that touches a period is cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import Usage
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.metering.domain.run import Run


def enough(
    bounds: Period,
    period: Period,
    runs: Sequence[Run],
    usages: Sequence[Usage],
    sessions: Sequence[Session],
    *,
    join_gap: timedelta,
    margin: timedelta,
    links: Iterable[Period] = (),
) -> Period:
    """Return the bounds, or wider ones where what crosses an edge of the period reaches past them.

    Both months of a session are then reckoned from the whole of it. Each widening at least doubles
    the reading on its side, so that a run of a year takes few. `links` reach from an activity to
    the booking that a decision names for it, which may be read apart from each other.
    """
    crossing = list(_crossing(period, _clusters([*_reaches(runs, usages, sessions), *links])))
    # Activity may go on over a rest, of which the reading shows one side only.
    first = min((c.start - join_gap for c in crossing), default=period.start)
    last = max((c.end + join_gap for c in crossing), default=period.end)
    start, end = bounds.start, bounds.end
    if first <= start:
        start = min(first, period.start - 2 * (period.start - start)) - margin
    if end <= last:
        end = max(last, period.end + 2 * (end - period.end)) + margin
    return Period(start, end)


def _reaches(
    runs: Sequence[Run], usages: Sequence[Usage], sessions: Sequence[Session]
) -> Iterable[Period]:
    """Yield every stretch that is reckoned as one: sessions, and activity with the pauses at its
    ends.
    """
    pauses = [(r.start, r.end) for r in runs if r.state is State.PAUSED and r.end]
    before = {end: start for start, end in pauses}
    after = dict(pauses)
    for session in sessions:
        yield session.reach
    start = None
    for usage in usages:
        # Activity that was divided at a booking is one.
        start = start if usage.is_continued and start else usage.period.start
        yield Period(before.get(start, start), after.get(usage.period.end, usage.period.end))


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
