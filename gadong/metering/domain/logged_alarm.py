"""A row of the log of alarms on machines' limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.ids import MachineId, PersonId
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.channel_limit import AlarmKind, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAlarm:
    """A row of the log: the alarm, its limit, and the person who acknowledged it.

    `withdrawn_at` is set where readings that came later disprove the alarm.
    """

    id: UUID
    machine_id: MachineId
    limit_id: UUID
    name: str
    channel: Channel
    part: str
    side: Side
    bound: float
    returns_at: float
    limit_ended_at: datetime | None
    kind: AlarmKind
    began_at: datetime
    ended_at: datetime | None
    worst: float | None
    told_at: datetime
    withdrawn_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: PersonId | None
    acknowledged_name: str | None
    words: str | None
