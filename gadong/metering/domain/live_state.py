"""The state of a machine now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gadong.core.domain.ids import MachineId
from gadong.core.domain.machine_state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """The present state of a machine, as last known."""

    machine_id: MachineId
    state: State
    since: datetime
    job: str | None
    progress: float | None
    power_watts: float | None
    ends_at: datetime | None
    heard_at: datetime | None
