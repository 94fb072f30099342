"""A calendar feed, a secret address that opens without a login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.ids import CentreId, MachineId, PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: of a machine, of a centre, or (with neither) of a person's own bookings."""

    id: UUID
    person_id: PersonId
    centre_id: CentreId | None
    machine_id: MachineId | None
    created_at: datetime
