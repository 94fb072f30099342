"""One step of a booking's life: who does it, on the booking as time has left it, and what follows
for others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gadong.booking.domain.booking import (
    Action,
    Booking,
    BookingState,
)
from gadong.booking.domain.booking_request import Wish
from gadong.booking.domain.together.reach import (
    Reach,
    begun,
    going_along,
    group_of,
    reached,
    still_takes,
)
from gadong.booking.services import competing_requests
from gadong.booking.services.booking_records import (
    rules_of,
    settle_offer,
    tell,
    tell_people,
    together_with,
)
from gadong.booking.services.evaluation import PATIENCE, lock_kinds
from gadong.booking.services.shares import own_bookings
from gadong.booking.services.together import steps_together, waiting_groups

# Callers take it from here.
from gadong.booking.services.together.steps_together import Step as Step  # noqa: PLC0414
from gadong.booking.services.together.steps_together import StepFrom
from gadong.booking.services.waiting import freed_time, offers
from gadong.booking.store import bookings, cost_shares
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Changed, Forbidden, Invalid, NotFound, Problem, Refused
from gadong.machines.domain.machine import Machine, of_machine
from gadong.machines.store import machines


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """The caller, the booking they change, and the version that they saw, if they say so."""

    who: Caller
    booking: BookingId
    version: int | None = None


#: The kind of the one notice of a step, or a function that writes the notices of all that it
#: changed.
StepNotice = str | Callable[[Tx, Sequence[Booking]], None]

#: Notices that name a booking's new time. One that waits for a manager is told so instead.
CHANGING_TIME = frozenset({"booking.moved", "booking.extended"})


#: The steps on several bookings that ask the rules anew, and so count quotas.
WEIGHED = frozenset({Action.MOVE, Action.EXTEND, Action.TRANSFER, Action.APPROVE, Action.ACCEPT})
#: The steps that the centre takes on one machine of a group alone.
ON_ONE_MACHINE = frozenset({Action.RELEASE})
#: A manager's answers, which are one for all machines of a group.
ANSWERS = frozenset({Action.APPROVE, Action.DECLINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Reach of a step on bookings that were made together, and its action on each of them."""

    action: Action
    reach: Reach = Reach.PART


def done(
    pool: Pool,
    hand: Hand,
    step: Step,
    kind: StepNotice | None,
    *,
    together: Together | None = None,
    for_sharers: bool = False,
    now: datetime,
) -> Booking:
    """Do the step on the booking as it is after everything that time has brought, and tell of it.

    What time had freed goes to those who wait before the step can take it, and what the step frees
    goes to them after. A step that is `for_sharers` is open to every company with a part.
    """
    return done_by(
        pool, hand, lambda *_: step, kind, together=together, for_sharers=for_sharers, now=now
    )


def as_it_is(
    pool: Pool, hand: Hand, state: BookingState, together: Together, *, now: datetime
) -> Booking | None:
    """Return the booking if it has the state already and nothing that is reached takes the action.

    Parts that ended in another way, or began, are no part of the action's first time either.
    """
    with transaction(pool, hand.who.reach()) as tx:
        found = bookings.by_id(tx, hand.booking)
        if found is None or not hand.who.may_see(
            found.centre_id, found.company_id, Right.DESK_WORK
        ):
            return None
        every = bookings.joined(tx, found.joined) if found.joined else [found]
        covered = reached(found, every, together.reach)
        is_done = not any(still_takes(b, together.action, now) for b in covered)
        return found if found.state is state and is_done else None


@retried
def done_by(
    pool: Pool,
    hand: Hand,
    step_from: StepFrom,
    kind: StepNotice | None,
    *,
    together: Together | None = None,
    for_sharers: bool = False,
    now: datetime,
) -> Booking:
    """Apply a step that depends on the booking before it; all that it reaches, or nothing."""
    with transaction(pool, hand.who.reach()) as tx:
        found = _theirs(tx, hand, for_sharers=for_sharers)
        if found.state is BookingState.OFFERED and found.joined:
            # An offer of several machines is answered, given up and taken back whole.
            together = replace(together, reach=Reach.ONE) if together else together
        every = bookings.joined(tx, found.joined) if found.joined and together else [found]
        ids = [b.id for b in reached(found, every, together.reach)] if together else [found.id]
        machine_ids = {b.machine_id for b in every if b.id in set(ids)}
        machines.lock(tx, machine_ids, patience=PATIENCE)
        hall = {m: machine for m in machine_ids if (machine := machines.by_id(tx, m))}
        if len(hall) < len(machine_ids):
            raise NotFound
        if together and together.action in WEIGHED:
            lock_kinds(tx, list(hall.values()), now=now)
        # A change by time or signals from here on is no other person's: the state that they lead
        # to decides whether the step still fits.
        seen = bookings.locked(tx, found.id)
        for machine in hall.values():
            offers.bring_up_to_date(tx, machine, now=now)
        if found.joined:
            waiting_groups.follow_lapsed(tx, ids, now=now)
        parts = [b for one in ids if (b := bookings.locked(tx, one))]
        booking = next(b for b in parts if b.id == hand.booking)
        versions = {booking.version, *([seen.version] if seen else [])}
        if hand.version is not None and hand.version not in versions:
            raise Changed(version=booking.version)
        if together and together.reach is Reach.PART and together.action not in ON_ONE_MACHINE:
            _need_alone(tx, hand, booking, every, together.action)
        before = [booking, *_others(hall, booking, parts, together, now)]
        after = steps_together.whole(tx, hall, step_from, before)
        _announce(tx, kind, before, after)
        competing_requests.decline_outdone(tx, hall.values(), who=hand.who, now=now)
        for was, is_now in zip(before, after, strict=True):
            settle_offer(tx, is_now, now=now)
            freed_time.tell(tx, was, is_now, now=now)
        for machine in hall.values():
            offers.offer(tx, machine, now=now)
    return after[0]


