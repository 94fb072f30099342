"""Accounts of people, for the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import PersonId
from gadong.core.store.queries import statements

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account as the administrator sees it."""

    id: PersonId
    name: str
    email: str
    is_administrator: bool
    disabled_at: datetime | None


def accounts(tx: Tx, part: str, *, most: int) -> list[Account]:
    """Return the accounts with the text in their address or name."""
    quoted = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [Account(**row) for row in many(tx, SQL["accounts"], pattern=f"%{quoted}%", most=most)]


def administrators(tx: Tx) -> list[PersonId]:
    """Return the administrators."""
    return [row["id"] for row in many(tx, SQL["administrators"])]


def set_disabled(tx: Tx, person_id: PersonId, *, is_shut: bool) -> bool:
    """Disable or enable an account; return False if there is none."""
    return bool(run(tx, SQL["set_disabled"], id=person_id, is_shut=is_shut))


def set_administrator(tx: Tx, person_id: PersonId, *, is_administrator: bool) -> bool:
    """Grant or revoke the administrator's role; return False without such an enabled account."""
    return bool(run(tx, SQL["set_administrator"], id=person_id, is_administrator=is_administrator))
