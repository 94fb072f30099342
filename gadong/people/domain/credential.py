"""Credentials: sessions and tokens, and what using one gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.access import Right, Session
from gadong.core.domain.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A session or token, without its secret."""

    id: UUID
    kind: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    # What it is limited to; None is everything that its person may do.
    rights: tuple[Right, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A credential that holds: whose it is, what it is limited to, and which session it opened."""

    person_id: PersonId
    kind: str
    rights: tuple[Right, ...] | None
    session: Session | None
