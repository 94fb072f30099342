"""Freed time: told to whoever asked to hear of it. Who books first has it."""

from __future__ import annotations

from datetime import datetime

from gadong.domain.booking import Booking
from gadong.domain.period import Period, span, without
from gadong.store import bookings, clockwork, waiting
from gadong.store.database import Tx


def tell(tx: Tx, before: Booking, after: Booking, *, now: datetime) -> None:
    """Tell those who asked what a change made free: all of a place given up, or what a shorter one left.

    Those who wait come first: where anybody does, what is left is told when they have been offered theirs.
    """
    if waiting.first(tx, before.machine_id, now=now):
        return
    kept = [] if not after.is_holding else [Period(after.period.start, after.freed_from or after.period.end)]
    freed = without([before.period] if before.is_holding else [], kept)
    for period in freed:
        left = span(max(period.start, now), period.end)
        others = bookings.held_of(tx, [before.machine_id], left, without=after.id) if left else {}
        for free in without([left] if left else [], others.get(before.machine_id, [])):
            for person in waiting.listeners(tx, before.machine_id, free, now=now):
                if person != before.person_id:
                    clockwork.post(
                        tx,
                        before.centre_id,
                        "machine.freed",
                        machine=str(before.machine_id),
                        person=str(person),
                        start=free.start.isoformat(),
                        end=free.end.isoformat(),
                    )
