"""Offers of freed time: to the first of the waiting list whom it serves, held until the answer is
due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gadong.booking.domain import availability
from gadong.booking.domain.booking import Booking, BookingState, FirstStep
from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules import policy
from gadong.booking.domain.seating import crowded, seats_on, shares
from gadong.booking.domain.waiting_entry import Waiting, answer_by
from gadong.booking.services import attendance, booking_records
from gadong.booking.services.equipment import holding
from gadong.booking.services.request_facts import facts_for_waiting
from gadong.booking.services.staff import assistance
from gadong.booking.services.waiting.withdrawn_offers import withdraw
from gadong.booking.store import bookings, seat_holds, waiting_list
from gadong.core.database import Tx, recorded_at
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, new_id
from gadong.core.domain.period import Period, without
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

# The person answers these when accepting the offer. An entry that lacks anything else is not
# offered time.
ANSWERED_LATER = frozenset({"booking.unanswered", "booking.terms"})


def bring_up_to_date(tx: Tx, machine: Machine, *, now: datetime) -> None:
    """Settle the machine's bookings by the facts, and offer what that freed, before anybody else
    can take it.

    The caller has locked the machine.
    """
    attendance.settle(tx, machine, now=now)
    offer(tx, machine, now=now)


def is_up_to_date(tx: Tx, machine: Machine, *, now: datetime) -> bool:
    """Return whether `bring_up_to_date` would find nothing to settle and nobody who waits."""
    return not attendance.has_due(tx, machine, now=now) and not waiting_list.first(
        tx, machine.id, now=now
    )


def offer_all(tx: Tx, *, now: datetime) -> int:
    """Offer free time on every machine with a waiting list; return how many offers were made.

    Entries whose time has passed end, and their people are told. An offer that nobody can accept is
    taken back: to a person who has left the company, or in a closure. A machine on which others are
    at work is passed over: what they do ends with its own look at those who wait.
    """
    made = 0
    for booking_id in waiting_list.offered_in_vain(tx):
        if unanswered := bookings.by_id(tx, booking_id):
            withdraw(tx, unanswered, now=now)
    for entry in waiting_list.end_over(tx, now=now):
        booking_records.tell_of_wait(tx, entry)
    for machine_id in waiting_list.machines(tx, now=now):
        machine = machines.by_id(tx, machine_id)
        if machine and machines.try_lock(tx, [machine_id]):
            made += offer(tx, machine, now=now)
    return made


def offer(tx: Tx, machine: Machine, *, now: datetime) -> int:
    """Hold free time for those who wait, in the order of their turns.

    Return how many offers were made.

    An entry that cannot be served now keeps nobody behind it waiting. Who has left the company
    waits no more. The caller has locked the machine. What rules look at is read once for all who
    wait, and once more after each offer.
    """
    entries = [
        entry for entry in waiting_list.first(tx, machine.id, now=now) if _is_due(entry, now)
    ]
    if entries:
        gone = waiting_list.end_of_those_gone(tx, machine.id)
        entries = [entry for entry in entries if entry.id not in gone]
    made = 0
    while entries:
        served = _serve_first(tx, machine, entries, now=now)
        if served is None:
            break
        made += 1
        entries = entries[served + 1 :]
    return made


def _is_due(entry: Waiting, now: datetime) -> bool:
    """Return whether an entry has enough time left and is not paused after a missed offer."""
    is_resting = entry.rests_until is not None and entry.rests_until > now
    return not is_resting and entry.period.end - max(entry.period.start, now) >= entry.length


def _serve_first(
    tx: Tx, machine: Machine, entries: Sequence[Waiting], *, now: datetime
) -> int | None:
    """Offer the first of the entries that can be served its earliest time.

    Return its number, or None.
    """
    # Nothing more is read if others hold all that is waited for.
    fitting = _fitting(tx, machine, entries, now=now)
    if not fitting:
        return None
    wishes = [
        Wish(
            machine_id=machine.id,
            company_id=entries[number].company_id,
            person_id=entries[number].person_id,
            period=Period(around.start, around.start + entries[number].length),
            answers=entries[number].answers,
            usage_mode=entries[number].usage_mode,
            equipment=entries[number].equipment,
            seats=seats_on(machine.seats, entries[number].seats),
            offer=BookingId(new_id()),
        )
        for number, around in fitting
    ]
    each = facts_for_waiting(tx, machine, wishes, [around for _, around in fitting])
    for (number, around), wish, facts in zip(fitting, wishes, each, strict=True):
        if entries[number].also:
            if _serve_group(tx, entries[number], around, now=now):
                return number
            continue
        if not policy.form_codes(wish, facts, now=now) <= ANSWERED_LATER:
            continue
        period = availability.earliest(wish, facts, now=now)
        is_in_time = period is not None and period.end <= around.end
        if period and is_in_time and _hold(tx, entries[number], [(wish, facts)], period, now=now):
            return number
    return None


def _serve_group(tx: Tx, entry: Waiting, around: Period, *, now: datetime) -> bool:
    """Offer an entry of several machines its earliest time on all of them.

    Return whether there is one.

    While others are at work on one of its machines, the entry is passed over: until the next change
    or the scheduler's next look. A wait for their locks could end in a ring.
    """
    if not machines.try_lock(tx, entry.machines):
        return False
    hall = [machine for one in entry.machines if (machine := machines.by_id(tx, one))]
    if entry.seats > min((m.seats for m in hall if m.seats > 1), default=1):
        return False
    wishes: list[tuple[Wish, Facts]] = []
    for machine in hall:
        wish = Wish(
            machine_id=machine.id,
            company_id=entry.company_id,
            person_id=entry.person_id,
            period=Period(around.start, around.start + entry.length),
            answers=entry.answers,
            usage_mode=entry.usage_mode,
            equipment=entry.equipment,
            seats=seats_on(machine.seats, entry.seats),
            together=frozenset(m.slug for m in hall),
            offer=BookingId(new_id()),
        )
        (facts,) = facts_for_waiting(tx, machine, [wish], [around])
        if not policy.form_codes(wish, facts, now=now) <= ANSWERED_LATER:
            return False
        wishes.append((wish, facts))
    period = availability.earliest_for_all(wishes, until=around.end, now=now)
    if period is None:
        return False
    return _hold(tx, entry, wishes, period, now=now)


def _fitting(
    tx: Tx, machine: Machine, entries: Sequence[Waiting], *, now: datetime
) -> list[tuple[int, Period]]:
    """Return the numbers of the entries whose length fits between what others hold, each with its
    time left.
    """
    whole = Period(
        min(max(entry.period.start, now) for entry in entries),
        max(entry.period.end for entry in entries),
    )
    # Nobody is offered a time for which somebody has asked already.
    held = seat_holds.held_of(tx, [machine.id], whole, with_requests=True).get(machine.id, [])

    free_for = {
        seats: without([whole], crowded(held, total=machine.seats, wanted=seats))
        for seats in {seats_on(machine.seats, entry.seats) for entry in entries}
    }

    def fits(entry: Waiting) -> bool:
        # A room may have fewer seats by now. A group's rooms are looked at together.
        if not entry.also and entry.seats > machine.seats:
            return False
        begin, end = max(entry.period.start, now), entry.period.end
        free = free_for[seats_on(machine.seats, entry.seats)]
        return any(min(gap.end, end) - max(gap.start, begin) >= entry.length for gap in free)

    return [
        (number, Period(max(entry.period.start, now), entry.period.end))
        for number, entry in enumerate(entries)
        if fits(entry)
    ]


def _hold(
    tx: Tx, entry: Waiting, wishes: Sequence[tuple[Wish, Facts]], period: Period, *, now: datetime
) -> bool:
    """Hold the period on each of the entry's machines as one offer, and notify its person.

    Return False where too few technicians are free at once, and hold nothing.
    """
    try:
        with tx.transaction():
            _make_offer(tx, entry, wishes, period, now=now)
    except Refused:
        return False
    return True


def _make_offer(
    tx: Tx, entry: Waiting, wishes: Sequence[tuple[Wish, Facts]], period: Period, *, now: datetime
) -> None:
    until = min(answer_by(now, period.start, facts.rules, facts.zone) for _, facts in wishes)
    joined = new_id() if len(wishes) > 1 else None
    held: list[Booking] = []
    at = recorded_at(tx, entry.centre_id)
    for wish, facts in wishes:
        if wish.offer is None:
            raise ValueError("an offer has the id that its wish was evaluated with")
        booking = Booking(
            id=wish.offer,
            centre_id=entry.centre_id,
            machine_id=wish.machine_id,
            company_id=entry.company_id,
            person_id=entry.person_id,
            period=period,
            state=BookingState.OFFERED,
            expires_at=until,
            joined=joined,
            answers=entry.answers,
            usage_mode=facts.rules.mode(entry.usage_mode),
            equipment=entry.equipment,
            seats=wish.seats,
            shares=shares(facts.seats, wish.seats),
        )
        bookings.insert(tx, booking, facts.rules, by=None, recorded_at=at, action=FirstStep.OFFER)
        if machine := machines.by_id(tx, booking.machine_id):
            assistance.hold(tx, machine, booking)
            holding.hold(tx, machine, booking)
        held.append(booking)
    waiting_list.offer(tx, entry.id, held[0].id)
    together = {"bookings": ",".join(str(b.id) for b in held)} if joined else {}
    booking_records.tell(tx, held[0], "booking.offered", until=write_instant(until), **together)
