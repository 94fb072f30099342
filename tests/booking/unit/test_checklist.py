"""Answers to a checklist: each fault, and what passes."""

from __future__ import annotations

import pytest

from gadong.booking.domain.safety.checklist import (
    AnswerFault,
    CheckAnswer,
    CheckQuestion,
    fault,
    is_passed,
)

PLAIN = CheckQuestion(ko="소독", en="Disinfected")
SHOWN = CheckQuestion(ko="칼날", en="Blade", needs_photo=True)
GOOD, SEEN = CheckAnswer(is_good=True), CheckAnswer(is_good=True, has_photo=True)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([GOOD, SEEN], None),
        ([GOOD], (AnswerFault.COUNT, 2)),
        ([GOOD, SEEN, GOOD], (AnswerFault.COUNT, 2)),
        ([GOOD, GOOD], (AnswerFault.PHOTO, 2)),
        ([CheckAnswer(is_good=False), SEEN], (AnswerFault.NOTE, 1)),
        ([CheckAnswer(is_good=False, note=" "), SEEN], (AnswerFault.NOTE, 1)),
        ([CheckAnswer(is_good=False, note="얼룩"), SEEN], None),
        ([GOOD, CheckAnswer(is_good=False, note="금")], (AnswerFault.PHOTO, 2)),
    ],
)
def test_faults_of_answers(
    answers: list[CheckAnswer], found: tuple[AnswerFault, int] | None
) -> None:
    assert fault([PLAIN, SHOWN], answers) == found


def test_one_bad_answer_fails() -> None:
    assert is_passed([GOOD, SEEN])
    assert not is_passed([GOOD, CheckAnswer(is_good=False, note="금")])
