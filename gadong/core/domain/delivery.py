"""Deliveries of notices by mail and webhook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from gadong.core.domain.ids import CentreId, StatementId


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A program's address for the notices of a centre; `kinds` are prefixes of the wanted kinds."""

    id: UUID
    centre_id: CentreId
    url: str
    kinds: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """The document that goes with a mail: a statement, or its correction with that number."""

    statement_id: StatementId
    correction: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message to be sent, with the result of the attempts. `address` is a mailbox or a URL."""

    id: UUID
    centre_id: CentreId
    channel: str
    kind: str
    address: str
    body: str
    created_at: datetime
    webhook_id: UUID | None = None
    subject: str = ""
    attempts: int = 0
    state: str = "due"
    last_error: str = ""
    encloses: Enclosure | None = None
    # The iCalendar invitation that goes with a mail, without its organiser, whom the carrier knows.
    invitation: str = ""


def delivery_id(event_id: UUID, receiver: UUID) -> UUID:
    """Return the id of one recipient's delivery of an event, the same at each publication."""
    digest = sha256(event_id.bytes + receiver.bytes).digest()
    return UUID(bytes=event_id.bytes[:8] + digest[8:16])
