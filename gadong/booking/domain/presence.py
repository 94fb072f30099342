"""Presence: whether somebody who booked came, and who was at a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.usage import AttributionLimits, CheckIn, Owner, Usage, Witnesses
from gadong.core.domain.ids import BookingId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period, total_seconds, union, without
from gadong.metering.domain.run import Run
from gadong.metering.domain.run import within as runs_within


class Presence(StrEnum):
    """Facts about the start of a booking."""

    SHOWED = "showed"
    NO_SHOW = "no_show"
    UNVERIFIABLE = "unverifiable"
    CANCELLED = "cancelled"  # given up by its people after it was confirmed
    EXCUSED = "excused"  # it was not theirs to come, or another, or the centre, kept them out


#: The presences in which the booked time itself is billed, as far as the basis says.
BILLED = frozenset({Presence.SHOWED, Presence.UNVERIFIABLE})


# Below this share of observed time a no-show is unverifiable
# (docs/reference/billing.md#no-shows).
KNOWN_SHARE = 0.8


# By no centre's rule may anybody check in earlier (`early_grace_minutes`).
EARLIEST = timedelta(minutes=240)


def standing(witnesses: Witnesses) -> Witnesses:
    """Return the witnesses with what is said of the bookings as they stand now.

    A booking that has no time any more takes its check-in with it. One that was corrected after its
    end was used in its new time, wherever its check-in lies. No decision and no entry of a ledger
    names a booking that the centre took back.
    """
    signed: dict[BookingId, list[CheckIn]] = {b.id: [] for b in witnesses.bookings if b.claimed}
    for check_in in witnesses.check_ins:
        if check_in.booking_id in signed:
            signed[check_in.booking_id].append(check_in)
    moved = {
        b.id: there
        for b in witnesses.bookings
        if b.claimed and (there := _as_corrected(b, signed[b.id]))
    }
    came = [
        c
        for c in witnesses.check_ins
        if c.booking_id is None or (c.booking_id in signed and c.booking_id not in moved)
    ]
    void = {b.id for b in witnesses.bookings if b.is_taken_back}
    return replace(
        witnesses,
        check_ins=sorted([*came, *moved.values()], key=lambda c: c.at),
        reassignments=[
            replace(d, booking_id=None) if d.booking_id in void else d
            for d in witnesses.reassignments
        ],
        logged=[
            replace(e, booking_id=None) if e.booking_id in void else e for e in witnesses.logged
        ],
    )


def _as_corrected(booking: Booking, signed: Sequence[CheckIn]) -> CheckIn | None:
    """Return the presence in the new time of a booking that was corrected after its end, or None.

    Its people came or left at other times than it says. Who came to the old time may have done so
    long before what is read here.
    """
    start, end = booking.period.start, booking.period.end
    if booking.state is not BookingState.COMPLETED or booking.checked_out_at != end:
        return None
    came = min((c.at for c in signed), default=None)
    # Corrections by earlier programs say nothing of it themselves.
    is_near = all(start - EARLIEST <= c.at < end for c in signed)
    is_said = booking.checked_in_at in {None, came} and all(c.until in {None, end} for c in signed)
    if is_near and is_said:
        return None
    return CheckIn(
        at=start,
        company_id=booking.company_id,
        person_id=signed[0].person_id if signed else booking.person_id,
        booking_id=booking.id,
        until=end,
    )


def presence(
    booking: Booking,
    runs: Sequence[Run],
    check_ins: Sequence[CheckIn],
    limits: AttributionLimits,
    usages: Sequence[Usage] = (),
) -> Presence:
    """Decide whether anybody came for the booking's start (docs/reference/billing.md#no-shows).

    The result is SHOWED, NO_SHOW or UNVERIFIABLE; session.py decides the other two. Another
    booking's use that runs on into this one, and the arrival of that booking's people, are no
    arrival here.
    """
    window = Period(
        booking.period.start - limits.early_grace, booking.period.start + limits.no_show_after
    )
    due = Period(booking.period.start, min(booking.period.end, window.end))
    if any(
        c.booking_id == booking.id or (c.booking_id is None and window.contains(c.at))
        for c in check_ins
    ):
        return Presence.SHOWED
    foreign = [
        u.period
        for u in usages
        if u.owner is not Owner.NOBODY
        and u.period.start < window.end
        and window.start < u.period.end
        and _keeps_nothing(u, booking, due, window)
    ]
    parts = [(run.state, part) for run, part in runs_within(runs, window)]
    active = [part for state, part in parts if state in {State.RUNNING, State.PAUSED, State.SETUP}]
    if without(active, foreign):
        return Presence.SHOWED
    known = total_seconds(
        part for state, part in parts if state not in {State.UNKNOWN, State.FAULT}
    )
    return Presence.NO_SHOW if known >= KNOWN_SHARE * window.seconds else Presence.UNVERIFIABLE


def _keeps_nothing(usage: Usage, booking: Booking, due: Period, window: Period) -> bool:
    """Return whether a usage is no arrival for a booking: the centre's work, or another's end.

    Use without a booking may begin as early as the booking's own.
    """
    if usage.owner is Owner.CENTRE:
        return True
    if usage.booking_id == booking.id:
        return is_tail(usage, due)
    return usage.period.start < (booking.period.start if usage.booking_id else window.start)


def is_tail(usage: Usage, due: Period) -> bool:
    """Return whether the machine only ran on into the booking and stopped before their arrival.

    It must stop within the time in which they had to come.
    """
    return usage.is_carried and len(union(usage.runs)) == 1 and usage.period.end < due.end


def present_at(
    check_ins: Sequence[CheckIn],
    instant: datetime,
    held: Sequence[Booking],
    limits: AttributionLimits,
) -> CheckIn | None:
    """Return the latest check-in, unless its person checked out, was overtaken or is long gone."""
    came = [c for c in check_ins if c.at <= instant]
    if not came:
        return None
    latest = max(came, key=lambda c: c.at)
    ends = {b.id: b.period.end for b in held}
    booked_until = ends.get(latest.booking_id) if latest.booking_id else None
    until = latest.until or booked_until or latest.at + limits.longest_presence
    return latest if instant < until else None


def is_of_people(check_in: CheckIn, first: Usage, held: Sequence[Booking]) -> bool:
    """Return whether a check-in is of the people of an activity, by its first part.

    They were there after it began, or came for or in its booking. Who left before says nothing of
    it, however long ago that was, so that no earlier fact has to be read.
    """
    if check_in.until is None or check_in.until > first.period.start:
        return True
    booking = next((b for b in held if b.id == first.booking_id), None)
    return booking is not None and (
        check_in.booking_id == booking.id or booking.period.contains(check_in.at)
    )
