"""Marks of machines whose runs are due to be derived after something was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.database import Tx, one, run
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A machine whose runs are due from an instant on."""

    machine_id: MachineId
    centre_id: CentreId
    since: datetime


def take(tx: Tx) -> Mark | None:
    """Claim a due machine with its marks, skipping those that are being derived."""
    while row := one(tx, SQL["due_machine"]):
        # None: another derivation took them before the machine was locked.
        if since := take_of(tx, row["machine_id"]):
            return Mark(**row, since=since)
    return None


def take_of(tx: Tx, machine_id: MachineId) -> datetime | None:
    """Take a locked machine's marks; return the instant from which its runs are due, if any."""
    row = one(tx, SQL["take_of"], machine_id=machine_id)
    return row["since"] if row else None


def defer(tx: Tx, machine_id: MachineId, by: timedelta) -> None:
    """Postpone the machine, so that it is tried again only after a while."""
    run(tx, SQL["defer"], machine_id=machine_id, seconds=by.total_seconds())
