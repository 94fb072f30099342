"""Trainings as they are held: where one asks for a seat, and where the desk plans them and says who
came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from api.identity import Connections
from api.pages.frame.choices import chosen_person
from api.pages.frame.form_times import instant
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, page_of
from api.pages.frame.problem_page import reasons
from api.pages.training.goods import offered
from api.v1.schemas import period_of
from gadong.billing.domain.tariff_terms import GoodKind, Measure
from gadong.booking.services import timeline
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import CompanyId, PersonId
from gadong.core.domain.problem import GadongError
from gadong.machines.services import machines
from gadong.training.domain.training import Training
from gadong.training.services import (
    certificates,
    course_resources,
    course_waiting,
    courses,
    lapsing_trainings,
    trainings,
)

router = APIRouter(include_in_schema=False)

# Ten pages; a centre plans some ten courses a month.
MOST_LISTED = 500


class Plan(BaseModel):
    """A training as the form holds it."""

    code: Annotated[str, Field(min_length=1, max_length=60)]
    start: Annotated[str, Field(max_length=40)]
    end: Annotated[str, Field(max_length=40)]
    seats: Annotated[int, Field(ge=1, le=200)]
    place: Annotated[str, Field(max_length=200)] = ""
    valid_days: Annotated[str, Field(pattern=r"^\d{0,4}$")] = ""
    good: Annotated[str, Field(max_length=60)] = ""
    machines: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    teacher: Annotated[str, Field(max_length=36)] = ""


@router.get("/courses")
def every(request: Request, looking: Looking, pool: Connections, asked: ListAsked) -> HTMLResponse:
    """Trainings to come, with a seat to ask for.

    To the desk also those of the last weeks, with who came.
    """
    return _every(request, looking, pool, asked=asked)


@router.post("/courses")
def plan(
    request: Request, looking: Looking, pool: Connections, wish: Annotated[Plan, Form()]
) -> Response:
    """Say when one is held."""

    def work() -> None:
        at = looking.need(Right.DESK_WORK).id
        courses.plan(
            pool,
            looking.who,
            centre=at,
            code=wish.code,
            period=period_of(instant(looking, wish.start), instant(looking, wish.end)),
            place=wish.place,
            seats=wish.seats,
            valid_days=int(wish.valid_days) if wish.valid_days else None,
            good=wish.good,
            machines=[machines.find(pool, looking.who, m, centre=at) for m in wish.machines if m],
            teacher=chosen_person(wish.teacher, field="teacher"),
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work, "Planned. Whoever needs it can take a seat now.")


@router.post("/courses/trainings")
def name_training(
    request: Request,
    looking: Looking,
    pool: Connections,
    code: Annotated[str, Form(min_length=1, max_length=60)],
    name_ko: Annotated[str, Form(min_length=1, max_length=100)],
    name_en: Annotated[str, Form(min_length=1, max_length=100)],
    requires: Annotated[str, Form(max_length=600)] = "",
) -> Response:
    """Name a training and the trainings that it requires before it."""

    def work() -> None:
        required = tuple(part.strip() for part in requires.split(",") if part.strip())
        wanted = Training(code=code.strip(), name_ko=name_ko, name_en=name_en, requires=required)
        trainings.put(pool, looking.who, looking.need(Right.DESK_WORK).id, wanted)

    return _done(request, looking, pool, work, "Kept.")


@router.post("/courses/{course_id}/cancel")
def cancel(
    request: Request,
    course_id: UUID,
    looking: Looking,
    pool: Connections,
    reason: Annotated[str, Form(max_length=500)],
) -> Response:
    """Cancel the course."""

    def work() -> None:
        courses.cancel(pool, looking.who, course_id, reason=reason, now=datetime.now(UTC))

    return _done(request, looking, pool, work, "Cancelled. Whoever had a seat is told.")


@router.post("/courses/{course_id}/come")
def come(
    request: Request,
    course_id: UUID,
    looking: Looking,
    pool: Connections,
    company: Annotated[UUID, Form()],
    person: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Take a seat for oneself; or the desk, for somebody of a company who asked for it."""

    def work() -> None:
        who, now = PersonId(person) if person else None, datetime.now(UTC)
        courses.come(pool, looking.who, course_id, company=CompanyId(company), person=who, now=now)

    return _done(
        request, looking, pool, work, "They have a seat." if person else "You have a seat."
    )


