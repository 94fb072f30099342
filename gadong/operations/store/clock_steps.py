"""Steps of the database's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.database import Tx, one, run
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStep:
    """A step of the clock: `seen_at` by the new time, `step` negative if it was set back."""

    seen_at: datetime
    step: timedelta


def insert(tx: Tx, step: timedelta) -> None:
    """Record a step that was seen now."""
    run(tx, SQL["insert"], step=step)


def last(tx: Tx) -> ClockStep | None:
    """Return the last recorded step, or None."""
    row = one(tx, SQL["last"])
    return ClockStep(**row) if row else None
