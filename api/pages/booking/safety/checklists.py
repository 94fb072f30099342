"""Checklists: answered at the machine before and after use, and kept by the centre's staff."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData, UploadFile

from api.identity import Connections
from api.pages.frame.layout import Look, Looking, go, page
from api.pages.frame.listing import ListAsked, ListSearch, listing, machine_text
from api.pages.frame.problem_page import reasons
from api.v1.paging import before_moment, next_moment
from gadong.booking.domain.safety.checklist import Checklist, CheckQuestion, Moment
from gadong.booking.services import timeline
from gadong.booking.services.safety import checklists
from gadong.booking.services.safety.checklists import GivenAnswer
from gadong.core.database import Pool
from gadong.core.domain.access import Right
from gadong.core.domain.ids import BookingId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import GadongError, Invalid, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines
from gadong.texts.machines import PHOTO_MARKS

router = APIRouter(include_in_schema=False)

LOOK_BACK = timedelta(days=92)
ROWS_A_PAGE = 50


async def sent(request: Request) -> AsyncIterator[FormData]:
    """Yield the fields and files of a form, whose number the checklist decides."""
    async with request.form(max_files=30, max_fields=100) as form:
        yield form


@router.get("/checklists")
def every_checklist(
    request: Request,
    looking: Looking,
    pool: Connections,
    asked: ListAsked,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """Show the answers of three months, what is missing, and the checklists in force."""
    return _every(request, looking, pool, asked=asked, cursor=cursor)


@router.post("/checklists")
def publish(
    request: Request,
    looking: Looking,
    pool: Connections,
    machine: Annotated[str, Form(max_length=63)],
    moment: Annotated[Moment, Form()],
    questions: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Publish the next version of a machine's checklist."""
    centre = looking.need(Right.FLOOR_WORK)
    try:
        found = machines.find(pool, looking.who, machine, centre=centre.id)
        checklists.publish(pool, looking.who, found, moment, read_questions(questions))
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _every(request, looking, pool, why=why, written=questions)
    return go("/checklists", said=looking.words.say("Kept."))


@router.get("/machines/{slug}/checklists/{moment}")
def form_of(
    request: Request,
    slug: str,
    moment: Moment,
    looking: Looking,
    pool: Connections,
    booking: UUID | None = None,
) -> HTMLResponse:
    """Show the questions of a machine's checklist."""
    return _form(request, looking, pool, slug, moment, booking)


@router.post("/machines/{slug}/checklists/{moment}")
def answer(
    request: Request,
    slug: str,
    moment: Moment,
    looking: Looking,
    pool: Connections,
    form: Annotated[FormData, Depends(sent)],
) -> Response:
    """Keep the answers; where one is bad, the machine is closed."""
    machine, checklist = _asked(looking, pool, slug, moment)
    text = str(form.get("booking") or "")
    booking: UUID | None = None
    try:
        booking = UUID(text) if text else None
        outcome = checklists.answer(
            pool,
            looking.who,
            machine,
            moment,
            [_given(form, number) for number in range(len(checklist.questions))],
            booking=BookingId(booking) if booking else None,
            now=datetime.now(UTC),
        )
    except ValueError as trouble:
        raise NotFound("There is no such booking that you may see") from trouble
    except GadongError as trouble:
        why = reasons(trouble, looking.words)
        return _form(request, looking, pool, slug, moment, booking, why=why, form=form)
    if outcome.closure_id:
        said = looking.words.say("Kept. The machine is closed, and the staff is told.")
        return go(f"/at/{slug}", wrong=said)
    return go(f"/at/{slug}", said=looking.words.say("Kept. Everything is in order."))


@router.get("/checklist-answers/{answer_id}/photos/{question}")
def photo(answer_id: UUID, question: int, looking: Looking, pool: Connections) -> Response:
    """Return the photo of one answer."""
    if not 0 <= question < 100:
        raise NotFound("There is no such photo that you may see")
    found = checklists.photo(pool, looking.who, answer_id, question)
    return Response(found, media_type="image/jpeg")


def read_questions(text: str) -> list[CheckQuestion]:
    """Read questions, one a line: Korean | English | photo.

    A question without its English is asked in Korean alone.
    """
    found: list[CheckQuestion] = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if not any(parts):
            continue
        needs_photo = len(parts) > 1 and parts[-1].lower() in PHOTO_MARKS
        texts = [part for part in (parts[:-1] if needs_photo else parts) if part]
        if not 1 <= len(texts) <= 2:
            raise Invalid("Write each question as: Korean | English | photo", field="questions")
        found.append(CheckQuestion(ko=texts[0], en=texts[-1], needs_photo=needs_photo))
    return found


def _given(form: FormData, number: int) -> GivenAnswer:
    said = form.get(f"answer-{number}")
    if said not in {"good", "bad"}:
        raise Invalid("Answer every question", field="answers")
    note, sent_ = form.get(f"note-{number}"), form.get(f"photo-{number}")
    picture = sent_.file.read() if isinstance(sent_, UploadFile) and sent_.filename else None
    return GivenAnswer(
        is_good=said == "good",
        note=note if isinstance(note, str) else "",
        photo=picture or None,
    )


def _asked(looking: Look, pool: Pool, slug: str, moment: Moment) -> tuple[Machine, Checklist]:
    machine = machines.find(pool, looking.who, slug, centre=looking.need_centre().id)
    for one in checklists.of_machine(pool, looking.who, machine):
        if one.moment is moment:
            return machine, one
    raise NotFound("The machine has no such checklist")


def _form(
    request: Request,
    looking: Look,
    pool: Pool,
    slug: str,
    moment: Moment,
    booking: UUID | None,
    *,
    why: list[str] | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    machine, checklist = _asked(looking, pool, slug, moment)
    return page(
        request,
        looking,
        "booking/safety/checklist.html",
        status=409 if why else 200,
        reasons=why or [],
        machine=machine,
        checklist=checklist,
        booking=booking,
        form=form or {},
    )


def _every(
    request: Request,
    looking: Look,
    pool: Pool,
    *,
    asked: ListSearch | None = None,
    cursor: str = "",
    why: list[str] | None = None,
    written: str = "",
) -> HTMLResponse:
    centre, now = looking.need(Right.DESK_SEE), datetime.now(UTC)
    bounds = Period(now - LOOK_BACK, now + timedelta(seconds=1))
    hall = {s.machine.id: s.machine for s in timeline.seen(pool, looking.who, centre=centre.id)}
    asked = asked or ListSearch()
    log = checklists.log(
        pool,
        looking.who,
        centre.id,
        bounds,
        before=before_moment(cursor),
        most=ROWS_A_PAGE,
    )
    return page(
        request,
        looking,
        "booking/safety/checklists.html",
        status=409 if why else 200,
        reasons=why or [],
        written=written,
        hall=hall,
        log=log,
        next=next_moment(log[-1].answered_at, log[-1].id) if len(log) == ROWS_A_PAGE else "",
        missing=listing(
            "/checklists",
            checklists.unanswered(pool, looking.who, centre.id, bounds),
            asked.of("missing"),
            text=lambda one: f"{machine_text(hall.get(one.machine_id))} {one.person_name}",
        ),
        lists=listing(
            "/checklists",
            checklists.of_centre(pool, looking.who, centre.id),
            asked.of("lists"),
            text=lambda one: machine_text(hall.get(one.machine_id)),
        ),
        span=bounds,
    )
