"""Versions of the questions that centres ask."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from psycopg.rows import DictRow

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.store.queries import statements
from gadong.satisfaction.domain.questionnaire import Questionnaire
from gadong.texts.catalogue import Text

SQL = statements(__file__)


def latest(tx: Tx, centre_id: CentreId) -> Questionnaire | None:
    """Return the latest version of a centre's questions, or None."""
    row = one(tx, SQL["latest"], centre_id=centre_id)
    return questionnaire(row) if row else None


def by_ids(tx: Tx, ids: Collection[UUID]) -> list[Questionnaire]:
    """Return some versions, the latest first."""
    return [questionnaire(row) for row in many(tx, SQL["by_ids"], ids=list(ids))]


def insert(tx: Tx, made: Questionnaire, *, by: PersonId, recorded_at: datetime) -> None:
    """Insert a version."""
    run(
        tx,
        SQL["insert"],
        id=made.id,
        centre_id=made.centre_id,
        version=made.version,
        is_asking=made.is_asking,
        pause_days=made.pause_days,
        questions_ko=[question.ko for question in made.questions],
        questions_en=[question.en for question in made.questions],
        by=by,
        recorded_at=recorded_at,
    )


def questionnaire(row: DictRow) -> Questionnaire:
    """Return a version from its columns."""
    texts = zip(row["questions_ko"], row["questions_en"], strict=True)
    return Questionnaire(
        id=row["id"],
        centre_id=row["centre_id"],
        version=row["version"],
        is_asking=row["is_asking"],
        pause_days=row["pause_days"],
        questions=tuple(Text(ko, en) for ko, en in texts),
    )
