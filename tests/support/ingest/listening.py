"""Messages that a running ingest has stored, and the state that is derived from them."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.machine import Source
from gadong.machines.services import ingestion
from tests.support.waiting import until
from tests.support.world import World


def stored(pool: Pool, table: str = "messages") -> int:
    """Count the rows of the table."""
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, f"select count(*) as n from {table}")  # noqa: S608  # the test's own word
    return int(row["n"]) if row else 0


def heard(world: World, source: Source) -> None:
    """Wait until ingest listens to the source."""
    until(lambda: ingestion.is_heard(world.pool, world.manager, source), what="is heard")


def state(boot: str, seq: int, word: str, at: datetime, **more: object) -> dict[str, object]:
    """A message of Gadong's own JSON."""
    return {"v": 1, "boot": boot, "seq": seq, "at": at.isoformat(), "state": word, **more}