@router.post("/courses/{course_id}/teacher")
def change_teacher(
    request: Request,
    course_id: UUID,
    looking: Looking,
    pool: Connections,
    teacher: Annotated[str, Form(max_length=36)] = "",
) -> Response:
    """Give the course another teacher, or none."""

    def work() -> None:
        person, now = chosen_person(teacher, field="teacher"), datetime.now(UTC)
        course_resources.change_teacher(pool, looking.who, course_id, person, now=now)

    return _done(request, looking, pool, work, "Kept.")


@router.post("/courses/{course_id}/wait")
def wait(
    request: Request,
    course_id: UUID,
    looking: Looking,
    pool: Connections,
    company: Annotated[UUID, Form()],
) -> Response:
    """Wait for a seat for oneself."""

    def work() -> None:
        course_waiting.join(
            pool,
            looking.who,
            course_id,
            company=CompanyId(company),
            person=None,
            now=datetime.now(UTC),
        )

    return _done(request, looking, pool, work, "You are on the waiting list.")


@router.post("/course-waiting/{course_entry_id}")
def answer(
    request: Request,
    course_entry_id: UUID,
    looking: Looking,
    pool: Connections,
    do: Annotated[str, Form(pattern="^(accept|leave)$")],
) -> Response:
    """Accept the offered seat, or leave the waiting list."""

    def work() -> None:
        change = course_waiting.accept if do == "accept" else course_waiting.leave
        change(pool, looking.who, course_entry_id, now=datetime.now(UTC))

    said = {"accept": "You have a seat.", "leave": "You wait no more."}
    return _done(request, looking, pool, work, said[do])


@router.post("/courses/{course_id}/places/{person}")
def settle(
    request: Request,
    course_id: UUID,
    person: UUID,
    looking: Looking,
    pool: Connections,
    do: Annotated[str, Form(pattern="^(give_up|came|stayed_away)$")],
) -> Response:
    """Give a seat back, or say whether somebody came."""

    def work() -> None:
        who, now = PersonId(person), datetime.now(UTC)
        if do == "give_up":
            courses.give_up(pool, looking.who, course_id, who, now=now)
        else:
            courses.mark(pool, looking.who, course_id, who, attended=do == "came", now=now)

    said = {
        "give_up": "The seat is free again.",
        "came": "Kept. They may book now.",
        "stayed_away": "Kept.",
    }
    return _done(request, looking, pool, work, said[do])


def _done(
    request: Request, looking: Look, pool: Pool, work: Callable[[], None], said: str
) -> Response:
    try:
        work()
    except GadongError as trouble:
        return _every(request, looking, pool, why=reasons(trouble, looking.words))
    return go("/courses", said=looking.words.say(said))


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    why: list[str] | None = None,
) -> HTMLResponse:
    centre, now = looking.need_centre(), datetime.now(UTC)
    asked = asked or ListSearch()
    found = courses.shown(pool, looking.who, centre.id, text=asked.text, most=MOST_LISTED, now=now)
    coming = [h for h in found if h.course.period.end > now]
    # A search says of how many.
    total = len(coming)
    if asked.text:
        every = courses.shown(pool, looking.who, centre.id, most=MOST_LISTED, now=now)
        total = sum(h.course.period.end > now for h in every)
    works = looking.may(Right.DESK_WORK)
    return page(
        request,
        looking,
        "training/courses.html",
        status=409 if why else 200,
        reasons=why or [],
        coming=page_of("/courses", coming, asked, total=total),
        past=[h for h in found if h.course.period.end <= now and (works or h.places)],
        own={
            h.course.id
            for h in found
            if any(p.person_id == looking.who.person_id for p in h.places)
        },
        waits={
            h.course.id: entry
            for h in found
            for entry in h.waiting
            if entry.person_id == looking.who.person_id
        },
        hall={s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)},
        staff=course_resources.possible_teachers(pool, looking.who, centre.id) if works else [],
        now=now,
        completed=certificates.completed(pool, looking.who, centre.id),
        trainings=trainings.of_centre(pool, looking.who, centre.id),
        codes=lapsing_trainings.required_codes(pool, looking.who, centre.id, now=now)
        if works
        else [],
        goods=offered(looking, pool, {Measure.PIECE}, first=GoodKind.TRAINING) if works else [],
    )
