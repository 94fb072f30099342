"""The rules about others' time: nobody else holds it, and a room has seats enough."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.core.domain.clock import write_instant as _text
from gadong.core.domain.period import union, within
from gadong.core.domain.problem import Problem


def free(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require a time that nobody else holds, and for which one has not asked oneself."""
    wanted = wish.period if wish.is_held else facts.rules.held(wish.period)
    seating = facts.seating
    # Colleagues' requests stand beside each other where both are for seats of a room.
    asked = [
        h.period
        for h in facts.counted
        if h.is_here
        and h.state is BookingState.PENDING
        and (h.is_own or not (seating and h.shares))
    ]
    taken = union(within([*facts.held, *within(asked, wish.period)], wanted))
    if not taken and seating and not seating.suffices(wanted):
        # Seats that take turns are free at each instant, and none of them for all of the time.
        taken = [wanted]
    if not taken:
        return None
    return Problem(
        code="booking.taken",
        actual=sum(part.seconds for part in taken) // 60,
        details={
            "from": _text(min(p.start for p in taken)),
            "until": _text(max(p.end for p in taken)),
        },
    )


def few_seats(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Refuse more seats of a room than one booking may take."""
    most = facts.rules.most_seats
    if most is None or wish.seats <= most or wish.moving is not None:
        return None
    return Problem(code="booking.seats", limit=most, actual=wish.seats, overridable_by="manager")
