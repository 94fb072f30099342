"""Run time since a day, and the reminders of machines that fall due."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def run_seconds(tx: Tx, machine_id: MachineId, *, since: datetime, until: datetime) -> int:
    """Return the seconds that a machine ran by its signals or its ledger, each second once."""
    row = one(tx, SQL["run_seconds"], machine_id=machine_id, since=since, until=until)
    return int(row["seconds"]) if row else 0


def keep_reminder(
    tx: Tx, centre_id: CentreId, machine_id: MachineId, *, subject: str, due: str
) -> bool:
    """Record a reminder of what falls due; return whether it is the first of it."""
    return bool(
        run(
            tx,
            SQL["keep_reminder"],
            centre_id=centre_id,
            machine_id=machine_id,
            subject=subject,
            due=due,
        )
    )
