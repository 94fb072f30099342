"""Endpoints of courses: planning, places and attendance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.booking_requests import company_of
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.machine_names import needed, slugs
from api.v1.people.people_schemas import LapsingOut
from api.v1.schemas import During
from api.v1.training import courses_schemas as schemas
from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.training.domain.course_wait import CourseWait
from gadong.training.services import course_resources, course_waiting, courses, lapsing_trainings
from gadong.training.services.courses import CourseView

router = APIRouter(tags=["trainings"])


@router.get("/centres/{centre}/courses")
def list_courses(
    centre: UUID,
    who: Who,
    pool: Connections,
    *,
    text: paging.SearchText = "",
    during: During,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = None,
) -> paging.Page[schemas.CourseOut]:
    """List courses of the last two weeks and later, or of another stretch of time, by their start.

    The desk sees every participant, a company its own people. `text` has words of the training's
    names, its code or the place.
    """
    found = courses.shown(
        pool,
        who,
        CentreId(centre),
        during=during,
        text=text,
        after=paging.before_moment(cursor),
        most=limit,
        now=datetime.now(UTC),
    )
    names = slugs(pool, [m for held in found for m in held.machines])
    last = found[-1].course if len(found) == limit else None
    return paging.Page(
        items=[_told(held, names) for held in found],
        next=paging.next_moment(last.period.start, last.id) if last else None,
    )


@router.post("/centres/{centre}/courses", status_code=201)
def plan_course(
    centre: UUID, body: schemas.CourseIn, who: Who, pool: Connections
) -> schemas.CourseOut:
    """Plan a course. It holds its machines and its teacher for its time, or nothing is planned."""
    at = CentreId(centre)
    hall = [needed(pool, who, m, None, at) for m in body.machines]
    hall += [needed(pool, who, None, slug, at) for slug in body.machine_slugs]
    course = courses.plan(
        pool,
        who,
        centre=at,
        code=body.code,
        period=body.period(),
        place=body.place,
        seats=body.seats,
        valid_days=body.valid_days,
        good=body.good,
        machines=hall,
        teacher=PersonId(body.teacher) if body.teacher else None,
        now=datetime.now(UTC),
    )
    teacher = PersonId(body.teacher) if body.teacher else None
    held = tuple(m.id for m in hall)
    made = CourseView(course=course, places=(), machines=held, teacher_id=teacher)
    return _told(made, {m.id: m.slug for m in hall})


@router.get("/centres/{centre}/qualifications/lapsing")
def lapsing_qualifications(centre: UUID, who: Who, pool: Connections) -> paging.Page[LapsingOut]:
    """List trainings that lapse within thirty days, the soonest first; for desk staff."""
    found = lapsing_trainings.lapsing(pool, who, CentreId(centre), now=datetime.now(UTC))
    return paging.whole(
        [
            LapsingOut(
                person=one.person_id,
                name=one.name,
                code=one.code,
                lapses_at=one.lapses_at,
                machines=[m.id for m in one.machines],
                machine_slugs=[m.slug for m in one.machines],
            )
            for one in found
        ]
    )


@router.post("/courses/{course_id}/cancel", status_code=204)
def cancel_course(course_id: UUID, body: ReasonIn, who: Who, pool: Connections) -> None:
    """Cancel a course and notify everybody who has a place."""
    courses.cancel(pool, who, course_id, reason=body.reason, now=datetime.now(UTC))


@router.post("/courses/{course_id}/places", status_code=204)
def take_place(course_id: UUID, body: schemas.PlaceIn, who: Who, pool: Connections) -> None:
    """Take a place for yourself or for somebody of the company."""
    person = PersonId(body.person) if body.person else None
    company = company_of(who, body.company)
    courses.come(pool, who, course_id, company=company, person=person, now=datetime.now(UTC))


@router.delete("/courses/{course_id}/places/{person}", status_code=204)
def give_place_up(course_id: UUID, person: UUID, who: Who, pool: Connections) -> None:
    """Give a place up, until the course begins."""
    courses.give_up(pool, who, course_id, PersonId(person), now=datetime.now(UTC))


@router.put("/courses/{course_id}/places/{person}", status_code=204)
def mark_attendance(
    course_id: UUID, person: UUID, body: schemas.AttendanceIn, who: Who, pool: Connections
) -> None:
    """Record attendance, which grants the training and charges the company the training's good."""
    courses.mark(
        pool, who, course_id, PersonId(person), attended=body.attended, now=datetime.now(UTC)
    )


@router.put("/courses/{course_id}/teacher", status_code=204)
def put_course_teacher(
    course_id: UUID, body: schemas.TeacherIn, who: Who, pool: Connections
) -> None:
    """Give a course another teacher, who is nowhere else then, until it begins."""
    person = PersonId(body.person) if body.person else None
    course_resources.change_teacher(pool, who, course_id, person, now=datetime.now(UTC))


@router.post("/courses/{course_id}/waiting", status_code=201)
def join_course_waiting(
    course_id: UUID, body: schemas.PlaceIn, who: Who, pool: Connections
) -> schemas.CourseWaitOut:
    """Wait for a seat. One that becomes free is offered in turn,
    and kept until the answer is due.
    """
    person = PersonId(body.person) if body.person else None
    company = company_of(who, body.company)
    entry = course_waiting.join(
        pool, who, course_id, company=company, person=person, now=datetime.now(UTC)
    )
    return _waits(entry)


@router.post("/course-waiting/{course_entry_id}/accept")
def accept_course_seat(course_entry_id: UUID, who: Who, pool: Connections) -> schemas.CourseWaitOut:
    """Take the seat that is offered."""
    return _waits(course_waiting.accept(pool, who, course_entry_id, now=datetime.now(UTC)))


@router.delete("/course-waiting/{course_entry_id}", status_code=204)
def leave_course_waiting(course_entry_id: UUID, who: Who, pool: Connections) -> None:
    """Wait no more, or decline an offer."""
    course_waiting.leave(pool, who, course_entry_id, now=datetime.now(UTC))


def _waits(entry: CourseWait) -> schemas.CourseWaitOut:
    return schemas.CourseWaitOut(
        id=entry.id,
        centre=entry.centre_id,
        course=entry.course_id,
        person=entry.person_id,
        company=entry.company_id,
        state=entry.state,
        offered_until=entry.offered_until,
        missed=entry.missed,
    )


def _told(held: CourseView, names: Mapping[MachineId, str]) -> schemas.CourseOut:
    course = held.course
    return schemas.CourseOut(
        id=course.id,
        code=course.code,
        start=course.period.start,
        end=course.period.end,
        place=course.place,
        seats=course.seats,
        taken=course.taken,
        valid_days=course.valid_days,
        good=course.good,
        cancelled_at=course.cancelled_at,
        reason=course.reason,
        places=[
            schemas.PlaceOut(
                person=p.person_id, name=p.name, company=p.company_id, attended=p.attended
            )
            for p in held.places
        ],
        machines=list(held.machines),
        machine_slugs=[names[m] for m in held.machines],
        teacher=held.teacher_id,
        waiting=[_waits(entry) for entry in held.waiting],
    )
