"""Sister machines: another machine of the same abilities for a booking whose machine is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gadong.booking.domain.availability import is_allowed
from gadong.booking.domain.booking import Action, Booking, BookingState
from gadong.booking.domain.booking_request import Wish, wish_again
from gadong.booking.domain.rules import policy
from gadong.booking.domain.seating import shares
from gadong.booking.services import competing_requests
from gadong.booking.services.booking_records import keep, settle_offer, tell
from gadong.booking.services.booking_steps import Hand, need_timely, tell_made
from gadong.booking.services.centre_calendar import closures
from gadong.booking.services.equipment import holding
from gadong.booking.services.evaluation import PATIENCE, need_allowed, weigh
from gadong.booking.services.request_facts import facts_for_each
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.shares import cost_shares
from gadong.booking.services.staff import assistance
from gadong.booking.services.waiting import offers
from gadong.booking.store import bookings
from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import SYSTEM, Right
from gadong.core.domain.ids import BookingId, MachineId, new_id
from gadong.core.domain.problem import Changed, Conflict, Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

MOVABLE = frozenset({BookingState.PENDING, BookingState.CONFIRMED})


def free_for(tx: Tx, booking: Booking, *, now: datetime) -> list[Machine]:
    """Return the sister machines that would take a displaced booking now, by their slugs.

    Empty for a booking that no closure hits, or that has begun.
    """
    if not _is_displaced(tx, booking, now):
        return []
    sisters = _sisters(tx, booking)
    if not sisters:
        return []
    known = book(tx, booking.centre_id, booking.company_id, at=booking.period.start)
    wish = _wish(tx, booking, sisters[0])
    facts = facts_for_each(tx, known, sisters, wish)
    wishes = [(m, _wish(tx, booking, m)) for m in sisters]
    return [m for m, wish in wishes if is_allowed(wish, facts[m.id], frozenset(), now)]


@retried
def take(pool: Pool, hand: Hand, machine_id: MachineId, *, now: datetime) -> Booking:
    """Move a displaced booking to a sister machine at the same time, by every rule of that machine.

    The time on the closed machine is given up for nothing. The booking on the sister is a new one,
    since a machine's history and its statements are read by machine.
    """
    who = hand.who
    with transaction(pool, who.reach()) as tx:
        found = bookings.by_id(tx, hand.booking)
        if found is None or not who.may_see(found.centre_id, found.company_id, Right.DESK_WORK):
            raise NotFound("There is no such booking that you may see")
        machines.lock(tx, {found.machine_id, machine_id}, patience=PATIENCE)
        closed, sister = machines.by_id(tx, found.machine_id), machines.by_id(tx, machine_id)
        if closed is None or sister is None or sister.centre_id != closed.centre_id:
            raise NotFound("There is no such machine at this centre")
        for machine in (closed, sister):
            offers.bring_up_to_date(tx, machine, now=now)
        booking = bookings.locked(tx, hand.booking)
        if booking is None:
            raise NotFound("There is no such booking that you may see")
        if hand.version is not None and hand.version != booking.version:
            raise Changed(version=booking.version)
        made = _moved(tx, hand, booking, closed, sister, now=now)
        if made.company_id in who.companies:
            cost_shares.ask_again(tx, who, booking, made)
        for machine in (closed, sister):
            offers.offer(tx, machine, now=now)
    if made.company_id not in who.companies:
        # The database lets nobody else ask in the name of the company that booked.
        with transaction(pool, SYSTEM) as tx:
            cost_shares.ask_again(tx, who, booking, made)
    return made


def _moved(
    tx: Tx, hand: Hand, booking: Booking, closed: Machine, sister: Machine, *, now: datetime
) -> Booking:
    """Give up the booking on the closed machine, and hold the sister for it."""
    given_up = booking.after(Action.CANCEL)
    need_timely(tx, hand, booking, Action.CANCEL, "", now)
    if not _is_displaced(tx, booking, now):
        raise Conflict("Nothing closes the machine in this time", field="booking")
    if sister.id not in {m.id for m in _sisters(tx, booking)}:
        raise Invalid("This machine cannot do what the closed one does", field="machine_slug")
    wish = _wish(tx, booking, sister)
    facts = need_allowed(weigh(tx, hand.who, sister, wish, override="", now=now))
    is_manager = hand.who.may(sister.centre_id, Right.DESK_WORK)
    waits = booking.state is BookingState.PENDING or policy.needs_approval(wish, facts, now)
    waits = waits and not is_manager
    lapses = max(now, min(now + facts.rules.approval_timeout, booking.period.start))
    made = replace(
        booking,
        id=BookingId(new_id()),
        machine_id=sister.id,
        state=BookingState.PENDING if waits else BookingState.CONFIRMED,
        version=1,
        expires_at=lapses if waits else None,
        override="",
        shares=booking.shares and shares(sister.seats, booking.seats),
        competes=waits and facts.rules.competing_requests,
    )
    # Given up first: its technician and its units may serve the sister.
    step = f"{closed.slug} → {sister.slug}"
    given_up = keep(tx, closed, given_up, Action.CANCEL, who=hand.who, reason=step)
    settle_offer(tx, given_up, now=now)
    at = recorded_at(tx, sister.centre_id)
    bookings.insert(tx, made, facts.rules, by=hand.who.person_id, recorded_at=at)
    assistance.hold(tx, sister, made)
    holding.hold(tx, sister, made)
    tell(tx, given_up, "booking.cancelled")
    competing_requests.decline_outdone(tx, [sister], who=hand.who, now=now)
    tell_made(tx, [made])
    return made


def _is_displaced(tx: Tx, booking: Booking, now: datetime) -> bool:
    """Return whether a booking to come falls into a closure."""
    is_ahead = booking.state in MOVABLE and booking.period.start > now
    return is_ahead and closures.falls_into(tx, booking)


def _sisters(tx: Tx, booking: Booking) -> Sequence[Machine]:
    """Return the other machines of the kind with all abilities that the booking's machine has."""
    machine = machines.by_id(tx, booking.machine_id)
    if machine is None:
        return []
    hall = machines.of_centres(tx, [machine.centre_id])
    able = machines.abilities(tx, [machine.centre_id])
    others = [
        m
        for m in hall
        if m.kind == machine.kind and m.id != machine.id and m.seats >= booking.seats
    ]
    serving = [m for m in others if able[m.id].serve(able[machine.id])]
    return sorted(serving, key=lambda m: m.slug)


def _wish(tx: Tx, booking: Booking, sister: Machine) -> Wish:
    """Return the wish for a sister machine: a direct request but for the notice."""
    every = bookings.joined(tx, booking.joined) if booking.joined else []
    beside = [
        b for b in every if b.period == booking.period and b.id != booking.id and b.is_holding
    ]
    found = [machines.by_id(tx, b.machine_id) for b in beside]
    return replace(
        wish_again(sister.id, booking),
        offer=booking.id,
        together=frozenset({sister.slug, *(m.slug for m in found if m)}),
    )
