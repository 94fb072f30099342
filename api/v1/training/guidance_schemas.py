"""Requests and answers about guidance of firms by experts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from api.v1.schemas import In, Instant, Out, Whole
from gadong.training.domain.guidance import GuidanceKind, GuidanceState
from gadong.training.services.guidance import ExpertWork

# A hundred hours: a project's guidance is recorded day by day.
MOST_MINUTES = 6000


class GuidanceIn(In):
    """A request for guidance."""

    kind: GuidanceKind = Field(description="`guidance` or `consulting`.")
    company: UUID | None = Field(default=None, description="Needed where you book for several.")
    subject: str = Field(min_length=1, max_length=200, examples=["알루미늄 가공 표면거칠기 개선"])
    wish: str = Field(default="", max_length=2000, description="The question, in words.")


class ExpertWorkIn(In):
    """The work of an expert that was done."""

    expert: str = Field(min_length=1, max_length=100, examples=["박 명장"])
    start: Instant = Field(examples=["2026-11-20T14:00:00+09:00"])
    minutes: Whole = Field(ge=1, le=MOST_MINUTES, examples=[120])
    result: str = Field(min_length=1, max_length=4000)
    follow_up_on: date | None = Field(default=None, description="The day of the next contact.")
    good: str = Field(
        default="",
        max_length=60,
        description="The tariff's good that the company is charged, by the hour or the piece.",
    )

    def work(self) -> ExpertWork:
        """Return the work as the service takes it."""
        return ExpertWork(
            expert=self.expert,
            starts_at=self.start,
            minutes=self.minutes,
            result=self.result,
            follow_up_on=self.follow_up_on,
            good=self.good,
        )


class GuidanceContactIn(ExpertWorkIn):
    """Guidance, counselling or manpower information that was given without a request."""

    kind: GuidanceKind
    company: UUID | None = Field(default=None, description="Null: somebody who has no firm yet.")
    subject: str = Field(min_length=1, max_length=200)


class GuidancePlanIn(In):
    """The expert and the time of a planned guidance."""

    expert: str = Field(min_length=1, max_length=100)
    start: Instant


class GuidanceOut(Out):
    """Guidance of a firm by an expert. `minutes` and `result` say what was done."""

    id: UUID
    centre: UUID
    company: UUID | None
    person: UUID | None = Field(description="The person who asked; null: the desk recorded it.")
    kind: GuidanceKind
    subject: str
    wish: str
    state: GuidanceState
    expert: str
    start: datetime | None
    minutes: int | None
    result: str
    follow_up_on: date | None
    good: str
    entry: UUID | None = Field(description="The entry of the company's sales that charges it.")
    reason: str
    requested_at: datetime


class GuidanceCountOut(Out):
    """Count of a kind in a time: how often it was done, its minutes, and its firms."""

    kind: GuidanceKind
    times: int
    minutes: int
    companies: int
