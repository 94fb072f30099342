"""Bounds of a request that no rule need look at: its length, its machines and its seats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine

# No single booking is longer than this, whatever a machine's own rules say; it bounds every query.
LONGEST = timedelta(days=31)
# Machines in one request: a line of machines.
MOST_TOGETHER = 10


def need_bounded(period: Period) -> None:
    """Raise Invalid for a period longer than any booking."""
    if period.length > LONGEST:
        raise Invalid("No booking is longer than 31 days", field="end", limit=31)


def need_one_hall(hall: Sequence[Machine]) -> None:
    """Raise Invalid for machines of several centres, too many of them,
    or one that is named twice.
    """
    if len({m.id for m in hall}) < len(hall) or len(hall) > MOST_TOGETHER:
        raise Invalid(f"Name each machine once, and at most {MOST_TOGETHER}", field="also")
    if len({m.centre_id for m in hall}) > 1:
        raise Invalid("Machines that are booked together are of one centre", field="also")


def need_seats(hall: Sequence[Machine], wanted: int) -> None:
    """Raise Invalid for more seats than a room of several has, or for seats where there are none.

    A machine of one seat that is booked beside a room serves all who come.
    """
    rooms = [m.seats for m in hall if m.seats > 1]
    if wanted < 1 or wanted > min(rooms, default=1):
        raise Invalid(
            f"There are {min(rooms, default=1)} seats", field="seats", limit=min(rooms, default=1)
        )
