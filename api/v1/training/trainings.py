"""Endpoints of trainings by their codes, past courses and certificates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.files import PDF, as_file
from api.identity import Connections, Who
from api.v1.paging import Page
from api.v1.schemas import Created
from api.v1.training import trainings_schemas as schemas
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.training.domain.training import Training
from gadong.training.services import certificates, past_courses, trainings
from gadong.training.services.past_courses import Participant, PastCourse

router = APIRouter(tags=["trainings"])

Language = Annotated[Literal["ko", "en"], Query(description="The document's language.")]


@router.get("/centres/{centre}/trainings")
def list_trainings(centre: UUID, who: Who, pool: Connections) -> Page[schemas.TrainingOut]:
    """List a centre's trainings by code, with what each requires before it."""
    found = trainings.of_centre(pool, who, CentreId(centre))
    return Page(items=[_training(t) for t in found], next=None)


@router.put("/centres/{centre}/trainings")
def put_training(
    centre: UUID, body: schemas.TrainingIn, who: Who, pool: Connections
) -> schemas.TrainingOut:
    """Name a training and the trainings that it requires before it; for the desk."""
    wanted = Training(
        code=body.code.strip(),
        name_ko=body.name_ko,
        name_en=body.name_en,
        requires=tuple(body.requires),
    )
    return _training(trainings.put(pool, who, CentreId(centre), wanted))


@router.post("/centres/{centre}/past-courses", status_code=201)
def enter_past_course(
    centre: UUID, body: schemas.PastCourseIn, who: Who, pool: Connections
) -> Created:
    """Enter a course that was held, with everybody who attended, and charge its good."""
    course = past_courses.enter(
        pool,
        who,
        CentreId(centre),
        PastCourse(
            code=body.code,
            period=body.period(),
            place=body.place,
            valid_days=body.valid_days,
            good=body.good,
        ),
        [Participant(PersonId(p.person), CompanyId(p.company)) for p in body.participants],
        now=datetime.now(UTC),
    )
    return Created(id=course.id)


@router.get("/centres/{centre}/completed-courses")
def list_completed(
    centre: UUID,
    who: Who,
    pool: Connections,
    person: Annotated[UUID | None, Query(description="Default: you. Others: for the desk.")] = None,
) -> Page[schemas.CompletedOut]:
    """List the courses that you attended, the latest first."""
    whose = PersonId(person) if person else None
    found = certificates.completed(pool, who, CentreId(centre), person=whose)
    items = [
        schemas.CompletedOut(
            course=c.id,
            code=c.code,
            start=c.period.start,
            end=c.period.end,
            place=c.place,
            expires_at=c.expires_at,
        )
        for c in found
    ]
    return Page(items=items, next=None)


@router.get("/courses/{course_id}/places/{person}/certificate.pdf", response_class=Response)
def find_certificate(
    course_id: UUID, person: UUID, who: Who, pool: Connections, language: Language = "ko"
) -> Response:
    """Return the certificate (이수증) of who attended, as PDF, the same bytes each time."""
    number, pdf = certificates.certificate(pool, who, course_id, PersonId(person), language)
    return as_file(pdf, f"{number}.pdf", PDF)


def _training(training: Training) -> schemas.TrainingOut:
    return schemas.TrainingOut(
        code=training.code,
        name_ko=training.name_ko,
        name_en=training.name_en,
        requires=list(training.requires),
    )
