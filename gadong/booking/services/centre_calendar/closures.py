"""Closures of a centre or a machine: affected bookings, alternatives, changes and lifting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.booking_request import FreeSlot
from gadong.booking.domain.closure import Closure, ClosureChange
from gadong.booking.domain.closure import ClosureFilter as ClosureFilter  # noqa: PLC0414
from gadong.booking.domain.together.reach import group_of
from gadong.booking.services import booking_records
from gadong.booking.services.together.group_answer import instead_of
from gadong.booking.services.waiting import offers
from gadong.booking.services.waiting.withdrawn_offers import withdraw
from gadong.booking.store import bookings, closures, course_holds
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CentreId, new_id
from gadong.core.domain.period import Period, span
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines

KINDS = frozenset({"closed", "maintenance"})
# Alternatives take a few queries a booking. A closure that displaces more lasts for weeks, and its
# last bookings can wait.
MOST_ANSWERED = 50
ASKABLE = frozenset({BookingState.OFFERED, BookingState.PENDING, BookingState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closure that is asked for; without a machine it is the whole centre's."""

    centre: CentreId
    machine: Machine | None
    period: Period
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A booking affected by a closure, with alternatives, a sister machine first."""

    booking: Booking
    instead: Sequence[FreeSlot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A closure as it is or would be, with its affected bookings."""

    closure: Closure
    hits: Sequence[Hit]


@retried
def close(pool: Pool, who: Caller, wanted: Closing, *, now: datetime) -> Made:
    """Close the centre or a machine, and notify those affected, whose bookings stay."""
    with transaction(pool, who.reach()) as tx:
        made = _close(tx, who, wanted, now=now)
        _tell_hit(tx, made.closure, made.hits, now=now)
    return made


def close_at_once(tx: Tx, machine: Machine, period: Period, *, reason: str, now: datetime) -> Made:
    """Close a machine by a rule of the centre and notify those affected."""
    closure = Closure(
        id=new_id(),
        centre_id=machine.centre_id,
        machine_id=machine.id,
        period=period,
        kind="closed",
        reason=reason,
    )
    _lock(tx, closure)
    closures.insert(tx, closure)
    made = _made(tx, closure, now=now)
    _tell_hit(tx, closure, made.hits, now=now)
    return made


def preview(pool: Pool, who: Caller, wanted: Closing, *, now: datetime) -> Made:
    """Return the bookings that a closure would affect, and change nothing."""
    with transaction(pool, who.reach()) as tx, tx.transaction(force_rollback=True):
        return _close(tx, who, wanted, now=now)


@retried
def change(
    pool: Pool, who: Caller, closure_id: UUID, period: Period, *, reason: str, now: datetime
) -> Made:
    """Change a closure's time; notify the people now affected and no longer affected."""
    with transaction(pool, who.reach()) as tx:
        before = _locked(tx, who, closure_id)
        relieved = _hit(tx, before, now=now)
        made = _change(tx, who, before, period, reason=reason, now=now)
        known = {booking.id for booking in relieved}
        fresh = [h for h in made.hits if h.booking.id not in known]
        _tell_hit(tx, made.closure, fresh, now=now)
        _relieve(tx, before, relieved, still={h.booking.id for h in made.hits}, now=now)
    return made


def preview_change(
    pool: Pool, who: Caller, closure_id: UUID, period: Period, *, reason: str, now: datetime
) -> Made:
    """Return the bookings that a changed closure would affect, and change nothing."""
    with transaction(pool, who.reach()) as tx, tx.transaction(force_rollback=True):
        return _change(tx, who, _locked(tx, who, closure_id), period, reason=reason, now=now)


