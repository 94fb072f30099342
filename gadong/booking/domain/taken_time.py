"""Time of a machine that is taken."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.booking.domain.booking import BookingState
from gadong.core.domain.ids import BookingId, CompanyId, MachineId
from gadong.core.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A machine's time that somebody has: booked, and with its turn-round."""

    id: BookingId
    machine_id: MachineId
    company_id: CompanyId
    period: Period
    held: Period
    state: BookingState
    purpose: str
