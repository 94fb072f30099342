"""The database's clock, and the record of its steps."""

from __future__ import annotations

from datetime import datetime, timedelta

from gadong.core.database import Pool, clock, transaction
from gadong.core.domain.access import SYSTEM
from gadong.operations.store import clock_steps


def present(pool: Pool) -> datetime:
    """Return the present instant by the database's clock."""
    with transaction(pool, SYSTEM) as tx:
        return clock(tx)


def record(pool: Pool, step: timedelta) -> None:
    """Record by how much the clock was set; negative if it was set back."""
    with transaction(pool, SYSTEM) as tx:
        clock_steps.insert(tx, step)
