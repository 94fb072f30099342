"""Surveys of firms as they were handed in."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, many, run
from gadong.core.domain.document import from_document
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.core.store.values import to_document
from gadong.reports.domain.survey import Survey, SurveySnapshot

SQL = statements(__file__)


def insert(
    tx: Tx,
    centre_id: CentreId,
    year: int,
    survey: Survey,
    *,
    by: PersonId,
    recorded_at: datetime,
) -> None:
    """Keep a survey of a centre."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre_id,
        year=year,
        document=to_document(survey),
        taken_by=by,
        recorded_at=recorded_at,
    )


def of_centre(tx: Tx, centre_id: CentreId) -> list[SurveySnapshot]:
    """Return the kept surveys of a centre, the latest first."""
    rows = many(tx, SQL["of_centre"], centre_id=centre_id)
    return [
        SurveySnapshot(
            year=row["year"],
            survey=from_document(Survey, row["document"]),
            taken_at=row["recorded_at"],
        )
        for row in rows
    ]
