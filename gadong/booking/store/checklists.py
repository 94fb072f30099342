"""Checklists of machines, their answers and photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import DictRow

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.safety.checklist import (
    AnsweredChecklist,
    CheckAnswer,
    Checklist,
    CheckQuestion,
    Moment,
)
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A booking that ended without the checklist after use."""

    booking_id: BookingId
    machine_id: MachineId
    person_id: PersonId
    person_name: str
    ended_at: datetime


def publish(
    tx: Tx,
    made: UUID,
    centre_id: CentreId,
    machine_id: MachineId,
    *,
    moment: Moment,
    version: int,
    questions: Sequence[CheckQuestion],
    by: PersonId | None,
) -> None:
    """Publish the next version of a machine's checklist."""
    run(
        tx,
        SQL["publish"],
        id=made,
        centre_id=centre_id,
        machine_id=machine_id,
        moment=moment.value,
        version=version,
        questions=to_document(list(questions)),
        published_by=by,
    )


def in_force(tx: Tx, machine_id: MachineId) -> dict[Moment, Checklist]:
    """Return the latest version of each checklist of a machine, also one without questions."""
    rows = many(tx, SQL["in_force"], machine_id=machine_id)
    return {found.moment: found for found in map(_checklist, rows)}


def of_centre(tx: Tx, centre_id: CentreId) -> list[Checklist]:
    """Return the latest versions of the checklists of a centre's machines."""
    return [_checklist(row) for row in many(tx, SQL["of_centre"], centre_id=centre_id)]


def insert_answer(
    tx: Tx,
    answer_id: UUID,
    checklist: Checklist,
    booking: Booking | None,
    answers: Sequence[CheckAnswer],
    *,
    person_id: PersonId,
    closure_id: UUID | None,
    at: datetime,
) -> None:
    """Keep the answers of a person; those that failed name the closure that they made."""
    run(
        tx,
        SQL["insert_answer"],
        id=answer_id,
        centre_id=checklist.centre_id,
        machine_id=checklist.machine_id,
        checklist_id=checklist.id,
        booking_id=booking.id if booking else None,
        company_id=booking.company_id if booking else None,
        person_id=person_id,
        answers=to_document(list(answers)),
        is_passed=closure_id is None,
        closure_id=closure_id,
        answered_at=at,
    )


def insert_photo(tx: Tx, answer_id: UUID, question: int, centre_id: CentreId, data: bytes) -> None:
    """Keep the photo of one answer."""
    run(
        tx,
        SQL["insert_photo"],
        answer_id=answer_id,
        question=question,
        centre_id=centre_id,
        data=data,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistPhoto:
    """The photo of one answer, with whose use it is of; without a company the centre's own."""

    centre_id: CentreId
    company_id: CompanyId | None
    data: bytes


def photo(tx: Tx, answer_id: UUID, question: int) -> ChecklistPhoto | None:
    """Return the photo of one answer, where the transaction may see it."""
    row = one(tx, SQL["photo"], answer_id=answer_id, question=question)
    return ChecklistPhoto(data=bytes(row.pop("data")), **row) if row else None


def answered(tx: Tx, booking_id: BookingId) -> frozenset[Moment]:
    """Return the moments for which a booking has a checklist that passed."""
    return frozenset(Moment(r["moment"]) for r in many(tx, SQL["answered"], booking_id=booking_id))


def is_closed(tx: Tx, machine_id: MachineId, at: datetime) -> bool:
    """Return whether a failed checklist holds the machine closed."""
    row = one(tx, SQL["is_closed"], machine_id=machine_id, at=at)
    return bool(row and row["is_closed"])


def log(
    tx: Tx,
    centre_id: CentreId,
    bounds: Period,
    *,
    machine: MachineId | None,
    before: tuple[datetime, UUID] | None,
    most: int,
) -> list[AnsweredChecklist]:
    """Return the answers of a stretch of time, the latest first."""
    rows = many(
        tx,
        SQL["log"],
        centre_id=centre_id,
        machine_id=machine,
        since=bounds.start,
        until=bounds.end,
        before_at=before[0] if before else None,
        before_id=before[1] if before else None,
        most=most,
    )
    return [
        AnsweredChecklist(
            moment=Moment(row.pop("moment")),
            questions=_questions(row.pop("questions")),
            answers=tuple(CheckAnswer(**answer) for answer in row.pop("answers")),
            **row,
        )
        for row in rows
    ]


def unanswered(tx: Tx, centre_id: CentreId, bounds: Period) -> list[Unanswered]:
    """Return the bookings that ended without the checklist after use, the latest first."""
    rows = many(tx, SQL["unanswered"], centre_id=centre_id, since=bounds.start, until=bounds.end)
    return [Unanswered(booking_id=row.pop("id"), **row) for row in rows]


def _questions(rows: Sequence[Mapping[str, Any]]) -> tuple[CheckQuestion, ...]:
    return tuple(CheckQuestion(**row) for row in rows)


def _checklist(row: DictRow) -> Checklist:
    return Checklist(
        moment=Moment(row.pop("moment")), questions=_questions(row.pop("questions")), **row
    )
