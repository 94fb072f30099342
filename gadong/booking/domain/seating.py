"""Seats of a room: which of them others hold, and when too few are left."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period, union

# As the constraint machines_seats has it: a hall of chairs.
MAX_SEATS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatHold:
    """Held time of a machine with its turn-round; without `seats` of the whole machine."""

    period: Period
    seats: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """A room as a booking that shares it sees it: its seats, and what others hold of them."""

    total: int
    wanted: int
    holds: Sequence[SeatHold]

    def free(self, period: Period) -> int:
        """Return how many seats are free for the whole period."""
        return len(_left(self.total, [h for h in self.holds if h.period.overlap(period)]))

    def suffices(self, period: Period) -> bool:
        """Return whether as many seats as wanted are free for the whole period."""
        return self.free(period) >= self.wanted

    @property
    def starts(self) -> list[datetime]:
        """Return when held time ends, and with it more seats may be free."""
        return sorted({h.period.end for h in self.holds})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingBeyond:
    """A booking that needs more seats than a room would have.

    One that `shares` would lose its seat. One of the whole room stands, for more people.
    """

    id: BookingId
    period: Period
    seats: int
    shares: bool


def seats_on(total: int, wanted: int) -> int:
    """Return the seats that a booking for so many people takes on a machine: all share one seat of
    what is no room.
    """
    return wanted if total > 1 else 1


def shares(total: int, wanted: int) -> bool:
    """Return whether a booking of so many seats leaves any to others."""
    return wanted < total


def crowded(holds: Sequence[SeatHold], *, total: int, wanted: int) -> list[Period]:
    """Return the time in which fewer seats than wanted are free at an instant.

    A booking that wants every seat, and one of a machine with one, is kept off by any hold.
    """
    if wanted >= total:
        return [h.period for h in holds]
    edges = sorted({edge for h in holds for edge in (h.period.start, h.period.end)})
    stretches = (Period(a, b) for a, b in pairwise(edges))
    return union(
        stretch
        for stretch in stretches
        if len(_left(total, [h for h in holds if h.period.overlap(stretch)])) < wanted
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSeats:
    """A stretch of time in which so many seats of a room are free."""

    period: Period
    free: int


def free_over_time(held: Sequence[tuple[Period, int]], *, total: int) -> list[FreeSeats]:
    """Return how many seats are free while any is held, each hold with its number of seats."""
    edges = sorted({edge for period, _ in held for edge in (period.start, period.end)})
    found: list[FreeSeats] = []
    for stretch in (Period(a, b) for a, b in pairwise(edges)):
        seats = [number for period, number in held if period.overlap(stretch)]
        if not seats:
            continue
        free = max(0, total - sum(seats))
        follows = found and found[-1].period.end == stretch.start and found[-1].free == free
        start = found.pop().period.start if follows else stretch.start
        found.append(FreeSeats(period=Period(start, stretch.end), free=free))
    return found


def _left(total: int, holds: Collection[SeatHold]) -> frozenset[int]:
    if any(h.seats is None for h in holds):
        return frozenset()
    taken = frozenset[int]().union(*(h.seats for h in holds if h.seats is not None))
    return frozenset(range(1, total + 1)) - taken
