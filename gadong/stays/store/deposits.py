"""Deposits of tenancies."""

from __future__ import annotations

from dataclasses import asdict

from psycopg import errors
from psycopg.rows import DictRow

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, DepositId, TenancyId
from gadong.core.domain.problem import Conflict, NotFound
from gadong.core.store.queries import statements
from gadong.stays.domain.deposit import DepositEntry, DepositKind

SQL = statements(__file__)


def insert(tx: Tx, entry: DepositEntry) -> None:
    """Insert an entry; Conflict where less is held, or where it was taken back before."""
    try:
        with tx.transaction():
            run(tx, SQL["insert"], **asdict(entry))
    except errors.UniqueViolation as trouble:
        raise Conflict("This was taken back before") from trouble
    except errors.CheckViolation as trouble:
        if trouble.diag.constraint_name != "deposits_held":
            raise
        raise Conflict("So much of the deposit is not held any more") from trouble


def find(tx: Tx, deposit_id: DepositId) -> DepositEntry | None:
    """Return one entry."""
    row = one(tx, SQL["find"], id=deposit_id)
    return _entry(row) if row else None


def of_tenancy(tx: Tx, tenancy_id: TenancyId) -> list[DepositEntry]:
    """Return the entries of a deposit in order, given the first contract."""
    return [_entry(row) for row in many(tx, SQL["of_tenancy"], tenancy_id=tenancy_id)]


def first_contract(tx: Tx, tenancy_id: TenancyId) -> TenancyId:
    """Return the contract with which a tenancy began."""
    row = one(tx, SQL["first_contract"], tenancy_id=tenancy_id)
    if row is None:
        raise NotFound
    return TenancyId(row["id"])


def held_of_centre(tx: Tx, centre_id: CentreId) -> dict[TenancyId, int]:
    """Return what a centre holds by the first contract."""
    rows = many(tx, SQL["held_of_centre"], centre_id=centre_id)
    return {row["tenancy_id"]: row["held"] for row in rows}


def _entry(row: DictRow) -> DepositEntry:
    return DepositEntry(**{**row, "kind": DepositKind(row["kind"])})
