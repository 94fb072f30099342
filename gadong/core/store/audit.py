"""The audit's chain, which the database writes by itself (migration 0030).

This module reads the chain, and adds entries for looks, refusals and reasons.
"""

from __future__ import annotations

from typing import Any

from gadong.core.database import Tx, many, one
from gadong.core.domain.audit import AdriftRow, AuditEntry, Head
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def page(tx: Tx, centre_id: CentreId | None, *, before: int | None, most: int) -> list[AuditEntry]:
    """Return a page of a centre's entries (or of all), the latest first."""
    return [
        _entry(row) for row in many(tx, SQL["page"], centre_id=centre_id, before=before, most=most)
    ]


def after(tx: Tx, number: int, *, most: int) -> list[AuditEntry]:
    """Return the chain after an entry, the oldest first."""
    return [_entry(row) for row in many(tx, SQL["after"], number=number, most=most)]


def head(tx: Tx) -> Head:
    """Return the end of the chain."""
    row = one(tx, SQL["head"])
    if row is None:
        raise LookupError("the audit has no head; was the migration run?")
    return Head(row["number"], bytes(row["hash"]))


def adrift(tx: Tx) -> list[AdriftRow]:
    """Return the rows that are not as the record left them."""
    return [AdriftRow(**row) for row in many(tx, SQL["adrift"])]


def open_doors(tx: Tx) -> list[str]:
    """Return by which privileges, and past which triggers, the record could be forged."""
    return [row["door"] for row in many(tx, SQL["open_doors"])]


def read(tx: Tx, what: str, which: str, *, why: str, centre_id: CentreId | None) -> None:
    """Record that a caller reads personal data.

    Call this last in the transaction, because it locks the chain's end.
    """
    many(tx, SQL["read"], what=what, which=which, why=why, centre_id=centre_id)


def refused(tx: Tx, what: str, which: str, *, why: str) -> None:
    """Record that a caller was refused.

    Call this last in the transaction, because it locks the chain's end.
    """
    many(tx, SQL["say"], action="refused", what=what, which=which, why=why)


def explained(tx: Tx, what: str, which: str, *, why: str) -> None:
    """Record the reason of a change.

    Call this last in the transaction, because it locks the chain's end.
    """
    many(tx, SQL["say"], action="changed", what=what, which=which, why=why)


def _entry(row: dict[str, Any]) -> AuditEntry:
    return AuditEntry(**{**row, "changed": tuple(row["changed"])})
