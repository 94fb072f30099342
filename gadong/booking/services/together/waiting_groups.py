"""Requests of several machines: they wait, are answered and lapse as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.rules.waiting_change import as_approved
from gadong.booking.domain.together.reach import group_of
from gadong.booking.services.booking_records import keep, rules_of, settle_offer, tell_people
from gadong.booking.services.waiting import freed_time
from gadong.booking.store import booking_history, bookings, waiting_list
from gadong.core.database import Tx
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import BookingId
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

#: The states of a part that waits for nobody while another part of its group does.
STANDING = frozenset({BookingState.CONFIRMED, BookingState.CHECKED_IN, BookingState.IN_USE})


def answer_due(tx: Tx, booking: Booking, start: datetime, *, now: datetime) -> datetime:
    """Return when a request lapses: after the shortest time that any of its machines leaves.

    Its start is the latest. All that was made together has one answer, and so one time for it.
    """
    made = bookings.joined(tx, booking.joined) if booking.joined else [booking]
    each = {b.machine_id: b for b in made if b.is_holding}
    timeouts = [
        rules_of(tx, machine, b).approval_timeout
        for b in each.values()
        if (machine := machines.by_id(tx, b.machine_id))
    ]
    return max(now, min([start, *(now + timeout for timeout in timeouts)]))


def would_stand(before: Sequence[Booking], after: Sequence[Booking]) -> frozenset[BookingId]:
    """Return the bookings that a step would let stand while another of their group waits or ends.

    Only what the step changes so counts: what waited apart before it stays as it is.
    """
    pairs = list(zip(before, after, strict=True))
    apart = {BookingState.PENDING, BookingState.DECLINED}
    waiting = {
        is_now.period.start
        for was, is_now in pairs
        if is_now.state in apart and was.state is not is_now.state
    }
    return frozenset(b.id for b in after if b.state in STANDING and b.period.start in waiting)


def keep_as_before(
    tx: Tx, machine: Machine, booking: Booking, *, who: Caller | None = None, reason: str = ""
) -> Booking | None:
    """Keep a request as it was approved before its people changed it.

    None where there is no such booking, and where nobody who assisted it then is free any more.
    """
    before = as_approved(booking, booking_history.approved(tx, booking.id))
    if before is None:
        return None
    try:
        with tx.transaction():
            back = before.after(Action.REVERT)
            return keep(tx, machine, back, Action.REVERT, who=who, reason=reason)
    except Refused:
        return None


def lapse(tx: Tx, booking: Booking, *, now: datetime) -> list[Booking]:
    """End an offer or a request that nobody answered, on all machines of its group at once.

    Of a changed booking the change alone lapses. The caller has locked the booking's machine.
    If others are at work on another machine of the group, its part lapses with their next step. A
    wait for their locks could end in a ring. A change waits for that step too, within a minute:
    whether it can be taken back is found out for all machines at once.
    """
    group = group_of(booking, bookings.joined(tx, booking.joined)) if booking.joined else [booking]
    if not machines.try_lock(tx, [b.machine_id for b in group]):
        if _would_go_back(tx, booking):
            return []
        group = [booking]
    named = {b.id for b in group if _is_named(tx, b)}
    try:
        with tx.transaction():
            ended = _ended(tx, booking, group, may_stand=True, now=now)
            _need_untorn(ended)
    except _TornGroup:
        # Nobody assists one of them any more as it stood: the others are of no use alone.
        ended = _ended(tx, booking, group, may_stand=False, now=now)
    if any(b.id in named for b in ended):
        tell_refused(tx, ended, "booking.expired", also=_other_half(tx, booking, ended))
    return ended


def _ended(
    tx: Tx, booking: Booking, group: Sequence[Booking], *, may_stand: bool, now: datetime
) -> list[Booking]:
    """End the parts of a group that lapse with the booking, and return them."""
    ended: list[Booking] = []
    for one in group:
        before = bookings.locked(tx, one.id)
        machine = machines.by_id(tx, one.machine_id)
        if before is None or machine is None or before.state is not booking.state:
            continue
        if one.id != booking.id and _waits_on(tx, machine, before, booking):
            continue
        after = None
        if before.state is BookingState.PENDING and may_stand:
            after = keep_as_before(tx, machine, before)
        if after is None:
            after = keep(tx, machine, before.after(Action.EXPIRE), Action.EXPIRE)
        settle_offer(tx, after, now=now)
        freed_time.tell(tx, before, after, now=now)
        ended.append(after)
    return ended


def _need_untorn(ended: Sequence[Booking]) -> None:
    """Raise _TornGroup where one part of a group stands as before and another has lapsed."""
    if {b.state for b in ended} >= {BookingState.CONFIRMED, BookingState.EXPIRED}:
        raise _TornGroup


class _TornGroup(Exception):  # it ends a first try, and reaches nobody
    """One part of a group would stand as before its change, and another would lapse."""


def _waits_on(tx: Tx, machine: Machine, other: Booking, booking: Booking) -> bool:
    """Return whether a part was asked for later and alone, so that its own answer is still due."""
    if other.expires_at is None or booking.expires_at is None:
        return False
    return other.expires_at > booking.expires_at and rules_of(tx, machine, other).drop_alone


def follow_lapsed(tx: Tx, ids: Collection[BookingId], *, now: datetime) -> None:
    """End the requests of which another part has lapsed at their common time.

    The caller has locked their machines. While the caller waited for that, another process
    with a later `now` may have ended the rest of the group. One part alone is no answer that
    anybody asked for.
    """
    for one in ids:
        booking = bookings.by_id(tx, one)
        if booking is None or booking.joined is None or booking.state is not BookingState.PENDING:
            continue
        group = group_of(booking, bookings.joined(tx, booking.joined))
        if any(
            b.state is BookingState.EXPIRED and b.expires_at == booking.expires_at for b in group
        ):
            lapse(tx, booking, now=now)


def tell_refused(
    tx: Tx, ended: Sequence[Booking], kind: str, *, also: Sequence[Booking] = ()
) -> None:
    """Write one notice for the requests that ended, and one for those of which a change did.

    Those in `also` end elsewhere by the same answer, and are named with either.
    """
    for said, alike in (
        (kind, [b for b in ended if b.state is not BookingState.CONFIRMED]),
        ("booking.change_refused", [b for b in ended if b.state is BookingState.CONFIRMED]),
    ):
        tell_people(tx, alike, said, also=also)


def _other_half(tx: Tx, booking: Booking, ended: Sequence[Booking]) -> list[Booking]:
    """Return the parts of a lapsed group that others end, or have ended, by the same time.

    Their own step writes no notice.
    """
    known = {b.id for b in ended}
    every = bookings.joined(tx, booking.joined) if booking.joined else []
    return [
        b
        for b in group_of(booking, every)
        if b.id not in known
        and b.expires_at == booking.expires_at
        and b.state in {booking.state, BookingState.EXPIRED}
    ]


def _would_go_back(tx: Tx, booking: Booking) -> bool:
    """Return whether a request is a change that leaves a booking as it was approved."""
    if booking.state is not BookingState.PENDING:
        return False
    return as_approved(booking, booking_history.approved(tx, booking.id)) is not None


def _is_named(tx: Tx, booking: Booking) -> bool:
    """Return whether a group's notice is written with this part of it, so that there is one.

    An offer's is the part that its entry names, a request's the first.
    """
    if booking.state is BookingState.OFFERED:
        return waiting_list.of_offer(tx, booking.id) is not None
    every = bookings.joined(tx, booking.joined) if booking.joined else [booking]
    return booking.id == min(b.id for b in group_of(booking, every))
