"""Checklists before and after the use of a machine, and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId

# A page that somebody fills in standing at the machine.
MOST_QUESTIONS = 30
MOST_LETTERS = 300


class Moment(StrEnum):
    """The moment of a checklist."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuestion:
    """One question; the good answer is yes."""

    ko: str
    en: str
    needs_photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A version of a machine's checklist. Its questions never change."""

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    moment: Moment
    version: int
    questions: tuple[CheckQuestion, ...]
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswer:
    """The answer to one question."""

    is_good: bool
    note: str = ""
    has_photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredChecklist:
    """A checklist as a person answered it, with its questions."""

    id: UUID
    machine_id: MachineId
    moment: Moment
    version: int
    questions: tuple[CheckQuestion, ...]
    answers: tuple[CheckAnswer, ...]
    booking_id: BookingId | None
    company_id: CompanyId | None
    person_id: PersonId
    person_name: str
    is_passed: bool
    closure_id: UUID | None
    answered_at: datetime


class AnswerFault(StrEnum):
    """A reason why answers are not complete."""

    COUNT = "count"
    NOTE = "note"
    PHOTO = "photo"


def fault(
    questions: Sequence[CheckQuestion], answers: Sequence[CheckAnswer]
) -> tuple[AnswerFault, int] | None:
    """Return the first fault of the answers, with the number of its question; None without one.

    Every question has an answer, a bad answer has a note, and a photo is there where one is due.
    """
    if len(answers) != len(questions):
        return AnswerFault.COUNT, len(questions)
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True), 1):
        if not answer.is_good and not answer.note.strip():
            return AnswerFault.NOTE, number
        if question.needs_photo and not answer.has_photo:
            return AnswerFault.PHOTO, number
    return None


def is_passed(answers: Sequence[CheckAnswer]) -> bool:
    """Return whether every answer is good."""
    return all(answer.is_good for answer in answers)
