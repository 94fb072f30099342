"""Entries of the ledger from check-ins: who was at a machine that a ledger observes has used it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gadong.booking.domain.booking import Booking, BookingState
from gadong.core.database import END_OF_TIME, Tx, recorded_at
from gadong.core.domain.ids import LoggedUseId, PersonId, new_id
from gadong.core.domain.period import Period, span, whole_second, without
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.store import observations
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin
from gadong.metering.store import logged_uses


def log_presence(tx: Tx, booking: Booking, *, until: datetime, by: PersonId | None) -> None:
    """Enter the time from a booking's check-in to its end, without what is written down already.

    `by` is whoever checked out; None where the booking was closed by the facts.
    """
    if booking.checked_in_at is None:
        return
    present = span(whole_second(booking.checked_in_at), whole_second(until))
    known = observations.of_machine(tx, booking.machine_id, recorded_before=END_OF_TIME)
    if present is None or observed_at(known, present.start) is not Observed.LEDGER:
        return
    written = logged_uses.in_force(tx, booking.machine_id, present, recorded_before=END_OF_TIME)
    for part in without([present], [entry.period for entry in written]):
        logged_uses.insert(
            tx,
            LoggedUse(
                id=LoggedUseId(new_id()),
                centre_id=booking.centre_id,
                machine_id=booking.machine_id,
                company_id=booking.company_id,
                person_id=booking.person_id,
                booking_id=booking.id,
                period=part,
                origin=UseOrigin.CHECK_IN,
                reason=booking.purpose.strip() or "check-in",
                is_correction=False,
                reverses=None,
                recorded_by=by,
                recorded_at=recorded_at(tx, booking.centre_id),
            ),
        )


def correct_presence(
    tx: Tx, was: Booking, after: Booking, *, reason: str, by: PersonId | None, now: datetime
) -> None:
    """Take back what check-ins entered of a closed booking that is taken back or corrected.

    Where it still stands its new time is entered instead. What people wrote down themselves stays.
    """
    if was.state is not BookingState.COMPLETED:
        return
    edges = [
        was.period.start,
        was.period.end,
        *(i for i in (was.checked_in_at, was.checked_out_at) if i),
    ]
    around = Period(min(edges), max(edges))
    entered = [
        entry
        for entry in logged_uses.in_force(tx, was.machine_id, around, recorded_before=END_OF_TIME)
        if entry.booking_id == was.id and entry.origin is UseOrigin.CHECK_IN
    ]
    for entry in entered:
        logged_uses.insert(
            tx,
            replace(
                entry,
                id=LoggedUseId(new_id()),
                reason=reason.strip() or entry.reason,
                reverses=entry.id,
                recorded_by=by,
                recorded_at=recorded_at(tx, was.centre_id),
            ),
        )
    if entered and after.state is BookingState.COMPLETED:
        log_presence(tx, after, until=min(after.period.end, now), by=by)
