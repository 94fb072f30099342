"""A year's answers as tables: scores by part, and the words."""

from __future__ import annotations

from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId
from gadong.satisfaction.services import figures
from gadong.satisfaction.services.figures import SatisfactionRow, per_cent, score
from gadong.texts.satisfaction import SATISFACTION

Cell = str | int | float | None
AnswerTable = tuple[str, list[list[Cell]]]


def of_year(pool: Pool, who: Caller, centre: CentreId, year: int) -> list[AnswerTable]:
    """Return the tables of a year: the scores, and the words where they may be shown."""
    found = figures.seen(pool, who, centre, year)
    columns = ("part", "name", "mean", "satisfied", "sent", "answered", "response_rate")
    scores: list[list[Cell]] = [[SATISFACTION[key].ko for key in columns]]
    scores.append(_row("whole", found.whole))
    scores += [_row(row.subject or "course", row) for row in found.subjects]
    scores += [_row("month", row) for row in found.months.values()]
    scores += [_row("question", row) for row in found.questions]
    said: list[list[Cell]] = [[SATISFACTION[key].ko for key in ("name", "words", "company")]]
    said += [[row.name.ko, one.words, one.company] for row in found.subjects for one in row.words]
    return [(SATISFACTION["sheet"].ko, scores), (SATISFACTION["words"].ko, said)]


def _row(part: str, row: SatisfactionRow) -> list[Cell]:
    """Return a row; a text says so where its scores are not shown."""
    tally, hidden = row.tally, SATISFACTION["hidden"].ko
    return [
        SATISFACTION[part].ko,
        row.name.ko,
        float(score(tally.mean)) if row.is_shown else hidden,
        float(per_cent(tally.satisfied)) if row.is_shown else hidden,
        tally.sent,
        tally.answered,
        float(per_cent(tally.response_rate)) if tally.sent else None,
    ]
