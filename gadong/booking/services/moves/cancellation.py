"""Cancellation of a booking: the time that it gives up, which its fee and its strike follow."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.rules.waiting_change import GivenUp, given_up, is_late, leaves
from gadong.booking.services.booking_records import rules_of
from gadong.booking.services.centre_calendar import closures
from gadong.booking.store import booking_history, cost_shares
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines


def gives_up(tx: Tx, machine: Machine, booking: Booking, *, now: datetime) -> GivenUp | None:
    """Return what cancelling a booking now gives up; None for an offer or a mere request."""
    free = rules_of(tx, machine, booking).free_cancellation
    return given_up(booking, booking_history.approved(tx, booking.id), now, free)


def excused(tx: Tx, booking: Booking, left: GivenUp | None) -> frozenset[BookingId]:
    """Return the bookings that are cancelled for nothing with one, because of a closure.

    A closure of the time that it has, or of the time that it gives up, is enough.
    """
    standing = left.booking if left else booking
    return closures.displaced(tx, booking) | closures.displaced(tx, standing)


def left_late(
    tx: Tx, machine: Machine, booking: Booking, period: Period, *, now: datetime
) -> datetime | None:
    """Return when a move to another time leaves a booking's later than cancelling is free.

    None for a move in time, and for a request that nobody approved: it leaves nothing.
    """
    if booking.state is not BookingState.CONFIRMED or not leaves(booking.period, period):
        return None
    if not is_late(booking.period, now, rules_of(tx, machine, booking).free_cancellation):
        return None
    return cost_shares.not_before_acts(tx, booking.id, now)


def time_left(pool: Pool, who: Caller, booking: Booking, *, now: datetime) -> Period | None:
    """Return the earlier time that cancelling a booking now gives up; None for its own time."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        machine = machines.by_id(tx, booking.machine_id)
        left = gives_up(tx, machine, booking, now=now) if machine else None
        if left is None or excused(tx, booking, left):
            return None
    return left.booking.period if leaves(left.booking.period, booking.period) else None
