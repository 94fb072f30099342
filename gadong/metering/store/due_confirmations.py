"""Instants at which time alone changes a machine's runs, by confirming a meter's last reading."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import MachineId
from gadong.core.store.queries import statements
from gadong.metering.store.runs import Mark

SQL = statements(__file__)


def take(tx: Tx) -> Mark | None:
    """Claim a machine whose runs time alone changes by now, skipping those in work."""
    row = one(tx, SQL["take"])
    return Mark(**row) if row else None


def take_of(tx: Tx, machine_id: MachineId) -> datetime | None:
    """Return the instant from which time alone changes the machine's runs, if due now."""
    row = one(tx, SQL["take_of"], machine_id=machine_id)
    return row["since"] if row else None


def set_due(tx: Tx, machine_id: MachineId, *, since: datetime, at: datetime | None) -> None:
    """Set the instant at which time alone changes the machine's runs (None: never)."""
    run(tx, SQL["set_due"], machine_id=machine_id, since=since, due_at=at)


def is_due(tx: Tx, machine_id: MachineId) -> bool:
    """Say whether the machine's runs are about to be derived anew."""
    return one(tx, SQL["is_due"], machine_id=machine_id) is not None
