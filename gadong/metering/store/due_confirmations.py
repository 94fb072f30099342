"""Instants at which time alone changes a machine's runs, by confirming a meter's last reading."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import MachineId
from gadong.core.store.queries import statements
from gadong.metering.store.marks import Mark

SQL = statements(__file__)


def take(tx: Tx) -> Mark | None:
    """Claim a machine whose runs time alone changes by now, skipping those being derived."""
    while row := one(tx, SQL["due_machine"]):
        # None: another derivation was there before the machine was locked.
        if since := due_since(tx, row["machine_id"]):
            return Mark(**row, since=since)
    return None


def due_since(tx: Tx, machine_id: MachineId) -> datetime | None:
    """Return the instant from which time alone changes the machine's runs, if due now."""
    row = one(tx, SQL["due_since"], machine_id=machine_id)
    return row["due_since"] if row else None


def defer(tx: Tx, machine_id: MachineId, by: timedelta) -> None:
    """Postpone what time alone changes by now, so that it is tried again only after a while."""
    run(tx, SQL["defer"], machine_id=machine_id, seconds=by.total_seconds())


def set_due(tx: Tx, machine_id: MachineId, *, since: datetime, at: datetime | None) -> None:
    """Set the instant at which time alone changes the machine's runs (None: never)."""
    run(tx, SQL["set_due"], machine_id=machine_id, since=since, due_at=at)


def is_due(tx: Tx, machine_id: MachineId) -> bool:
    """Say whether the machine's runs are about to be derived anew."""
    return one(tx, SQL["is_due"], machine_id=machine_id) is not None


def due_among(tx: Tx, machine_ids: Iterable[MachineId]) -> set[MachineId]:
    """Return those of the machines whose runs are about to be derived anew."""
    rows = many(tx, SQL["due_among"], machine_ids=list(machine_ids))
    return {row["machine_id"] for row in rows}
