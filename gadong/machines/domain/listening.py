"""Listening of a centre: whether messages are received now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gadong.core.domain.ids import CentreId

# A session that hears says so this often (ingest), so an absence of twice that is one.
LISTENING_SHOWN_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """The state of a centre's session with the broker."""

    slug: str
    is_connected: bool | None
    seen_at: datetime | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningReport:
    """A session's word, `age` seconds old, that it listens, and what the broker has dropped."""

    centre_id: CentreId
    age: float = 0.0
    detail: str = ""
    dropped: int = 0