@retried
def lift(
    pool: Pool, who: Caller, closure_id: UUID, *, reason: str, now: datetime
) -> Closure | None:
    """End a closure now, or withdraw a future one; notify the people no longer affected.

    Return what is left of it: what has passed of a closure stays. Lifting one a second time changes
    nothing, whether it had begun or not.
    """
    with transaction(pool, who.reach()) as tx:
        try:
            before = _locked(tx, who, closure_id)
        except NotFound:
            # Asked after the lock, so that of two at once the second is told the same.
            centre = closures.withdrawn_at(tx, closure_id)
            if centre is None or not who.may(centre, Right.DESK_WORK):
                raise
            return None
        _need_reason(reason)
        if before.period.end <= now:
            if any(step.is_lift for step in closures.steps(tx, closure_id)[-1:]):
                return before
            raise Conflict("This closure has ended", field="closure")
        relieved = _hit(tx, before, now=now)
        passed = span(before.period.start, now)
        closures.change(tx, before, passed, reason=reason, by=who.person_id)
        _relieve(tx, before, relieved, still=frozenset(), now=now)
        return replace(before, period=passed) if passed else None


def of_centre(pool: Pool, who: Caller, centre_id: CentreId, bounds: Period) -> list[Closure]:
    """Return a centre's closures, its machines' own among them, for everybody who may enter it."""
    permit = who.need_entry(centre_id)
    with transaction(pool, permit) as tx:
        return closures.of_centre(tx, centre_id, bounds)


def page(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    bounds: Period,
    only: ClosureFilter,
    *,
    after: tuple[datetime, UUID] | None,
    most: int,
    is_latest_first: bool,
) -> list[Closure]:
    """Return a page of a centre's closures by their start; for everybody who may enter it.

    It goes on after the start and id of the page before. A centre closes something a few hundred
    times a year, so that its closures are ordered here.
    """
    found = [
        closure
        for closure in of_centre(pool, who, centre_id, bounds)
        if only.machine is None or closure.machine_id in {None, only.machine}
        if only.kind is None or closure.kind == only.kind
    ]
    found.sort(key=lambda c: (c.period.start, c.id), reverse=is_latest_first)
    if after:
        found = [
            closure
            for closure in found
            if (place := (closure.period.start, closure.id)) != after
            and (place < after) is is_latest_first
        ]
    return found[:most]


def find(
    pool: Pool, who: Caller, closure_id: UUID, *, now: datetime
) -> tuple[Made, list[ClosureChange]]:
    """Return a closure with its affected bookings and its changes; for desk staff."""
    with transaction(pool, who.reach()) as tx:
        found = closures.by_id(tx, closure_id)
        if found is None or not who.may(found.centre_id, Right.DESK_SEE):
            raise NotFound("There is no such closure that you may see")
        return _made(tx, found, now=now), closures.steps(tx, closure_id)


def over(
    pool: Pool, who: Caller, booking: Booking, *, now: datetime
) -> tuple[Closure | None, list[FreeSlot]]:
    """Return the closure of a future booking, if any, and the alternatives."""
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    if booking.state not in ASKABLE or booking.period.start <= now:
        return None, []
    with transaction(pool, permit) as tx:
        found = closures.of_centre(tx, booking.centre_id, booking.period)
        first = next((c for c in found if c.hits(booking.machine_id, booking.period)), None)
        machine = machines.by_id(tx, booking.machine_id)
        return first, instead_of(tx, machine, booking, now=now) if first and machine else []


def falls_into(tx: Tx, booking: Booking) -> bool:
    """Return whether a booking falls into a closure that was made since."""
    found = closures.of_centre(tx, booking.centre_id, booking.period)
    return any(closure.hits(booking.machine_id, booking.period) for closure in found)


def displaced(tx: Tx, booking: Booking) -> frozenset[BookingId]:
    """Return the bookings of a date that a closure of one of its machines makes useless.

    Empty where no closure falls into any of them.
    """
    joined = bookings.joined(tx, booking.joined) if booking.joined else []
    others = [b for b in group_of(booking, joined) if b.is_holding and b.id != booking.id]
    group = [booking, *others]
    is_hit = any(falls_into(tx, one) for one in group)
    return frozenset(b.id for b in group) if is_hit else frozenset()


def _close(tx: Tx, who: Caller, wanted: Closing, *, now: datetime) -> Made:
    who.need(wanted.centre, Right.DESK_WORK)
    if wanted.kind not in KINDS:
        raise Invalid("A closure is closed or maintenance", field="kind")
    closure = Closure(
        id=new_id(),
        centre_id=wanted.centre,
        machine_id=wanted.machine.id if wanted.machine else None,
        period=wanted.period,
        kind=wanted.kind,
        reason=wanted.reason,
    )
    # A booking made at the same moment is either seen here, or sees the closure.
    _lock(tx, closure)
    closures.insert(tx, closure)
    return _made(tx, closure, now=now)


