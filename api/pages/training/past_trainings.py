"""Trainings that somebody had before: noted on their company's page, with or without a course."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.identity import Connections
from api.pages.frame.form_keys import FormKey
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Looking
from api.pages.people import company as company_page
from api.v1.schemas import period_of
from gadong.booking.services import qualifications
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.problem import Invalid, NotFound
from gadong.people.services import members
from gadong.training.services import past_courses
from gadong.training.services.past_courses import Participant, PastCourse

router = APIRouter(include_in_schema=False)


@router.post("/companies/{company_id}/qualifications")
def grant(
    request: Request,
    company_id: UUID,
    looking: Looking,
    pool: Connections,
    *,
    person: Annotated[UUID, Form()],
    code: Annotated[str, Form(min_length=1, max_length=60)],
    until: Annotated[str, Form(max_length=10)] = "",
    held: Annotated[str, Form(max_length=25)] = "",
    minutes: Annotated[int, Form(ge=1, le=1440)] = 120,
    place: Annotated[str, Form(max_length=200)] = "",
    good: Annotated[str, Form(max_length=60)] = "",
    key: FormKey = None,
) -> Response:
    """Grant a person a qualification; with its time as a past course that has a certificate."""

    def work() -> None:
        centre = looking.need(Right.DESK_WORK)
        there = members.members(pool, looking.who, centre.id, CompanyId(company_id))
        if person not in {p.id for p in there}:
            raise NotFound("The person is not of this company")
        day = company_page.day_of(until)
        ends = datetime.combine(day, time(), centre.zone) if day else None
        if held:
            start = instant(looking, held)
            valid = (ends - start - timedelta(minutes=minutes)).days if ends else None
            past = PastCourse(
                code=code,
                period=period_of(start, start + timedelta(minutes=minutes)),
                place=place,
                valid_days=valid,
                good=good,
            )
            comer = Participant(PersonId(person), CompanyId(company_id))
            now = datetime.now(UTC)
            past_courses.enter(pool, looking.who, centre.id, past, [comer], now=now, key=key)
            return
        if good:
            raise Invalid("Say when it was held; its day decides the price", field="held")
        qualifications.grant(
            pool,
            looking.who,
            centre=centre.id,
            person=PersonId(person),
            code=code.strip(),
            expires_at=ends,
        )

    return company_page.done(
        request,
        looking,
        pool,
        company_id,
        work,
        "Kept. Machines that want this training may be booked.",
    )
