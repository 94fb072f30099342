"""Trainings by their codes: names and chains."""

from __future__ import annotations

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements
from gadong.training.domain.training import Training

SQL = statements(__file__)


def put(tx: Tx, centre_id: CentreId, training: Training) -> None:
    """Insert a training, or replace its names and what it requires."""
    run(
        tx,
        SQL["put"],
        centre_id=centre_id,
        code=training.code,
        name_ko=training.name_ko,
        name_en=training.name_en,
        requires=list(training.requires),
    )


def lock(tx: Tx, centre_id: CentreId) -> None:
    """Lock a centre's chains until the transaction ends."""
    run(tx, SQL["lock"], centre_id=centre_id)


def of_centre(tx: Tx, centre_id: CentreId) -> list[Training]:
    """Return a centre's trainings by code."""
    return [
        Training(**{**row, "requires": tuple(row["requires"])})
        for row in many(tx, SQL["of_centre"], centre_id=centre_id)
    ]
