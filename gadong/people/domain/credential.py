"""Credentials: sessions and tokens, and the result of their use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.access import LoginSession, Right
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
    # The rights to which the credential is limited; None is every right of its person.
    rights: tuple[Right, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A valid credential with its person, its limits, and the session that it opened."""

    person_id: PersonId
    kind: str
    rights: tuple[Right, ...] | None
    session: LoginSession | None
