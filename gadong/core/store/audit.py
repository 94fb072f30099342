"""The audit's chain. The database writes it by itself (migration 0030); here it is read, and looks are told."""

from __future__ import annotations

from typing import Any

from gadong.core.database import Tx, many, one
from gadong.core.domain.audit import AuditEntry, Head
from gadong.core.domain.ids import CentreId
from gadong.core.store.queries import statements

SQL = statements(__file__)


def page(tx: Tx, centre_id: CentreId | None, *, before: int | None, most: int) -> list[AuditEntry]:
    """A page of a centre's entries (or of all), the latest first."""
    return [_entry(row) for row in many(tx, SQL["page"], centre_id=centre_id, before=before, most=most)]


def after(tx: Tx, number: int, *, most: int) -> list[AuditEntry]:
    """The chain from an entry on."""
    return [_entry(row) for row in many(tx, SQL["after"], number=number, most=most)]


def head(tx: Tx) -> Head:
    """Where the chain ends."""
    row = one(tx, SQL["head"])
    if row is None:
        raise LookupError("the audit has no head; was the migration run?")
    return Head(row["number"], bytes(row["hash"]))


def read(tx: Tx, what: str, which: str, *, why: str, centre_id: CentreId | None) -> None:
    """Tell that somebody looks at personal data. The last thing in its transaction: it holds the chain's end."""
    many(tx, SQL["read"], what=what, which=which, why=why, centre_id=centre_id)


def refused(tx: Tx, what: str, which: str, *, why: str) -> None:
    """Tell that somebody was refused. The last thing in its transaction: it holds the chain's end."""
    many(tx, SQL["say"], action="refused", what=what, which=which, why=why)


def explained(tx: Tx, what: str, which: str, *, why: str) -> None:
    """Tell why something was changed. The last thing in its transaction, likewise."""
    many(tx, SQL["say"], action="changed", what=what, which=which, why=why)


def _entry(row: dict[str, Any]) -> AuditEntry:
    return AuditEntry(**{**row, "changed": tuple(row["changed"])})
