"""The questions that a centre asks after a session or a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid
from gadong.texts.catalogue import Text

# Three show what is wrong and five are answered on a telephone within a minute.
FEWEST_QUESTIONS, MOST_QUESTIONS = 3, 5
LONGEST_QUESTION = 200
LONGEST_PAUSE_DAYS = 365
#: The scores of an answer: 1 is not at all, 5 is very much.
WORST, BEST = 1, 5
LONGEST_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One version of a centre's questions.

    A person is asked about one machine again after `pause_days`.
    """

    id: UUID
    centre_id: CentreId
    version: int
    is_asking: bool
    pause_days: int
    questions: Sequence[Text]

    def __post_init__(self) -> None:
        if not FEWEST_QUESTIONS <= len(self.questions) <= MOST_QUESTIONS:
            raise Invalid("Ask three to five questions", field="questions")
        if any(not text.strip() for question in self.questions for text in question):
            raise Invalid("Write each question in Korean and in English", field="questions")
        if any(len(text) > LONGEST_QUESTION for question in self.questions for text in question):
            raise Invalid("A question has at most 200 characters", field="questions")
        if not 0 <= self.pause_days <= LONGEST_PAUSE_DAYS:
            raise Invalid("The pause is 0 to 365 days", field="pause_days")

    def need_scores(self, scores: Sequence[int]) -> None:
        """Raise Invalid unless there is a score from 1 to 5 for every question."""
        if len(scores) != len(self.questions) or any(not WORST <= s <= BEST for s in scores):
            raise Invalid("Answer every question with 1 to 5", field="scores")
