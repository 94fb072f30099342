"""Requests and answers about trainings by their codes and past courses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Instant, Out, Whole, period_of
from gadong.core.domain.period import Period

Code = Annotated[str, Field(min_length=1, max_length=60)]


class TrainingIn(In):
    """A training's names, and the trainings that it requires before it."""

    code: Code
    name_ko: str = Field(min_length=1, max_length=100, examples=["3D 스캐너 STEP 1"])
    name_en: str = Field(min_length=1, max_length=100, examples=["3D scanner, step 1"])
    requires: list[Code] = Field(default_factory=list, max_length=10, examples=[["safety"]])


class TrainingOut(Out):
    """A training by its code."""

    code: str
    name_ko: str
    name_en: str
    requires: list[str]


class ParticipantIn(In):
    """A person who attended, and the company that they came for."""

    person: UUID
    company: UUID


class PastCourseIn(In):
    """A course that was held before it is entered."""

    code: Code
    start: Instant
    end: Instant
    place: str = Field(default="", max_length=200)
    valid_days: Whole | None = Field(
        default=None, ge=1, le=3660, description="Validity in days; null: as the rules say."
    )
    participants: list[ParticipantIn] = Field(min_length=1, max_length=200)
    good: str = Field(
        default="",
        max_length=60,
        description="The tariff's good of which each participant's company is charged a piece.",
    )

    def period(self) -> Period:
        """Return the period; raise Invalid if it ends before it starts."""
        return period_of(self.start, self.end)


class CompletedOut(Out):
    """A course that somebody attended."""

    course: UUID
    code: str
    start: datetime
    end: datetime
    place: str
    expires_at: datetime | None
