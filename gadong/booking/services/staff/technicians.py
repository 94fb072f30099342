"""A centre's technicians: registered, away, given a booking, and their agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.booking.domain.booking import Action, Booking
from gadong.booking.domain.staff.technician import Absence, Technician, covers
from gadong.booking.services.booking_records import keep
from gadong.booking.services.booking_steps import Hand, done, need_timely
from gadong.booking.services.staff import assistance
from gadong.booking.services.staff.roster import roster
from gadong.booking.store import bookings, technicians
from gadong.booking.store.technicians import AgendaEntry
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import OpeningHours
from gadong.core.domain.ids import BookingId, CentreId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotAllowed, NotFound, Problem, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.store import people

# A quarter's agenda, and as many entries as a page holds.
MAX_AGENDA = timedelta(days=93)
MAX_ENTRIES = 500
# A longer leave is entered as the end of the work here.
MAX_ABSENCE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """An absence with the bookings that another technician took over,
    and those that nobody could.
    """

    absence: Absence
    reassigned: Sequence[BookingId]
    unassigned: Sequence[BookingId]


def put(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    person: PersonId,
    *,
    kinds: frozenset[str],
    shifts: Sequence[OpeningHours],
) -> Technician:
    """Register a person of the centre's staff as a technician, or change skills and shifts.

    Bookings that hold the technician already keep them.
    """
    permit = who.need(centre, Right.STAFF_WORK)
    with transaction(pool, permit) as tx:
        names = {m.person.id: m.person.name for m in people.staff(tx, centre)}
        if person not in names:
            raise NotFound("The person is not of the centre's staff")
        try:
            technician = Technician(
                centre_id=centre,
                person_id=person,
                name=names[person],
                kinds=kinds,
                shifts=tuple(shifts),
            )
        except ValueError as trouble:
            raise Invalid(str(trouble), field="shifts") from trouble
        technicians.put(tx, technician)
    return technician


def remove(pool: Pool, who: Caller, centre: CentreId, person: PersonId, *, now: datetime) -> None:
    """Remove a technician, if the person is one; Conflict while bookings to come hold them."""
    permit = who.need(centre, Right.STAFF_WORK)
    with transaction(pool, permit) as tx:
        technicians.lock(tx, centre, person)
        ahead = Period(now, now + timedelta(days=3660))
        held = technicians.held(tx, [person], ahead)
        if taught := [h for h in held if h.course_id]:
            raise Conflict(
                f"This technician teaches {len(taught)} courses; name another teacher first"
            )
        if held:
            raise Conflict(
                f"{len(held)} bookings hold this technician; give them another one first"
            )
        technicians.remove(tx, centre, person)


def listed(pool: Pool, who: Caller, centre: CentreId) -> list[Technician]:
    """Return a centre's technicians, by name."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return technicians.of_centre(tx, centre)


def absences(pool: Pool, who: Caller, centre: CentreId, bounds: Period) -> list[Absence]:
    """Return when the centre's technicians are away."""
    permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        return technicians.absences(tx, centre, bounds)


@retried
def be_away(
    pool: Pool, who: Caller, centre: CentreId, person: PersonId, period: Period, *, now: datetime
) -> Away:
    """Enter an absence. Its bookings go to other technicians where any is free.

    Nobody is held for the rest.
    """
    permit = who.need(centre, Right.DESK_WORK)
    if period.length > MAX_ABSENCE or period.end <= now:
        raise Invalid(
            "An absence ends in the future, after 366 days at most", field="end", limit=366
        )
    with transaction(pool, permit) as tx:
        if not technicians.lock(tx, centre, person):
            raise NotFound("The person is no technician of the centre")
        absence = Absence(id=new_id(), centre_id=centre, person_id=person, period=period)
        technicians.insert_absence(tx, absence)
        held = [h for h in technicians.held(tx, [person], period) if h.period.end > now]
        if any(h.course_id for h in held):
            raise Conflict("This person teaches then; give the training another teacher first")
        hit = [h.booking_id for h in held if h.booking_id]
        taken_over = [booking for booking in hit if _taken_over(tx, who, centre, booking, now=now)]
    left = [booking for booking in hit if booking not in taken_over]
    return Away(absence=absence, reassigned=taken_over, unassigned=left)


