"""Offers of the waiting list that are taken back before their answer."""

from __future__ import annotations

from datetime import datetime

from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.services import booking_records
from gadong.booking.store import bookings
from gadong.core.database import Tx
from gadong.machines.store import machines


def withdraw(tx: Tx, offer: Booking, *, reason: str = "", now: datetime) -> bool:
    """Take back an unanswered offer on all of its machines, and notify its person once.

    It counts as no missed one: its entry waits again in its old turn. Return False where others are
    at work on one of the machines: the caller holds locks, and a wait could end in a ring. The
    scheduler's next look takes such an offer back (`offers.offer_all`).
    """
    parts = bookings.joined(tx, offer.joined) if offer.joined else [offer]
    if not machines.try_lock(tx, [part.machine_id for part in parts]):
        return False
    withdrawn: list[Booking] = []
    for part in parts:
        before, machine = bookings.locked(tx, part.id), machines.by_id(tx, part.machine_id)
        if before is None or machine is None or before.state is not BookingState.OFFERED:
            continue
        after = before.after(Action.RELEASE)
        booking_records.keep(tx, machine, after, Action.RELEASE, reason=reason)
        booking_records.settle_offer(tx, after, now=now)
        withdrawn.append(after)
    if withdrawn:
        together = ",".join(str(b.id) for b in withdrawn)
        more = {"bookings": together} if len(withdrawn) > 1 else {}
        booking_records.tell(tx, withdrawn[0], "booking.released", **more)
    return True
