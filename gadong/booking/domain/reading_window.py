"""The window in which a machine's time is read, so that nothing that touches a period is cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from gadong.booking.domain.attribution import Usage
from gadong.booking.domain.session import Session
from gadong.core.domain.period import Period


def enough(
    bounds: Period,
    period: Period,
    usages: Sequence[Usage],
    sessions: Sequence[Session],
    *,
    margin: timedelta,
) -> Period:
    """Return the bounds, or wider ones where what crosses an edge of the period reaches past them.

    Both months of a session are then reckoned from the whole of it. Each widening at least doubles the
    reading on its side, so that a run of a year takes few.
    """
    crossing = list(_crossing(period, _clusters(_reaches(usages, sessions))))
    first = min((c.start for c in crossing), default=period.start)
    last = max((c.end for c in crossing), default=period.end)
    start, end = bounds.start, bounds.end
    if first <= start:
        start = min(first, period.start - 2 * (period.start - start)) - margin
    if end <= last:
        end = max(last, period.end + 2 * (end - period.end)) + margin
    return Period(start, end)


def _reaches(usages: Sequence[Usage], sessions: Sequence[Session]) -> Iterable[Period]:
    """Yield every stretch that is reckoned as one: sessions, and activity that was divided at a booking."""
    for session in sessions:
        yield session.reach
    start = None
    for usage in usages:
        start = start if usage.is_carried and start else usage.period.start
        yield Period(start, usage.period.end)


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