def _change(
    tx: Tx, who: Caller, before: Closure, period: Period, *, reason: str, now: datetime
) -> Made:
    _need_reason(reason)
    if before.period.end <= now:
        raise Conflict("This closure has ended", field="closure")
    if before.period.start <= now and period.start != before.period.start:
        raise Conflict("This closure has begun: only its end changes", field="start")
    if period.end <= now or (period.start < now and before.period.start > now):
        raise Invalid("What has passed is not closed any more; choose a later time", field="end")
    closures.change(tx, before, period, reason=reason, by=who.person_id)
    return _made(tx, replace(before, period=period), now=now)


def _locked(tx: Tx, who: Caller, closure_id: UUID) -> Closure:
    """Return a closure as it is once its machines are locked."""
    found = closures.by_id(tx, closure_id)
    if found is None or not who.may_enter(found.centre_id):
        raise NotFound("There is no such closure that you may see")
    who.need(found.centre_id, Right.DESK_WORK)
    _lock(tx, found)
    found = closures.by_id(tx, closure_id)
    if found is None:
        raise NotFound("There is no such closure that you may see")
    if course_holds.is_hold(tx, closure_id):
        raise Conflict("A training holds the machine; cancel the training", field="closure")
    return found


def _lock(tx: Tx, closure: Closure) -> None:
    machines.lock(tx, [m.id for m in _machines(tx, closure)])


def _machines(tx: Tx, closure: Closure) -> list[Machine]:
    hall = machines.of_centres(tx, [closure.centre_id])
    return [m for m in hall if closure.machine_id in {None, m.id}]


def _made(tx: Tx, closure: Closure, *, now: datetime) -> Made:
    hall = {m.id: m for m in _machines(tx, closure)}
    hits: list[Hit] = []
    for number, booking in enumerate(_hit(tx, closure, now=now)):
        machine = hall.get(booking.machine_id)
        is_answered = machine is not None and number < MOST_ANSWERED and booking.period.start > now
        choices = instead_of(tx, machine, booking, now=now) if machine and is_answered else []
        hits.append(Hit(booking=booking, instead=choices))
    return Made(closure=closure, hits=hits)


def _hit(tx: Tx, closure: Closure, *, now: datetime) -> list[Booking]:
    ahead = span(max(closure.period.start, now), closure.period.end)
    return closures.hit(tx, closure.centre_id, closure.machine_id, ahead, now=now) if ahead else []


def _tell_hit(tx: Tx, closure: Closure, hits: Sequence[Hit], *, now: datetime) -> None:
    """Notify the people of the bookings, with the first alternative.

    An offer of the waiting list is taken back instead: nobody can accept it any more.
    """
    for hit in hits:
        if hit.booking.state is BookingState.OFFERED:
            withdraw(tx, hit.booking, reason=closure.reason, now=now)
            continue
        first = hit.instead[0] if hit.instead else None
        more = {"closure": str(closure.id), "code": closure.reason}
        if first:
            more |= {
                "instead": first.machine,
                "instead_start": write_instant(first.period.start),
                "instead_end": write_instant(first.period.end),
            }
        booking_records.tell(
            tx, hit.booking, "booking.displaced" if first else "booking.closed_out", **more
        )


def _relieve(
    tx: Tx,
    before: Closure,
    relieved: Sequence[Booking],
    *,
    still: Collection[BookingId],
    now: datetime,
) -> None:
    """Notify the people no longer affected, and offer the freed time to the waiting list."""
    for booking in relieved:
        is_free = booking.id not in still and not falls_into(tx, booking)
        if is_free and booking.state is not BookingState.OFFERED:
            booking_records.tell(tx, booking, "booking.reopened", closure=str(before.id))
    for machine in _machines(tx, before):
        offers.bring_up_to_date(tx, machine, now=now)


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Say why", field="reason")
