"""Draws of centres' documents on the budgets of programmes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from gadong.core.database import Tx, many
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def drawn(
    tx: Tx, programmes: Collection[tuple[CentreId, str]], *, recorded_before: datetime
) -> dict[tuple[CentreId, str], int]:
    """Return what all documents of each centre drew on its programme."""
    rows = many(
        tx,
        SQL["drawn"],
        centre_ids=[centre_id for centre_id, _ in programmes],
        programmes=[programme for _, programme in programmes],
        recorded_before=recorded_before,
    )
    return {(row["centre_id"], row["programme"]): row["drawn"] for row in rows}
