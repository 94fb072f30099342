"""Checklists before and after the use of machines."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api.files import CSV, as_file
from api.identity import Connections, Who
from api.v1.booking.safety import checklists_schemas as schemas
from api.v1.machine_names import (
    InCentre,
    MachineInPath,
    OfMachine,
    OfMachineSlug,
    chosen,
    find_machine,
)
from api.v1.paging import Cursor, Limit, Page, before_moment, next_moment, whole
from api.v1.schemas import Created, Instant, period_of
from gadong.billing.services.documents.spreadsheets import table
from gadong.booking.domain.safety.checklist import AnsweredChecklist, CheckQuestion
from gadong.booking.services.safety import checklists
from gadong.booking.services.safety.checklists import GivenAnswer
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CentreId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid
from gadong.machines.services import machines
from gadong.texts.machines import CHECKLISTS, GOOD, HAS_PHOTO, MOMENTS, NOT_GOOD

router = APIRouter(tags=["machines"])

# Ten machines, twice a day, for a year and more.
MOST_EXPORTED = 10_000
From31 = Annotated[Instant | None, Query(alias="from", description="Default: 31 days ago.")]
ToNow = Annotated[Instant | None, Query(alias="to", description="Default: now.")]


@router.get("/machines/{machine}/checklists")
def list_checklists(
    machine_ref: MachineInPath, who: Who, pool: Connections, centre: InCentre = None
) -> Page[schemas.ChecklistOut]:
    """List the checklists of a machine that are in force."""
    machine = find_machine(pool, who, machine_ref, centre)
    return whole(
        [
            schemas.ChecklistOut(
                id=one.id,
                machine=machine.id,
                machine_slug=machine.slug,
                moment=one.moment,
                version=one.version,
                questions=[
                    schemas.QuestionIO(ko=q.ko, en=q.en, needs_photo=q.needs_photo)
                    for q in one.questions
                ],
                published_at=one.published_at,
            )
            for one in checklists.of_machine(pool, who, machine)
        ]
    )


@router.post("/machines/{machine}/checklists", status_code=201)
def publish_checklist(
    machine_ref: MachineInPath,
    body: schemas.ChecklistIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> Created:
    """Publish the next version of a machine's checklist; the versions before stay on record."""
    machine = find_machine(pool, who, machine_ref, centre)
    questions = [CheckQuestion(ko=q.ko, en=q.en, needs_photo=q.needs_photo) for q in body.questions]
    return Created(id=checklists.publish(pool, who, machine, body.moment, questions))


@router.post("/machines/{machine}/checklist-answers", status_code=201)
def answer_checklist(
    machine_ref: MachineInPath,
    body: schemas.ChecklistAnswersIn,
    who: Who,
    pool: Connections,
    centre: InCentre = None,
) -> schemas.ChecklistOutcome:
    """Answer a checklist; a bad answer closes the machine, and whom that hits is told."""
    machine = find_machine(pool, who, machine_ref, centre)
    outcome = checklists.answer(
        pool,
        who,
        machine,
        body.moment,
        [
            GivenAnswer(is_good=one.is_good, note=one.note, photo=_photo(one.photo))
            for one in body.answers
        ],
        booking=BookingId(body.booking) if body.booking else None,
        now=datetime.now(UTC),
    )
    return schemas.ChecklistOutcome(
        id=outcome.id,
        centre=machine.centre_id,
        is_passed=outcome.closure_id is None,
        closure=outcome.closure_id,
    )


@router.get("/centres/{centre}/checklist-answers")
def list_checklist_answers(
    centre: UUID,
    who: Who,
    pool: Connections,
    start: From31 = None,
    end: ToNow = None,
    machine: OfMachine = None,
    machine_slug: OfMachineSlug = None,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[schemas.AnsweredOut]:
    """List the answers to a centre's checklists, the latest first."""
    on = chosen(pool, who, machine, machine_slug, centre)
    found = checklists.log(
        pool,
        who,
        CentreId(centre),
        _bounds(start, end),
        machine=on.id if on else None,
        before=before_moment(cursor),
        most=limit,
    )
    slugs = machines.slugs_of_centre(pool, who, CentreId(centre))
    last = found[-1] if len(found) == limit else None
    return Page(
        items=[_answered(slugs.get(one.machine_id, ""), one) for one in found],
        next=next_moment(last.answered_at, last.id) if last else None,
    )


@router.get("/centres/{centre}/checklist-answers.csv", response_class=Response)
def checklist_answers_table(
    centre: UUID, who: Who, pool: Connections, start: From31 = None, end: ToNow = None
) -> Response:
    """Return the same as a table, a row for each question (CSV with a byte order mark)."""
    found = checklists.log(pool, who, CentreId(centre), _bounds(start, end), most=MOST_EXPORTED)
    slugs = machines.slugs_of_centre(pool, who, CentreId(centre))
    rows: list[list[object]] = [[text.ko for text in CHECKLISTS]]
    for one in found:
        rows += (_row(slugs.get(one.machine_id, ""), one, n) for n in range(len(one.questions)))
    return as_file(table(rows), "gadong-checklists.csv", CSV)


@router.get("/checklist-answers/{answer_id}/photos/{question}", response_class=Response)
def checklist_photo(
    answer_id: UUID,
    question: Annotated[int, Path(ge=0, le=99, description="The question's place, from 0 on.")],
    who: Who,
    pool: Connections,
) -> Response:
    """Return the photo of one answer, for the staff and for people of its company."""
    return Response(checklists.photo(pool, who, answer_id, question), media_type="image/jpeg")


def _row(slug: str, one: AnsweredChecklist, number: int) -> list[object]:
    answer = one.answers[number]
    return [
        slug,
        MOMENTS[one.moment.value].ko,
        one.version,
        write_instant(one.answered_at),
        one.person_name,
        one.questions[number].ko,
        (GOOD if answer.is_good else NOT_GOOD).ko,
        answer.note,
        HAS_PHOTO.ko if answer.has_photo else "",
    ]


def _bounds(start: datetime | None, end: datetime | None) -> Period:
    now = datetime.now(UTC)
    return period_of(start or (end or now) - timedelta(days=31), end or now)


def _photo(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return b64decode(text, validate=True)
    except ValueError as trouble:  # binascii.Error is one, and so is what b64decode says of é
        raise Invalid("A photo is written in base64", field="photo") from trouble


def _answered(slug: str, one: AnsweredChecklist) -> schemas.AnsweredOut:
    return schemas.AnsweredOut(
        id=one.id,
        machine=one.machine_id,
        machine_slug=slug,
        moment=one.moment,
        version=one.version,
        booking=one.booking_id,
        person=one.person_id,
        person_name=one.person_name,
        is_passed=one.is_passed,
        closure=one.closure_id,
        answered_at=one.answered_at,
        answers=[
            schemas.CheckAnswerOut(
                ko=question.ko,
                en=question.en,
                is_good=answer.is_good,
                note=answer.note,
                has_photo=answer.has_photo,
            )
            for question, answer in zip(one.questions, one.answers, strict=True)
        ],
    )
