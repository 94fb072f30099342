"""The rule about assisted use: a technician is free for all of its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.staff.technician import covers
from gadong.core.domain.period import Period, union, without
from gadong.core.domain.problem import Problem
from gadong.core.domain.usage_mode import UsageMode


def helped(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require a skilled technician on shift who is free for the whole of an assisted use."""
    windows = helpers(wish, facts)
    if windows is None or any(covers(each, wish.period) for each in windows):
        return None
    return Problem(code="booking.no_technician", overridable_by="manager")


def helpers(wish: Wish, facts: Facts) -> Sequence[Sequence[Period]] | None:
    """Return the free time of each technician that the wish may have; None where it needs none.

    A centre that has registered no technician arranges assistance by approval.
    """
    is_assisted = facts.rules.mode(wish.usage_mode) is UsageMode.ASSISTED
    return facts.helpers if is_assisted else None


def helpless(wish: Wish, facts: Facts) -> list[Period]:
    """Return the opening hours in which no technician could assist the wish."""
    windows = helpers(wish, facts)
    if windows is None:
        return []
    return without(facts.opened, union(period for each in windows for period in each))


def helper_starts(wish: Wish, facts: Facts) -> list[datetime]:
    """Return when the technicians' free times begin."""
    return sorted({period.start for each in helpers(wish, facts) or () for period in each})
