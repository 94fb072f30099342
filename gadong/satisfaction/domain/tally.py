"""Counts of requests and answers, and which of them may be shown.

A row's scores are shown once five people answered, since fewer tell who gave them: five answers of
one person are one person's. Rows add up to a total that is shown too. So the rows that are hidden
have answers of five people together, or none: otherwise their scores would follow by subtraction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar
from uuid import UUID

from gadong.satisfaction.domain.questionnaire import BEST

#: The fewest people whose scores and words are shown (docs/privacy.md says it to the people).
FEWEST_SHOWN = 5
# "Satisfied" and "very satisfied"; docs/reports.md says it to the centres.
SATISFIED = 4

Key = TypeVar("Key")


class CountedAnswer(NamedTuple):
    """An answered request, and the number that all answers of its person have in common."""

    request_id: UUID
    respondent: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Requests that were sent, the answers to them, and how often each score was given.

    `people` are the numbers of those who answered.
    """

    sent: int = 0
    answered: int = 0
    given: tuple[int, ...] = (0,) * BEST
    people: frozenset[UUID] = frozenset()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            sent=self.sent + other.sent,
            answered=self.answered + other.answered,
            given=tuple(a + b for a, b in zip(self.given, other.given, strict=True)),
            people=self.people | other.people,
        )

    @classmethod
    def of(cls, scores: Sequence[int] | None, respondent: UUID) -> Tally:
        """Return the tally of one request that was sent; None is no answer."""
        if scores is None:
            return cls(sent=1)
        given = tuple(sum(s == score for s in scores) for score in range(1, BEST + 1))
        return cls(sent=1, answered=1, given=given, people=frozenset({respondent}))

    @property
    def has_enough(self) -> bool:
        """Return whether enough people answered to show their scores."""
        return len(self.people) >= FEWEST_SHOWN

    @property
    def response_rate(self) -> Fraction | None:
        """Return the share of requests that were answered; None where none was sent."""
        return Fraction(self.answered, self.sent) if self.sent else None

    @property
    def mean(self) -> Fraction | None:
        """Return the mean score, from 1 to 5."""
        scores = sum(self.given)
        total = sum(score * times for score, times in enumerate(self.given, start=1))
        return Fraction(total, scores) if scores else None

    @property
    def satisfied(self) -> Fraction | None:
        """Return the share of scores that are 4 or 5."""
        scores = sum(self.given)
        return Fraction(sum(self.given[SATISFIED - 1 :]), scores) if scores else None


def shown(rows: Mapping[Key, Tally], telling: Collection[Key] = ()) -> frozenset[Key]:
    """Return the rows whose scores may be shown; those that are `telling` are not.

    The smallest are hidden beside those with too few people, until the hidden ones have enough
    together.
    """
    kept = {key for key, tally in rows.items() if tally.has_enough and key not in telling}
    hidden = total({key: tally for key, tally in rows.items() if key not in kept})
    for key in sorted(kept, key=lambda key: (rows[key].answered, str(key))):
        if not hidden.people or hidden.has_enough:
            break
        kept.remove(key)
        hidden += rows[key]
    return frozenset(kept)


def telling(
    rows: Mapping[Key, Collection[CountedAnswer]], others: Iterable[Collection[CountedAnswer]]
) -> frozenset[Key]:
    """Return the rows that tell too few people's answers by subtraction from another table's row.

    Such a row is within the other, or the other within it, and answers of fewer than five people
    differ.
    """
    found = set()
    for other in map(frozenset, others):
        for key, answers in rows.items():
            one = frozenset(answers)
            people = {answer.respondent for answer in one ^ other}
            if (one < other or other < one) and len(people) < FEWEST_SHOWN:
                found.add(key)
    return frozenset(found)


def total(rows: Mapping[Key, Tally]) -> Tally:
    """Return the sum of all rows."""
    found = Tally()
    for tally in rows.values():
        found += tally
    return found
