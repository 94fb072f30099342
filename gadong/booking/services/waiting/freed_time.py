"""Freed time: its subscribers are notified, and the first to book it has it."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.seating import crowded
from gadong.booking.store import seat_holds, waiting_list
from gadong.core.database import Tx
from gadong.core.domain.clock import write_instant
from gadong.core.domain.period import Period, span, union, within, without
from gadong.core.store import outbox
from gadong.machines.store import machines


def tell(tx: Tx, before: Booking, after: Booking, *, now: datetime) -> None:
    """Tell those who asked what a change made free: all of a place given up, or what a shorter one
    left.

    Those who wait come first: where anybody does, what is left is told when they have been offered
    theirs.
    """
    if waiting_list.first(tx, before.machine_id, now=now):
        return
    for free in _freed(tx, before, after, now=now):
        for person in waiting_list.listeners(tx, before.machine_id, free, now=now):
            if person != before.person_id:
                outbox.add(
                    tx,
                    before.centre_id,
                    "machine.freed",
                    machine=str(before.machine_id),
                    person=str(person),
                    start=write_instant(free.start),
                    end=write_instant(free.end),
                )


def _freed(tx: Tx, before: Booking, after: Booking, *, now: datetime) -> list[Period]:
    """Return the booking's former time that is still to come and that nobody holds now."""
    stays = (
        span(after.period.start, after.freed_from or after.period.end)
        if after.keeps_others_off
        else None
    )
    given_up = without([before.period] if before.keeps_others_off else [], [stays] if stays else [])
    ahead = [left for period in given_up if (left := span(max(period.start, now), period.end))]
    if not ahead:
        return []
    bounds = Period(ahead[0].start, ahead[-1].end)
    others = seat_holds.held_of(tx, [before.machine_id], bounds, without=after.id)
    machine = machines.by_id(tx, before.machine_id)
    holds, total = others.get(before.machine_id, []), machine.seats if machine else 1
    if before.shares:
        # Only where it left no other seat is one free that was not.
        full = union(crowded(holds, total=total, wanted=before.seats + 1))
        ahead = [part for one in full for part in within(ahead, one)]
    return without(ahead, crowded(holds, total=total, wanted=1))
