"""Checklists and their answers on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import MachineNamed
from api.v1.schemas import In, Out
from gadong.booking.domain.safety.checklist import MOST_LETTERS, MOST_QUESTIONS, Moment

QuestionText = Annotated[str, Field(min_length=1, max_length=MOST_LETTERS)]


class QuestionIO(In):
    """One question; the good answer is yes."""

    ko: QuestionText = Field(examples=["작업대를 소독했습니까?"])
    en: QuestionText = Field(examples=["Is the bench disinfected?"])
    needs_photo: bool = False


class ChecklistIn(In):
    """The next version of a machine's checklist; without questions the checklist ends."""

    moment: Moment
    questions: list[QuestionIO] = Field(max_length=MOST_QUESTIONS)


class ChecklistOut(MachineNamed):
    """A checklist in force."""

    id: UUID
    moment: Moment
    version: int
    questions: list[QuestionIO]
    published_at: datetime


class CheckAnswerIn(In):
    """The answer to one question, in the order of the questions."""

    is_good: bool
    note: Annotated[str, Field(max_length=500)] = Field(
        default="", description="Needed where the answer is bad."
    )
    photo: Annotated[str, Field(max_length=16_100_000)] | None = Field(
        default=None, description="A JPEG, PNG or WebP in base64."
    )


class ChecklistAnswersIn(In):
    """The answers of a person to a machine's checklist."""

    moment: Moment
    booking: UUID | None = Field(default=None, description="Needed, but for the desk's staff.")
    answers: list[CheckAnswerIn] = Field(max_length=MOST_QUESTIONS)


class ChecklistOutcome(Out):
    """The outcome: passed, or the closure of the machine."""

    id: UUID
    centre: UUID
    is_passed: bool
    closure: UUID | None = Field(description="It stands until a person lifts it with a reason.")


class CheckAnswerOut(Out):
    """One answer with its question."""

    ko: str
    en: str
    is_good: bool
    note: str
    has_photo: bool


class AnsweredOut(MachineNamed):
    """A checklist as a person answered it."""

    id: UUID
    moment: Moment
    version: int
    booking: UUID | None
    person: UUID
    person_name: str
    is_passed: bool
    closure: UUID | None
    answered_at: datetime
    answers: list[CheckAnswerOut]
