"""Courses: planning, places, attendance, and the qualification that attendance grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gadong.billing.services import sales
from gadong.booking.store import course_holds, qualifications
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, CompanyId, MachineId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Invalid, NotFound
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine
from gadong.training.domain.course import Course, Place
from gadong.training.domain.course_wait import CourseWait
from gadong.training.services import course_resources
from gadong.training.services import course_waiting as waiting
from gadong.training.services.course_places import comer_of, need_required
from gadong.training.store import course_waiting, courses

# Attendance is recorded on the day or in the days after.
STILL_SHOWN = timedelta(days=14)
MOST_SHOWN = 200
LONGEST = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseView:
    """A course with what it holds, and the places and waiting entries that the caller may see."""

    course: Course
    places: tuple[Place, ...]
    machines: tuple[MachineId, ...] = ()
    teacher_id: PersonId | None = None
    # Empty for those who may not read it.
    teacher_name: str = ""
    # Those who wait for a seat, in the order of their turns.
    waiting: tuple[CourseWait, ...] = ()


@retried
def plan(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    code: str,
    period: Period,
    place: str,
    seats: int,
    valid_days: int | None,
    good: str,
    machines: Sequence[Machine] = (),
    teacher: PersonId | None = None,
    now: datetime,
) -> Course:
    """Plan a course, which holds the machines and the teacher for its time, all or none.

    `good` is a good of the tariff that is sold in pieces; each participant is charged one.
    """
    permit = who.need(centre, Right.DESK_WORK)
    if period.start <= now:
        raise Invalid("A training is planned before it begins", field="start")
    if period.length > LONGEST:
        raise Invalid(
            "A training lasts at most 14 days; plan each part of a longer one", field="end"
        )
    if not code.strip():
        raise Invalid("Say for which training", field="code")
    course = Course(
        id=new_id(),
        centre_id=centre,
        code=code.strip(),
        period=period,
        place=place.strip(),
        seats=seats,
        valid_days=valid_days,
        good=good.strip(),
    )
    with transaction(pool, permit) as tx:
        if course.good:
            sales.need_piece(tx, centre, course.good, at=period.start)
        courses.insert(tx, course, by=who.person_id)
        course_resources.hold_machines(tx, course, machines, now=now)
        if teacher:
            course_resources.hold_teacher(tx, course, teacher)
    return course


def shown(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    during: Period | None = None,
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int = MOST_SHOWN,
    now: datetime,
) -> list[CourseView]:
    """Return courses of the last two weeks and later, with the places of the caller's companies.

    `during` asks for those that touch it instead, `text` for words of the training and the place.
    A page goes on after the start and id of the page before. Callers with the right to the desk see
    every place.
    """
    permit = who.need_entry(centre)
    since, until = (during.start, during.end) if during else (now - STILL_SHOWN, None)
    with transaction(pool, permit) as tx:
        found = courses.of_centre(
            tx, centre, since=since, until=until, text=text, after=after, most=most
        )
        ids = [course.id for course in found]
        places = courses.places(tx, ids)
        holds, teachers = course_holds.machines(tx, ids), course_holds.teachers(tx, ids)
        waits = course_waiting.open_of(tx, ids)
    sees_all = who.may(centre, Right.DESK_SEE)
    return [
        CourseView(
            course=course,
            places=tuple(
                place
                for place in places
                if place.course_id == course.id and (sees_all or place.company_id in who.companies)
            ),
            machines=tuple(h.machine_id for h in holds if h.course_id == course.id),
            teacher_id=taught.person_id if (taught := teachers.get(course.id)) else None,
            teacher_name=taught.name if taught else "",
            waiting=tuple(
                entry
                for entry in waits
                if entry.course_id == course.id and (sees_all or entry.company_id in who.companies)
            ),
        )
        for course in found
    ]


def come(
    pool: Pool,
    who: Caller,
    course_id: UUID,
    *,
    company: CompanyId,
    person: PersonId | None,
    now: datetime,
) -> None:
    """Take a place for the caller or a colleague; raise Conflict if none is free."""
    with transaction(pool, who.reach()) as tx:
        course = _found(tx, who, course_id)
        comer = comer_of(tx, who, course, company, person)
        course.need_open(now)
        # An offer that has lapsed keeps its seat from nobody.
        waiting.settle(tx, course.id, now=now)
        need_required(tx, course, comer, with_planned=True)
        if comer in {entry.person_id for entry in course_waiting.open_of(tx, [course.id])}:
            raise Conflict("This person waits for a seat already")
        courses.take_place(tx, course, comer, company)


@retried
def give_up(pool: Pool, who: Caller, course_id: UUID, person: PersonId, *, now: datetime) -> None:
    """Give a place back before the course begins."""
    with transaction(pool, who.reach()) as tx:
        course = _found(tx, who, course_id)
        place = _place(tx, who, course, person)
        course.need_open(now)
        courses.give_up(tx, course.id, place.person_id)
        waiting.settle(tx, course.id, now=now)


@retried
def cancel(pool: Pool, who: Caller, course_id: UUID, *, reason: str, now: datetime) -> None:
    """Cancel a course and notify everybody who has or awaits a place; free all that it holds.

    A second cancel changes nothing.
    """
    with transaction(pool, who.reach()) as tx:
        course = _worked_on(tx, who, course_id)
        if not reason.strip():
            raise Invalid("Say why", field="reason")
        if course.cancelled_at is not None:
            return
        course.need_open(now)
        courses.cancel(tx, course.id, reason=reason.strip())
        course_resources.release(tx, who, course, reason=reason.strip(), now=now)
        concerned = [(p.person_id, p.company_id) for p in courses.places(tx, [course.id])]
        waits = course_waiting.open_of(tx, [course.id])
        concerned += [(entry.person_id, entry.company_id) for entry in waits]
        waiting.settle(tx, course.id, now=now)
        for person, company in concerned:
            outbox.add(
                tx,
                course.centre_id,
                "course.cancelled",
                person=str(person),
                company=str(company),
                code=course.code,
                start=write_instant(course.period.start),
                end=write_instant(course.period.end),
            )


def mark(
    pool: Pool, who: Caller, course_id: UUID, person: PersonId, *, attended: bool, now: datetime
) -> None:
    """Record attendance.

    Attendance grants the qualification and charges the company; a correction to absence takes back
    both.
    """
    with transaction(pool, who.reach()) as tx:
        course = _worked_on(tx, who, course_id)
        place = _place(tx, who, course, person)
        course.need_begun(now)
        if place.attended is attended:
            return
        entry = place.entry_id
        if attended:
            need_required(tx, course, place.person_id, with_planned=False)
            qualifications.grant(
                tx,
                centre_id=course.centre_id,
                person_id=place.person_id,
                code=course.code,
                granted_by=who.person_id,
                expires_at=course.expires_at,
            )
            if course.good:
                entry = sales.enter_service(
                    tx,
                    who,
                    course.centre_id,
                    place.company_id,
                    course.good,
                    at=course.period.start,
                    note=course.code,
                )
        elif place.attended:
            qualifications.end(tx, course.centre_id, place.person_id, course.code)
            if entry is not None:
                sales.take_back(tx, who, entry, reason=course.code)
                entry = None
        courses.mark(tx, place, attended=attended, entry_id=entry, by=who.person_id)


def next_for(tx: Tx, centre: CentreId, code: str, *, now: datetime) -> Course | None:
    """Return the next course for a training that has a free seat, or None."""
    found = courses.of_centre(tx, centre, since=now, most=MOST_SHOWN)
    return next(
        (
            c
            for c in found
            if c.code == code
            and c.period.start > now
            and c.cancelled_at is None
            and c.taken < c.seats
        ),
        None,
    )


def _found(tx: Tx, who: Caller, course_id: UUID) -> Course:
    course = courses.find(tx, course_id)
    if course is None or not who.may_enter(course.centre_id):
        raise NotFound("There is no such training")
    return course


def _worked_on(tx: Tx, who: Caller, course_id: UUID) -> Course:
    course = _found(tx, who, course_id)
    who.need(course.centre_id, Right.DESK_WORK)
    return course


def _place(tx: Tx, who: Caller, course: Course, person: PersonId) -> Place:
    """Return a person's place; only for the own company and the desk."""
    for place in courses.places(tx, [course.id]):
        if place.person_id == person and who.may_see(
            course.centre_id, place.company_id, Right.DESK_WORK
        ):
            return place
    raise NotFound("They have no place at this training")