def _theirs(tx: Tx, hand: Hand, *, for_sharers: bool) -> Booking:
    """Return the booking; raise where it is not the caller's to change."""
    found = bookings.by_id(tx, hand.booking)
    if found and hand.who.may_see(found.centre_id, found.company_id, Right.DESK_WORK):
        return found
    if found is None or not own_bookings.has_part(tx, hand.who, found):
        raise NotFound("There is no such booking that you may see")
    if not for_sharers:
        raise Forbidden("Only the company that booked changes the booking")
    return found


def _announce(
    tx: Tx, kind: StepNotice | None, before: Sequence[Booking], after: Sequence[Booking]
) -> None:
    """Write the notices of a step, and one to the managers for what waits for them again.

    Bookings that the step left as they were are none of them.
    """
    pairs = [(a, b) for a, b in zip(before, after, strict=True) if a.version != b.version]
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    if not after:
        return
    if callable(kind):
        kind(tx, after)
    elif kind:
        waits = [b for b in after if b.state is BookingState.PENDING and kind in CHANGING_TIME]
        for said, alike in (
            (kind, [b for b in after if b not in waits]),
            ("booking.change_waits", waits),
        ):
            if alike:
                tell_people(tx, alike, said)
    again = [
        is_now
        for was, is_now in zip(before, after, strict=True)
        if (was.state, is_now.state) == (BookingState.CONFIRMED, BookingState.PENDING)
    ]
    if again:
        tell(tx, again[0], "booking.to_approve", to="managers", **together_with(again))


def _need_alone(
    tx: Tx, hand: Hand, booking: Booking, every: Sequence[Booking], action: Action
) -> None:
    """Raise Refused where the rule book wants the machines of a group to stay together.

    The centre gives up and moves one alone, but answers a request of several machines as one.
    """
    if len([b for b in group_of(booking, every) if b.is_holding]) < 2:
        return
    machine = machines.by_id(tx, booking.machine_id)
    is_free = machine is not None and rules_of(tx, machine, booking).drop_alone
    is_centre = hand.who.may(booking.centre_id, Right.DESK_WORK) and action not in ANSWERS
    if not is_free and not is_centre:
        passes = None if action in ANSWERS else "manager"
        raise Refused([Problem(code="booking.group", overridable_by=passes)])


def _others(
    hall: Mapping[MachineId, Machine],
    booking: Booking,
    parts: Sequence[Booking],
    together: Together | None,
    now: datetime,
) -> list[Booking]:
    """Return the other parts that the step changes; what is over or given up stays as it is.

    Refused where the rest of a group would be changed beside a part that has begun.
    """
    if together is None:
        return []
    action = together.action
    is_changed = booking.state in {BookingState.CONFIRMED, BookingState.PENDING}
    if is_changed and (part := begun(booking, parts, action)):
        machine = hall[part.machine_id]
        problem = Problem(
            code="booking.part_begun", limit=machine.slug, details=of_machine(machine)
        )
        raise Refused([problem.saying(names={machine.slug: (machine.name_ko, machine.name_en)})])
    return going_along(booking, parts, action, now)


def tell_made(tx: Tx, made: Sequence[Booking]) -> None:
    """Write one letter for all that was made at once, and one to the managers for all that waits
    for them.
    """
    for state, kind in (
        (BookingState.CONFIRMED, "booking.confirmed"),
        (BookingState.PENDING, "booking.requested"),
    ):
        if alike := [b for b in made if b.state is state]:
            tell_people(tx, alike, kind)
    if waiting := [b for b in made if b.state is BookingState.PENDING]:
        tell(tx, waiting[0], "booking.to_approve", to="managers", **together_with(waiting))


def wish_of(booking: Booking, period: Period) -> Wish:
    return Wish(
        machine_id=booking.machine_id,
        company_id=booking.company_id,
        person_id=booking.person_id,
        period=period,
        moving=booking.id,
        usage_mode=booking.usage_mode,
        equipment=booking.equipment,
        seats=booking.seats,
        is_alone=not booking.shares,
    )


def need_timely(
    tx: Tx, hand: Hand, booking: Booking, action: Action, reason: str, now: datetime
) -> None:
    """Raise Refused where the action comes too late, unless a manager gives a reason.

    What several companies pay is neither moved nor extended once it has begun (ADR 50).
    """
    problem = booking.too_late_for(action, now)
    if problem is None and action in {Action.MOVE, Action.EXTEND} and now >= booking.period.start:
        # Those who consented to a part consented to this time.
        is_shared = bool(cost_shares.fixed_of(tx, booking))
        problem = (
            Problem(code="booking.shares_extended", overridable_by="manager") if is_shared else None
        )
    is_excepted = bool(reason.strip()) and hand.who.may(booking.centre_id, Right.DESK_WORK)
    if problem and not is_excepted:
        raise Refused([problem])


def need_reason(who: Caller, booking: Booking, reason: str) -> None:
    who.need(booking.centre_id, Right.DESK_WORK)
    if not reason.strip():
        raise Invalid("Say why", field="reason")
