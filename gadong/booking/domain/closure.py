"""Closures: times in which a machine or a whole centre is not to be used, and their changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.domain.ids import CentreId, MachineId, PersonId
from gadong.core.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A time in which a machine, or (None) the whole centre, is not to be used: `closed` or
    `maintenance`.
    """

    id: UUID
    centre_id: CentreId
    machine_id: MachineId | None
    period: Period
    kind: str
    reason: str

    def hits(self, machine_id: MachineId, period: Period) -> bool:
        """Return whether a period on the machine overlaps the closure."""
        return self.machine_id in {None, machine_id} and self.period.overlap(period) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureChange:
    """One change of a closure; without a period it was lifted."""

    period: Period | None
    reason: str
    changed_by: PersonId | None
    recorded_at: datetime

    @property
    def is_lift(self) -> bool:
        """Return whether the change lifted the closure: what is left of it was over by then."""
        return self.period is None or self.period.end <= self.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureFilter:
    """Conditions on the closures of a list; None means any.

    A machine's closures are its own and those of the whole centre.
    """

    machine: MachineId | None = None
    kind: str | None = None
