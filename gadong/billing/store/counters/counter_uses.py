"""Uses of machines that page counters count."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from gadong.billing.domain.counters.counter_use import CounterUse, CounterUseState
from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements

SQL = statements(__file__)


def insert(tx: Tx, use: CounterUse) -> None:
    """Insert a use."""
    run(tx, SQL["insert"], **asdict(use))


def find(tx: Tx, use_id: UUID) -> CounterUse | None:
    """Return a use, locked from others until the transaction ends."""
    row = one(tx, SQL["find"], id=use_id)
    return _use(row) if row else None


def change(tx: Tx, use: CounterUse) -> None:
    """Record the state after a step, and what the step said."""
    run(tx, SQL["change"], **asdict(use))


def of_counter(tx: Tx, machine_id: MachineId, counter: str) -> list[CounterUse]:
    """Return the uses of a machine's counter that stand."""
    rows = many(tx, SQL["of_counter"], machine_id=machine_id, counter=counter)
    return [_use(row) for row in rows]


def names(tx: Tx, machine_id: MachineId) -> list[str]:
    """Return the names of a machine's counters by the uses that stand."""
    return [row["counter"] for row in many(tx, SQL["names"], machine_id=machine_id)]


def of_centre(
    tx: Tx,
    centre_id: CentreId,
    *,
    companies: Collection[CompanyId] | None,
    machine_id: MachineId | None,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> list[CounterUse]:
    """Return a centre's uses, the latest start first; `companies` keeps to theirs.

    They go on after the start and id of the page before.
    """
    edge = dict(zip(("after", "after_id"), after or (None, None), strict=True))
    rows = many(
        tx,
        SQL["of_centre"],
        centre_id=centre_id,
        company_ids=None if companies is None else list(companies),
        machine_id=machine_id,
        most=most,
        **edge,
    )
    return [_use(row) for row in rows]


def uncounted(tx: Tx, use_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what a counter counted between the use before and each of some uses, if anything."""
    rows = many(tx, SQL["uncounted"], ids=list(use_ids))
    return {row["id"]: row["uncounted"] for row in rows}


def open_machines(
    tx: Tx, centre_id: CentreId, company_id: CompanyId | None, period: Period
) -> list[str]:
    """Return the slugs of machines with an open use that began in a time, of one company or all."""
    rows = many(
        tx,
        SQL["open_machines"],
        centre_id=centre_id,
        company_id=company_id,
        since=period.start,
        until=period.end,
    )
    return [row["slug"] for row in rows]


def _use(row: dict[str, Any]) -> CounterUse:
    return CounterUse(**{**row, "state": CounterUseState(row["state"])})
