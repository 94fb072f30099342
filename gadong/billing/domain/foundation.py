"""The foundation of an issued document: what machines said while its runs lasted, beside the inputs
that were read from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import BookingId, MachineId, MessageId, PersonId, SourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMessage:
    """A message that begins or ends a run, as it was received."""

    id: MessageId
    source_id: SourceId
    topic: str
    payload: bytes
    received_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvidence:
    """A run of one of the document's sessions: the messages at its ends, and a digest of every
    signal in between.

    `session` begins the keys of the session's lines. `signals` counts what the digest (hexadecimal)
    is taken of.
    """

    machine_id: MachineId
    session: str
    start: datetime
    end: datetime
    opened_by: MessageId | None
    closed_by: MessageId | None
    signals: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingStep:
    """One step in a booking's history."""

    booking_id: BookingId
    version: int
    action: str
    actor_id: PersonId | None
    reason: str
    recorded_at: datetime
