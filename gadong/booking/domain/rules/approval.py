"""Approval by a manager: the requests that wait for it."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.safety.qualified import holds, lacks_at_hours, waits_at_hours
from gadong.booking.domain.staff.assistance import helpers


def needs_approval(wish: Wish, facts: Facts, now: datetime) -> bool:
    """Return whether a manager approves first: everybody, or who is neither trained nor assisted.

    A technician who is held for the time stands in for a manager's approval of assisted use.
    """
    if facts.rules.approval == "manual" or waits_at_hours(wish, facts, now):
        return True
    is_their_own = facts.rules.mode(wish.usage_mode).wants_training and holds(
        facts, wish.period.start, now
    )
    is_arranged = is_their_own or helpers(wish, facts) is not None
    return facts.rules.approval == "qualified" and not is_arranged


def is_trained(wish: Wish, facts: Facts, now: datetime) -> bool:
    """Return whether the person holds every training that the machine asks at this time."""
    start = wish.period.start
    return holds(facts, start, now) and not lacks_at_hours(wish, facts, now)
