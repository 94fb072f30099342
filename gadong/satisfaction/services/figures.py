"""Figures of a centre's answers by machine, course, expert, month and question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId
from gadong.satisfaction.domain.request import AnswerSubject, GivenWords
from gadong.satisfaction.domain.tally import CountedAnswer, Tally, shown, telling, total
from gadong.satisfaction.store import questionnaires, requests
from gadong.satisfaction.store.requests import SentRequest
from gadong.texts.catalogue import Text

Key = TypeVar("Key", bound=Hashable)
_Subject = tuple[AnswerSubject, MachineId | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SatisfactionRow:
    """Answers about one machine, course, expert, month or question.

    Scores and words are shown only where `is_shown`; the tally is then whole, and otherwise it
    holds the numbers of requests and answers alone.
    """

    name: Text
    subject: AnswerSubject | None
    tally: Tally
    is_shown: bool
    words: Sequence[GivenWords] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfAnswers:
    """A centre's answers about the uses of a year."""

    year: int
    whole: SatisfactionRow
    subjects: Sequence[SatisfactionRow]
    months: Mapping[str, SatisfactionRow]
    questions: Sequence[SatisfactionRow]


def seen(pool: Pool, who: Caller, centre: CentreId, year: int) -> YearOfAnswers:
    """Return a year's figures for whoever sees the centre's reports."""
    with transaction(pool, who.need(centre, Right.REPORT_SEE)) as tx:
        return of_year(tx, centre, year)


def of_year(tx: Tx, centre: CentreId, year: int) -> YearOfAnswers:
    """Return a year's figures. Rows of fewer than five people hold no scores and no words.

    Every table of them adds up to the whole, so each is hidden by the same rule (domain/tally.py).
    The months are shown elsewhere too, so rows of other tables are hidden beside them.
    """
    sent = _of_year(tx, [centre], year)[centre]
    by_month = _tallies(sent, lambda request: request.month)
    months = _shown_answers(sent, lambda request: request.month, shown(by_month))
    questions, versions = _questions(tx, sent, months)
    return YearOfAnswers(
        year=year,
        whole=_row(Text(str(year), str(year)), None, total(by_month), is_shown=True),
        subjects=_subjects(tx, sent, [*months, *versions]),
        months=_months(by_month),
        questions=questions,
    )


def of_time(tx: Tx, centres: Collection[CentreId], time: str) -> dict[CentreId, SatisfactionRow]:
    """Return each centre's figures of a year, or of a month as its year's table shows it."""
    sent = _of_year(tx, centres, int(time[:4]))
    return {centre: _of_time(sent[centre], time) for centre in centres}


def per_cent(value: Fraction | None) -> str:
    """Return a share in per cent with one decimal, half up; empty for none."""
    return _rounded(value * 100, "0.1") if value is not None else ""


def score(value: Fraction | None) -> str:
    """Return a mean score with two decimals, half up; empty for none."""
    return _rounded(value, "0.01") if value is not None else ""


def _rounded(value: Fraction, step: str) -> str:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(step), rounding=ROUND_HALF_UP))


def _of_time(sent: Sequence[SentRequest], time: str) -> SatisfactionRow:
    by_month = _tallies(sent, lambda request: request.month)
    name = Text(time, time)
    if len(time) == len("2026"):
        return _row(name, None, total(by_month), is_shown=True)
    return _months(by_month).get(time) or _row(name, None, Tally(), is_shown=False)


def _of_year(tx: Tx, centres: Collection[CentreId], year: int) -> dict[CentreId, list[SentRequest]]:
    months = [f"{year:04d}-{month:02d}" for month in range(1, 13)]
    return requests.of_centres(tx, centres, months)


def _months(by_month: Mapping[str, Tally]) -> dict[str, SatisfactionRow]:
    kept = shown(by_month)
    return {
        month: _row(Text(month, month), None, by_month[month], is_shown=month in kept)
        for month in sorted(by_month)
    }


