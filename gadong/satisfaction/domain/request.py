"""Requests for an answer: about what, of whom, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.satisfaction.domain.questionnaire import Questionnaire

# A month's use is forgotten by then, and its figures are reported.
OPEN_FOR = timedelta(days=30)


class AnswerSubject(StrEnum):
    """The kind of use that a request asks about."""

    SESSION = "session"
    COURSE = "course"
    GUIDANCE = "guidance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A session, a course or a guidance that ended, and who was there.

    `code` is the course's code, or the name of the expert who gave the guidance.
    """

    centre_id: CentreId
    person_id: PersonId
    company_id: CompanyId
    started_at: datetime
    ended_at: datetime
    booking_id: BookingId | None = None
    machine_id: MachineId | None = None
    course_id: UUID | None = None
    guidance_id: UUID | None = None
    code: str = ""

    def __post_init__(self) -> None:
        if [self.booking_id, self.course_id, self.guidance_id].count(None) != 2:
            raise ValueError("a request is about one session, course or guidance")

    @property
    def subject(self) -> AnswerSubject:
        """Return what the use was."""
        if self.booking_id:
            return AnswerSubject.SESSION
        return AnswerSubject.COURSE if self.course_id else AnswerSubject.GUIDANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A request behind a link that still opens."""

    id: UUID
    centre_id: CentreId
    centre_name: str
    company_id: CompanyId
    company_name: str
    subject: AnswerSubject
    machine_ko: str
    machine_en: str
    code: str
    ended_at: datetime
    language: str
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenWords:
    """The words of an answer; `company` is empty unless its person let the centre see it."""

    words: str
    company: str
