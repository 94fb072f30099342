"""Requests and answers about satisfaction."""

from __future__ import annotations

from pydantic import Field

from api.v1.schemas import In, Out, Whole


class QuestionWording(In):
    """A question in both languages."""

    ko: str = Field(min_length=1, max_length=200, examples=["장비가 잘 작동했습니까?"])
    en: str = Field(min_length=1, max_length=200, examples=["Did the machine work well?"])


class QuestionnaireIn(In):
    """A centre's questions after a session or a course."""

    questions: list[QuestionWording] = Field(min_length=3, max_length=5)
    pause_days: Whole = Field(
        ge=0,
        le=365,
        description="After so many days a person is asked about one machine again.",
        examples=[30],
    )
    is_asking: bool = Field(description="False: nobody is asked from now on.")


class QuestionWordingOut(Out):
    """A question in both languages."""

    ko: str
    en: str


class QuestionnaireOut(Out):
    """A centre's present questions; version 0 before the first ones."""

    version: int
    questions: list[QuestionWordingOut]
    pause_days: int
    is_asking: bool


class SatisfactionRowOut(Out):
    """Answers about one machine, course, month or question.

    The figures of scores are null, and `words` is empty, where they may not be shown.
    """

    name_ko: str
    name_en: str
    subject: str | None = Field(
        description="`session`, `course` or `guidance`; null of months and questions."
    )
    sent: int
    answered: int
    response_rate: str | None = Field(examples=["62.5"], description="In per cent.")
    mean: str | None = Field(examples=["4.33"], description="From 1 to 5.")
    satisfied: str | None = Field(examples=["91.7"], description="Scores of 4 and 5, in per cent.")
    words: list[str]


class SatisfactionOut(Out):
    """A year's answers; each list adds up to `whole`."""

    year: int
    fewest_shown: int = Field(description="The answers from which scores and words are shown.")
    whole: SatisfactionRowOut
    subjects: list[SatisfactionRowOut]
    months: list[SatisfactionRowOut]
    questions: list[SatisfactionRowOut]


class AnswersOut(Out):
    """Satisfaction in a time; the figures of scores are null where they may not be shown."""

    sent: int
    answered: int
    mean: str | None = Field(examples=["4.33"], description="From 1 to 5.")
    satisfied: str | None = Field(examples=["91.7"], description="Scores of 4 and 5, in per cent.")
