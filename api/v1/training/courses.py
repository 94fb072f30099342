"""Endpoints of courses: planning, places and attendance."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.booking_requests import company_of
from api.v1.booking.bookings_schemas import ReasonIn
from api.v1.people.people_schemas import LapsingOut
from api.v1.training import courses_schemas as schemas
from gadong.core.domain.ids import CentreId, PersonId
from gadong.training.services import courses, lapsing_trainings
from gadong.training.services.courses import CourseView

router = APIRouter(tags=["trainings"])


@router.get("/centres/{centre}/courses")
def list_courses(centre: UUID, who: Who, pool: Connections) -> paging.Page[schemas.CourseOut]:
    """List courses of the last two weeks and later.

    The desk sees every participant, a company its own people.
    """
    return paging.whole(
        [_told(held) for held in courses.shown(pool, who, CentreId(centre), now=datetime.now(UTC))]
    )


@router.post("/centres/{centre}/courses", status_code=201)
def plan_course(centre: UUID, body: schemas.CourseIn, who: Who, pool: Connections) -> schemas.CourseOut:
    """Plan a course."""
    course = courses.plan(
        pool,
        who,
        centre=CentreId(centre),
        code=body.code,
        period=body.period(),
        place=body.place,
        seats=body.seats,
        valid_days=body.valid_days,
        good=body.good,
        now=datetime.now(UTC),
    )
    return _told(CourseView(course=course, places=()))


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
    courses.mark(pool, who, course_id, PersonId(person), attended=body.attended, now=datetime.now(UTC))


def _told(held: CourseView) -> schemas.CourseOut:
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
            schemas.PlaceOut(person=p.person_id, name=p.name, company=p.company_id, attended=p.attended)
            for p in held.places
        ],
    )
