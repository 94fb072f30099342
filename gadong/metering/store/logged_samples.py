"""The samples (시료 수) of logged uses."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gadong.core.database import Tx, many
from gadong.core.domain.ids import LoggedUseId
from gadong.core.store.queries import statements
from gadong.metering.domain.logged_use import LoggedUse

SQL = statements(__file__)


def insert(tx: Tx, use: LoggedUse, samples: int) -> None:
    """Keep how many samples a use worked on."""
    tx.execute(SQL["insert"], {"id": use.id, "centre_id": use.centre_id, "samples": samples})


def of_uses(tx: Tx, ids: Collection[LoggedUseId]) -> Mapping[LoggedUseId, int]:
    """Return the samples of the entries for which somebody counted them."""
    if not ids:
        return {}
    return {row["id"]: row["samples"] for row in many(tx, SQL["of_uses"], ids=list(ids))}