def _subjects(
    tx: Tx, sent: Sequence[SentRequest], beside: Sequence[Collection[CountedAnswer]]
) -> list[SatisfactionRow]:
    """Return the rows of machines, courses and experts, in this order, each by its name."""
    tallies, answers = _tallies(sent, _subject), _answers(sent, _subject)
    kept = shown(tallies, telling(answers, beside))
    subjects = {request.id: _subject(request) for request in sent}
    names = {
        _subject(request): Text(
            request.machine_ko or request.code, request.machine_en or request.code
        )
        for request in sent
    }
    said: dict[_Subject, list[GivenWords]] = {key: [] for key in tallies}
    may_speak = [request_id for request_id, key in subjects.items() if key in kept]
    for request_id, words in requests.words(tx, may_speak):
        said[subjects[request_id]].append(words)
    rows = [
        _row(
            names[key],
            key[0],
            tally,
            is_shown=key in kept,
            words=said[key],
        )
        for key, tally in tallies.items()
    ]
    order = [None, *AnswerSubject]
    return sorted(rows, key=lambda row: (order.index(row.subject), row.name.ko))


def _subject(request: SentRequest) -> _Subject:
    """Return the kind of use, its machine if any, and the course's code or the expert's name."""
    return request.subject, request.machine_id, request.code


def _questions(
    tx: Tx, sent: Sequence[SentRequest], beside: Sequence[Collection[CountedAnswer]]
) -> tuple[list[SatisfactionRow], list[Collection[CountedAnswer]]]:
    """Return a row for each question of each version, the latest version first.

    The answers to the versions that are shown are returned as well.
    """
    versions = _tallies(sent, lambda r: r.questionnaire_id)
    answers = _answers(sent, lambda r: r.questionnaire_id)
    kept, rows = shown(versions, telling(answers, beside)), []
    for asked in questionnaires.by_ids(tx, versions.keys()):
        given = [(r.scores, r.respondent) for r in sent if r.questionnaire_id == asked.id]
        for place, question in enumerate(asked.questions):
            whole = versions[asked.id]
            tally = total(dict(enumerate(Tally.of([s[place]], who) for s, who in given if s)))
            counted = replace(whole, given=tally.given)
            rows.append(_row(question, None, counted, is_shown=asked.id in kept))
    return rows, _shown_answers(sent, lambda r: r.questionnaire_id, kept)


def _shown_answers(
    sent: Iterable[SentRequest], key: Callable[[SentRequest], Key], kept: Collection[Key]
) -> list[Collection[CountedAnswer]]:
    return [ids for row, ids in _answers(sent, key).items() if row in kept]


def _answers(
    sent: Iterable[SentRequest], key: Callable[[SentRequest], Key]
) -> dict[Key, Collection[CountedAnswer]]:
    """Return the answers of each row."""
    found: dict[Key, set[CountedAnswer]] = {}
    for request in sent:
        if request.scores:
            answer = CountedAnswer(request_id=request.id, respondent=request.respondent)
            found.setdefault(key(request), set()).add(answer)
    return dict(found)


def _tallies(sent: Iterable[SentRequest], key: Callable[[SentRequest], Key]) -> dict[Key, Tally]:
    found: dict[Key, Tally] = {}
    for request in sent:
        tally = Tally.of(request.scores, request.respondent)
        found[key(request)] = found.get(key(request), Tally()) + tally
    return found


def _row(
    name: Text,
    subject: AnswerSubject | None,
    tally: Tally,
    *,
    is_shown: bool,
    words: Sequence[GivenWords] = (),
) -> SatisfactionRow:
    """Return a row without scores where they are not to be shown."""
    may = is_shown and tally.has_enough
    counts = tally if may else Tally(sent=tally.sent, answered=tally.answered)
    return SatisfactionRow(
        name=name, subject=subject, tally=counts, is_shown=may, words=words if may else ()
    )
