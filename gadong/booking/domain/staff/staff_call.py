"""Calls for the staff from a machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.ids import CentreId, MachineId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody waits at a machine."""

    id: UUID
    centre_id: CentreId
    machine_id: MachineId
    person_id: PersonId
    name: str
    words: str
    called_at: datetime
    answered_at: datetime | None = None
