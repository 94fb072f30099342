"""Answers that are shown, and nothing that follows from them by subtraction."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.ids import CentreId, new_id
from gadong.core.domain.problem import Invalid
from gadong.satisfaction.domain.questionnaire import Questionnaire
from gadong.satisfaction.domain.tally import (
    FEWEST_SHOWN,
    CountedAnswer,
    Tally,
    shown,
    telling,
    total,
)
from gadong.texts.catalogue import Text


def answered(count: int, score: int = 4, *, by: int | None = None) -> Tally:
    """A tally of so many answers with three equal scores, and one request without an answer.

    They are `by` so many people in turn, or each is another's.
    """
    people = [new_id() for _ in range(count if by is None else by)]
    given = {i: Tally.of([score] * 3, people[i % len(people)]) for i in range(count)}
    return total(given) + Tally.of(None, new_id())


def questionnaire(questions: int = 3, *, pause_days: int = 30, length: int = 5) -> Questionnaire:
    return Questionnaire(
        id=new_id(),
        centre_id=CentreId(new_id()),
        version=1,
        is_asking=True,
        pause_days=pause_days,
        questions=[Text("가" * length, "a" * length)] * questions,
    )


def test_a_tally_has_exact_shares() -> None:
    one = new_id()
    found = Tally.of([5, 4, 3], one) + Tally.of([1, 2, 3], one) + Tally.of(None, new_id())
    assert found.people == {one}
    assert (found.sent, found.answered, found.given) == (3, 2, (1, 1, 2, 1, 1))
    assert found.response_rate == Fraction(2, 3)
    assert found.mean == Fraction(18, 6)
    assert found.satisfied == Fraction(2, 6)
    assert (Tally().response_rate, Tally().mean, Tally().satisfied) == (None, None, None)


@pytest.mark.parametrize(("count", "enough"), [(4, False), (5, True), (6, True)])
def test_scores_are_shown_from_five_answers_on(count: int, *, enough: bool) -> None:
    assert answered(count).has_enough is enough
    assert shown({"mill": answered(count)}) == (frozenset({"mill"}) if enough else frozenset())


@pytest.mark.parametrize(("people", "enough"), [(1, False), (4, False), (5, True)])
def test_people_are_counted_and_not_their_answers(people: int, *, enough: bool) -> None:
    often = answered(20, by=people)
    assert (often.answered, often.has_enough) == (20, enough)
    assert shown({"expert": often}) == (frozenset({"expert"}) if enough else frozenset())
    # Beside a row that is hidden the smallest others are, until five people are hidden together.
    rows = {"a": answered(9), "b": answered(8), "m": often}
    assert shown(rows) == (frozenset({"a", "b", "m"}) if enough else frozenset({"a"}))


def test_a_difference_of_one_persons_answers_tells_them() -> None:
    one, five = new_id(), [CountedAnswer(new_id(), new_id()) for _ in range(5)]
    often = [CountedAnswer(new_id(), one) for _ in range(9)]
    assert telling({"mill": five}, [[*five, *often]]) == {"mill"}
    others = [CountedAnswer(new_id(), new_id()) for _ in range(4)]
    assert telling({"mill": five}, [[*five, *often, *others]]) == frozenset()


def test_the_smallest_row_is_hidden_where_a_hidden_one_would_follow_by_subtraction() -> None:
    rows = {"a": answered(9), "z": answered(6), "m": answered(2)}
    assert shown(rows) == {"a"}
    # Two hidden rows that have five answers together tell nothing of either.
    assert shown({"a": answered(9), "y": answered(2), "z": answered(3)}) == {"a"}
    # A row without any answer tells nothing at all.
    assert shown({"a": answered(9), "z": answered(0)}) == {"a"}


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 9), max_size=8))
def test_hidden_rows_have_enough_answers_together_or_none(counts: dict[int, int]) -> None:
    rows = {key: answered(count) for key, count in counts.items()}
    kept = shown(rows)
    assert all(rows[key].has_enough for key in kept)
    hidden = sum(tally.answered for key, tally in rows.items() if key not in kept)
    whole = total(rows)
    assert hidden == 0 or hidden >= FEWEST_SHOWN or not whole.has_enough
    assert sum(whole.given) == 3 * whole.answered


@pytest.mark.parametrize("questions", [2, 6])
def test_a_centre_asks_three_to_five_questions(questions: int) -> None:
    with pytest.raises(Invalid, match="three to five"):
        questionnaire(questions)


def test_a_questionnaire_at_its_limits_is_accepted_and_refused_beyond() -> None:
    for questions in (3, 5):
        for days in (0, 365):
            assert questionnaire(questions, pause_days=days, length=200).pause_days == days
    for wrong in ({"pause_days": -1}, {"pause_days": 366}, {"length": 0}, {"length": 201}):
        with pytest.raises(Invalid):
            questionnaire(**wrong)


@pytest.mark.parametrize("scores", [[5, 5], [5, 5, 5, 5], [0, 5, 5], [5, 6, 5]])
def test_an_answer_has_a_score_from_one_to_five_for_each_question(scores: list[int]) -> None:
    asked = questionnaire()
    asked.need_scores([1, 3, 5])
    with pytest.raises(Invalid) as refused:
        asked.need_scores(scores)
    assert refused.value.figures["field"] == "scores"


@pytest.mark.parametrize(
    ("mill", "month", "tells"),
    [
        (range(5), range(6), True),
        (range(5), range(9), True),
        (range(5), range(10), False),
        (range(6), range(5), True),
        (range(5), range(5), False),
        (range(5), range(1, 7), False),
    ],
)
def test_a_row_within_another_tables_row_tells_fewer_than_five_answers(
    mill: range, month: range, *, tells: bool
) -> None:
    ids = [CountedAnswer(new_id(), new_id()) for _ in range(10)]
    found = telling({"mill": [ids[i] for i in mill]}, [[ids[i] for i in month]])
    assert found == (frozenset({"mill"}) if tells else frozenset())
    rows = {"mill": answered(9), "lathe": answered(9)}
    assert ("mill" in shown(rows, found)) is not tells
