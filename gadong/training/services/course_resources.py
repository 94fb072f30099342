"""Machines and the teacher that a course holds for its time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.closure import Closure
from gadong.booking.services import competing_requests
from gadong.booking.services.evaluation import PATIENCE
from gadong.booking.services.waiting import offers
from gadong.booking.store import closures, course_holds
from gadong.booking.store.course_holds import MachineHold
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.person import Person
from gadong.people.store import people
from gadong.texts.machines import COURSE
from gadong.training.domain.course import Course
from gadong.training.store import courses, trainings

# Machines of one course: a room with its stations.
MAX_MACHINES = 20


def hold_machines(tx: Tx, course: Course, wanted: Sequence[Machine], *, now: datetime) -> None:
    """Hold machines for a course; raise Conflict where bookings or other courses have one.

    Rooms that are booked are machines too. A closure shows each hold to everybody, so that rules,
    calendars and the attribution of running time know it. The hold itself is a row under the
    bookings' own exclusion constraint.
    """
    if len({m.id for m in wanted}) < len(wanted) or len(wanted) > MAX_MACHINES:
        raise Invalid(f"Name each machine once, and at most {MAX_MACHINES}", field="machines")
    if any(m.centre_id != course.centre_id for m in wanted):
        raise NotFound("There is no such machine at this centre")
    if gone := next((m for m in wanted if m.retired_at), None):
        raise Conflict(f"{gone.slug} is retired; choose another machine", field="machines")
    machines.lock(tx, [m.id for m in wanted], patience=PATIENCE)
    reason = _title(tx, course)
    for machine in wanted:
        # Offers and requests whose time has passed hold nothing any more.
        offers.bring_up_to_date(tx, machine, now=now)
        hold = MachineHold(id=new_id(), course_id=course.id, machine_id=machine.id)
        if not course_holds.hold_machine(tx, hold, course.centre_id, course.period):
            raise Conflict(
                f"{machine.slug} is booked in this time; move these bookings or choose "
                "another time",
                field="machines",
            )
        closures.insert(
            tx,
            Closure(
                id=hold.id,
                centre_id=course.centre_id,
                machine_id=machine.id,
                period=course.period,
                kind="maintenance",
                reason=reason,
            ),
        )
    competing_requests.decline_outdone(tx, wanted, who=None, now=now)


def hold_teacher(tx: Tx, course: Course, person: PersonId) -> None:
    """Hold the teacher; raise Conflict where they assist, teach or are away in this time."""
    if person not in {member.person.id for member in people.staff(tx, course.centre_id)}:
        raise NotFound("The person is not of the centre's staff")
    if not course_holds.hold_teacher(tx, course.id, course.centre_id, person, course.period):
        raise Conflict(
            "This person assists, teaches or is away in this time; choose another teacher",
            field="teacher",
        )


@retried
def change_teacher(
    pool: Pool, who: Caller, course_id: UUID, person: PersonId | None, *, now: datetime
) -> None:
    """Give a course that has not begun another teacher, or (None) no teacher."""
    with transaction(pool, who.reach()) as tx:
        course = courses.find(tx, course_id)
        if course is None or not who.may_enter(course.centre_id):
            raise NotFound("There is no such training")
        who.need(course.centre_id, Right.DESK_WORK)
        course.need_open(now)
        course_holds.release_teacher(tx, course.id)
        if person:
            hold_teacher(tx, course, person)


def release(tx: Tx, who: Caller, course: Course, *, reason: str, now: datetime) -> None:
    """Free all that a cancelled course holds, and offer the time to those who wait."""
    course_holds.release_teacher(tx, course.id)
    holds = course_holds.machines(tx, [course.id])
    machines.lock(tx, [hold.machine_id for hold in holds], patience=PATIENCE)
    course_holds.release_machines(tx, course.id)
    for hold in holds:
        if closure := closures.by_id(tx, hold.id):
            closures.change(tx, closure, None, reason=reason, by=who.person_id)
        if machine := machines.by_id(tx, hold.machine_id):
            offers.bring_up_to_date(tx, machine, now=now)


def possible_teachers(pool: Pool, who: Caller, centre: CentreId) -> list[Person]:
    """Return the centre's staff, any of whom may teach; for the desk."""
    permit = who.need(centre, Right.DESK_WORK)
    with transaction(pool, permit) as tx:
        return [member.person for member in people.staff(tx, centre)]


def _title(tx: Tx, course: Course) -> str:
    """Return the course's name as a closure's reason, in both languages where it has names."""
    named = {t.code: t for t in trainings.of_centre(tx, course.centre_id)}.get(course.code)
    name = f"{named.name_ko} ({named.name_en})" if named else course.code
    return COURSE.filled(name=name).ko
