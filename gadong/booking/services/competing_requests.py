"""Requests that compete for one time of a machine: seen side by side, and answered together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.booking_request import FreeSlot, wish_again
from gadong.booking.domain.rules.approval import is_trained
from gadong.booking.domain.together.reach import group_of
from gadong.booking.services.booking_records import keep, tell
from gadong.booking.services.request_facts import facts_for
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.together.group_answer import instead_of
from gadong.booking.services.waiting import freed_time
from gadong.booking.store import applications, booking_history, bookings
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

# Three months, as the draw of monthly applications looks back.
LOOK_BACK = timedelta(days=91)
# Requests that are shown beside each other; a manager compares no more at a time.
MOST_RIVALS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A request beside others, with the figures by which a manager chooses.

    `minutes` are what its company booked of the machine in the three months before. `missed` are
    the no-shows of its person at the centre in that time.
    """

    booking: Booking
    requested_at: datetime
    is_trained: bool
    minutes: int
    missed: int


def rivals(pool: Pool, who: Caller, booking_id: BookingId, *, now: datetime) -> list[Rival]:
    """Return a request and all others for any of its time, the first made first; for the desk.

    Empty for a booking that waits for nobody.
    """
    with transaction(pool, who.reach()) as tx:
        booking = bookings.by_id(tx, booking_id)
        if booking is None or not who.may(booking.centre_id, Right.DESK_SEE):
            raise NotFound("There is no such booking that you may see")
        machine = machines.by_id(tx, booking.machine_id)
        if booking.state is not BookingState.PENDING or machine is None:
            return []
        every = sorted([booking, *bookings.rivals(tx, booking)], key=lambda b: b.id)
        before = Period(now - LOOK_BACK, now)
        minutes = applications.minutes_before(tx, machine.id, before)
        return [
            _rival(tx, machine, b, minutes.get(b.company_id, 0), now=now)
            for b in every[:MOST_RIVALS]
        ]


def what_would_do(
    pool: Pool, who: Caller, booking: Booking, *, now: datetime
) -> Sequence[FreeSlot]:
    """Return the alternatives of a request that was lost to another; nothing for any other."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    if booking.state is not BookingState.DECLINED or booking.period.start <= now:
        return []
    with transaction(pool, permit) as tx:
        machine = machines.by_id(tx, booking.machine_id)
        last = booking_history.events(tx, booking.id)[-1]
        if machine is None or last.action != Action.LOSE:
            return []
        return instead_of(tx, machine, booking, now=now)


def decline_outdone(
    tx: Tx, hall: Iterable[Machine], *, who: Caller | None, now: datetime
) -> list[Booking]:
    """Decline the competing requests whose time somebody else has by now, and notify their people.

    A group is declined whole. The caller has locked the machines; return what was declined.
    """
    lost: list[Booking] = []
    for found in bookings.outdone(tx, [machine.id for machine in hall]):
        if found.id in {b.id for b in lost}:
            continue
        every = group_of(found, bookings.joined(tx, found.joined)) if found.joined else [found]
        locked = [b for one in every if (b := bookings.locked(tx, one.id))]
        parts = [_lose(tx, b, who, now) for b in locked if b.state is BookingState.PENDING]
        lost += parts
        machine = machines.by_id(tx, found.machine_id)
        first = next(iter(instead_of(tx, machine, parts[0], now=now) if machine else []), None)
        more = {"bookings": ",".join(str(b.id) for b in parts)} if len(parts) > 1 else {}
        if first:
            more |= {
                "instead": first.machine,
                "instead_start": write_instant(first.period.start),
                "instead_end": write_instant(first.period.end),
            }
        tell(tx, parts[0], "booking.lost_to" if first else "booking.lost", **more)
    return lost


def _lose(tx: Tx, booking: Booking, who: Caller | None, now: datetime) -> Booking:
    machine = machines.by_id(tx, booking.machine_id)
    if machine is None:
        raise NotFound
    after = replace(booking.after(Action.LOSE), expires_at=None)
    keep(tx, machine, after, Action.LOSE, who=who)
    freed_time.tell(tx, booking, after, now=now)
    return after


def _rival(tx: Tx, machine: Machine, booking: Booking, minutes: int, *, now: datetime) -> Rival:
    wish = replace(wish_again(machine.id, booking), moving=booking.id)
    known = book(tx, booking.centre_id, booking.company_id, at=booking.period.start)
    facts = facts_for(tx, known, machine, wish, bounds=booking.period)
    missed = [
        h
        for h in facts.counted
        if h.is_own and h.state is BookingState.NO_SHOW and h.period.start > now - LOOK_BACK
    ]
    return Rival(
        booking=booking,
        requested_at=booking_history.events(tx, booking.id)[0].recorded_at,
        is_trained=is_trained(wish, facts, now),
        minutes=minutes,
        missed=len(missed),
    )