def _taken_over(
    tx: Tx, who: Caller, centre: CentreId, booking_id: BookingId, *, now: datetime
) -> bool:
    """Give a booking to another technician; free the present one either way."""
    booking = bookings.locked(tx, booking_id)
    machine = machines.by_id(tx, booking.machine_id) if booking else None
    if booking is None or machine is None or booking.centre_id != centre:
        return False
    if not booking.keeps_others_off or booking.period.end <= now:
        return False
    assistance.release(tx, booking)
    try:
        person = assistance.hold(tx, machine, booking)
    except Refused:
        person = None
    _record(tx, machine, booking, who)
    return person is not None


def _record(tx: Tx, machine: Machine, booking: Booking, who: Caller) -> None:
    """Write the change into the booking's history; an offer has none until it is accepted."""
    try:
        after = booking.after(Action.ASSIGN)
    except NotAllowed:
        return
    keep(tx, machine, after, Action.ASSIGN, who=who)


def come_back(pool: Pool, who: Caller, absence_id: UUID) -> None:
    """Remove an absence."""
    with transaction(pool, who.reach()) as tx:
        found = technicians.absence(tx, absence_id)
        if found is None or not who.may(found.centre_id, Right.DESK_WORK):
            raise NotFound("There is no such absence")
        technicians.remove_absence(tx, absence_id)


def reassign(
    pool: Pool, hand: Hand, person: PersonId | None, *, reason: str = "", now: datetime
) -> Booking:
    """Give an assisted booking to a technician, or to the least loaded one; for managers."""

    def assigned(tx: Tx, machine: Machine, booking: Booking) -> Booking:
        hand.who.need(booking.centre_id, Right.DESK_WORK)
        after = booking.after(Action.ASSIGN)
        need_timely(tx, hand, booking, Action.ASSIGN, reason, now)
        if booking.usage_mode is not UsageMode.ASSISTED:
            raise Invalid("Nobody assists this booking", field="technician")
        assistance.release(tx, booking)
        if person is None:
            assistance.hold(tx, machine, booking)
        elif not _is_free(tx, machine, booking, person) or not technicians.assign(
            tx, booking.id, person
        ):
            raise Refused([Problem(code="booking.technician")])
        return keep(tx, machine, after, Action.ASSIGN, who=hand.who, reason=reason)

    return done(pool, hand, assigned, None, now=now)


def _is_free(tx: Tx, machine: Machine, booking: Booking, person: PersonId) -> bool:
    centre = people.centre(tx, booking.centre_id)
    found = roster(tx, centre, booking.period, without=booking.id) if centre else None
    free = found.free(machine.kind, booking.period) if found else {}
    return covers(free.get(person, []), booking.period)


def of_bookings(pool: Pool, who: Caller, ids: Sequence[BookingId]) -> Mapping[BookingId, PersonId]:
    """Return the technicians of bookings that the caller may see."""
    with transaction(pool, who.reach()) as tx:
        return technicians.of_bookings(tx, ids)


def name_of(pool: Pool, who: Caller, booking: Booking) -> str:
    """Return the name of a booking's technician, for its company and the centre's desk.

    Empty for none.
    """
    permit = who.need_company(booking.centre_id, booking.company_id, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        assigned = technicians.of_bookings(tx, [booking.id]).get(booking.id)
        person = people.person(tx, assigned) if assigned else None
        return person.name if person else ""


def agenda(
    pool: Pool, who: Caller, centre: CentreId, bounds: Period, *, technician: PersonId | None = None
) -> list[AgendaEntry]:
    """Return the centre's assisted bookings, one technician's or all, the earliest first."""
    permit = who.need(centre, Right.DESK_SEE)
    if bounds.length > MAX_AGENDA:
        raise Invalid("An agenda shows at most 93 days", field="end", limit=93)
    with transaction(pool, permit) as tx:
        found = technicians.agenda(tx, centre, bounds, most=MAX_ENTRIES)
    return [entry for entry in found if technician in {None, entry.technician_id}]
