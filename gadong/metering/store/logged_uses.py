"""The ledger of logged use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg import errors
from psycopg.rows import DictRow

from gadong.core.database import Tx, many, one
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CentreId, CompanyId, LoggedUseId, MachineId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict, Problem, Refused
from gadong.core.store.queries import statements
from gadong.core.store.values import by_key, to_period, to_range
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin

SQL = statements(__file__)

#: The constraints of the table that are rules of the ledger, and the codes of their refusals.
RULES = {
    "logged_uses_no_overlap": "logged.overlap",
    "logged_uses_past": "logged.future",
    "logged_uses_open_month": "logged.month_closed",
}


def insert(tx: Tx, use: LoggedUse) -> LoggedUse:
    """Store an entry; raise Refused where it breaks a rule of the ledger, and Conflict for a second
    reversal.
    """
    with _refusing(use), tx.transaction():
        row = one(
            tx,
            SQL["insert"],
            id=use.id,
            centre_id=use.centre_id,
            machine_id=use.machine_id,
            company_id=use.company_id,
            person_id=use.person_id,
            booking_id=use.booking_id,
            during=to_range(use.period),
            origin=use.origin.value,
            reason=use.reason,
            is_correction=use.is_correction,
            reverses=use.reverses,
            recorded_by=use.recorded_by,
            recorded_at=use.recorded_at,
        )
    return replace(use, is_correction=bool(row and row["is_correction"]))


@contextmanager
def _refusing(use: LoggedUse) -> Iterator[None]:
    try:
        yield
    except errors.IntegrityError as trouble:
        name = trouble.diag.constraint_name or ""
        if name == "logged_uses_reversed_once":
            raise Conflict("This entry was taken back before") from trouble
        if name not in RULES:
            raise
        raise Refused(
            [Problem(code=RULES[name], actual=write_instant(use.period.start))]
        ) from trouble


def find(tx: Tx, use_id: LoggedUseId) -> tuple[LoggedUse, LoggedUseId | None] | None:
    """Return one entry with the id of the one that takes it back, or None."""
    row = one(tx, SQL["find"], id=use_id)
    return _with_reversal(row) if row else None


def in_force(
    tx: Tx, machine_id: MachineId, bounds: Period, *, recorded_before: datetime
) -> list[LoggedUse]:
    """Return the entries that hold of a machine and touch the bounds, in order of time."""
    rows = many(
        tx,
        SQL["in_force"],
        machine_id=machine_id,
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return [_use(row) for row in rows]


def in_force_of(
    tx: Tx, machine_ids: Iterable[MachineId], bounds: Period, *, recorded_before: datetime
) -> dict[MachineId, list[LoggedUse]]:
    """Return the entries that hold of each machine and touch the bounds, in order of time."""
    rows = many(
        tx,
        SQL["in_force_of"],
        machine_ids=list(machine_ids),
        during=to_range(bounds),
        recorded_before=recorded_before,
    )
    return by_key((row["machine_id"], _use(row)) for row in rows)


def page(
    tx: Tx,
    centre_id: CentreId,
    period: Period,
    *,
    machine_id: MachineId | None,
    before: UUID | None,
    most: int,
) -> list[tuple[LoggedUse, LoggedUseId | None]]:
    """Return a centre's entries that touch a period, the latest entered first, each with its
    reversal's id.
    """
    rows = many(
        tx,
        SQL["page"],
        centre_id=centre_id,
        during=to_range(period),
        machine_id=machine_id,
        before=before,
        most=most,
    )
    return [_with_reversal(row) for row in rows]


def machines_of(
    tx: Tx, centre_id: CentreId, company_id: CompanyId, period: Period
) -> set[MachineId]:
    """Return the machines that a company is said to have used in a period."""
    rows = many(
        tx, SQL["machines_of"], centre_id=centre_id, company_id=company_id, during=to_range(period)
    )
    return {row["machine_id"] for row in rows}


def _with_reversal(row: DictRow) -> tuple[LoggedUse, LoggedUseId | None]:
    reversed_by = row.pop("reversed_by")
    return _use(row), reversed_by


def _use(row: DictRow) -> LoggedUse:
    during, origin = row.pop("during"), UseOrigin(row.pop("origin"))
    return LoggedUse(**row, period=to_period(during), origin=origin)
