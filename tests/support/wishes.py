"""Wishes for a machine and the facts around them: only what an example is about is named in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from gadong.booking.domain.booking import BookingState
from gadong.booking.domain.booking_request import Facts, HeldBooking, Wish
from gadong.booking.domain.rules.limits import Rules
from gadong.core.domain.ids import BookingId, PersonId
from gadong.core.domain.problem import Problem
from tests.support.golden import KST, MACHINE, A, at, between

NOW = at("08:00")
SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))
MANAGER = "manager"
EVERY_DAY = tuple(range(7))
BOOKING = BookingId(UUID(int=77))


def wish(start: str = "10:00", end: str = "11:00", **more: Any) -> Wish:
    """A wish on the example day."""
    period = between(start, end)
    return Wish(
        machine_id=MACHINE,
        company_id=A,
        person_id=PersonId(UUID(int=1)),
        **{"period": period, **more},
    )


def facts(rules: dict[str, Any] | None = None, **more: Any) -> Facts:
    """A machine of a centre that is open from six to twenty-two, on a grid of one minute."""
    loose = {"step": MINUTE, "notice": timedelta(0), "move_notice": timedelta(0)}
    return Facts(
        rules=Rules(**{**loose, **(rules or {})}),
        **{"opened": [between("06:00", "22:00")], "held": [], "zone": KST, **more},
    )


def refusal(code: str, **more: Any) -> Problem:
    """A refusal that a manager may pass."""
    return Problem(code=code, **{"overridable_by": MANAGER, **more})


def own(
    start: str, end: str, state: BookingState = BookingState.CONFIRMED, **more: Any
) -> HeldBooking:
    """A booking of the person's that quotas count."""
    return HeldBooking(period=between(start, end), state=state, **more)


#: What is just allowed, what is just not, and the refusal with all that it says.
Limit = tuple[str, tuple[Wish, Facts], tuple[Wish, Facts], Problem]
