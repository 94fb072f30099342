"""When a machine's runs change although nothing more is said: a meter's last reading that time confirms."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import MachineId
from gadong.core.store.queries import statements
from gadong.metering.store.runs import Mark

SQL = statements(__file__)


def take(tx: Tx) -> Mark | None:
    """Take a machine whose runs time alone changes by now, and that no other scheduler is working on."""
    row = one(tx, SQL["take"])
    return Mark(**row) if row else None


def take_of(tx: Tx, machine_id: MachineId) -> datetime | None:
    """Say from when on time alone changes the machine's runs, if it does by now."""
    row = one(tx, SQL["take_of"], machine_id=machine_id)
    return row["since"] if row else None


def set_due(tx: Tx, machine_id: MachineId, *, since: datetime, at: datetime | None) -> None:
    """Keep when the machine's runs change from an instant on although nothing more is said (None: never)."""
    run(tx, SQL["set_due"], machine_id=machine_id, since=since, due_at=at)
